import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jsonLines, pipeline as run } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';
import { dlq } from './dead-letters.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
});
afterAll(() => pipeline.stop());

test.each([
  [
    'an unknown subscriber',
    ['redrive', '--subscriber', 'mailer', '--yes'],
    /no subscriber is named mailer; there are .*bucket-service/,
  ],
  ['two choices at once', ['list', '--subscriber', 'bucket-service', '--pipe'], /cannot be used with/],
  ['a rate of none', ['redrive', '--rate', '0'], /'0' is invalid.* from 1 to 500/],
  ['a rate that is too high', ['redrive', '--rate', '501'], /'501' is invalid.* from 1 to 500/],
  ['a limit of none', ['show', '--limit', '0'], /'0' is invalid.* from 1 to/],
  ['an unknown command', ['resend'], /unknown command 'resend'/],
])('%s gives one clear line and exit code 2', async (_, args, message) => {
  const { exitCode, stderr } = await dlq(pipeline, ...args);
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(message)]);
  expect(stderr).toMatch(/^error: /);
  expect(exitCode).toBe(2);
});

test('a stack that does not exist gives one clear line and exit code 1', async () => {
  const env = {
    AWS_ENDPOINT_URL: pipeline.engine.endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'ap-northeast-1',
  };
  const { exitCode, stderr } = await run(['dlq', 'purge', '--yes', '--stack', 'nobody'], env);
  expect(stderr).toBe(
    'error: there is no stack nobody in ap-northeast-1; check the name, the Region and the account, or deploy it with npm run deploy\n',
  );
  expect(exitCode).toBe(1);
});

test.each([['list'], ['show'], ['redrive'], ['purge']])(
  '%s of empty queues says so, asks nothing, and is no failure',
  async (command) => {
    const { exitCode, stdout, stderr } = await dlq(pipeline, command);
    expect(stdout + stderr).toMatch(/pipe.*(\n.*)*uri-recorder/);
    expect(exitCode).toBe(0);
    const json = jsonLines(await dlq(pipeline, command, '--json'));
    expect(json.map(({ queue }) => queue)).toEqual(
      command === 'show' ? [] : ['pipe', 'bucket-service', 'uri-recorder'],
    );
  },
);

test.each([
  [['--help'], ['list', 'show', 'redrive', 'purge', 'foreign message', '24 hours']],
  [
    ['redrive', '--help'],
    ['--subscriber', '--pipe', '--rate', '--limit', '--dry-run', '--yes', '--json', '--stack', 'sent before it is'],
  ],
  [
    ['purge', '--help'],
    ['--foreign', 'never touches'],
  ],
])('%j tells how to use it', async (args, parts) => {
  const { exitCode, stdout } = await run(['dlq', ...args]);
  for (const part of parts) expect(stdout).toContain(part);
  expect(exitCode).toBe(0);
});
