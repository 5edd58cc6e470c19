import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pipeline as command, startCommand } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
});
afterAll(() => pipeline.stop());

test('given a running engine, it serves the page, names the pipeline, and ends with Ctrl-C', async () => {
  const running = startCommand(['console', '--port', pipeline.port, '--console-port', '0']);
  const [, stack, url = ''] = await running.shows(
    /^The console shows (\S+) in ap-northeast-1, account 123456789012: (\S+)\nCtrl-C stops it\.$/m,
  );
  expect(stack).toBe('user-bucket-pipeline-dev');
  const answer = await fetch(`${url}/api/console`);
  expect(await answer.json()).toEqual({
    stack: 'user-bucket-pipeline-dev',
    account: '123456789012',
    region: 'ap-northeast-1',
    place: 'engine',
    isWritable: true,
  });
  expect(await running.stop()).toBe(0);
});

test('given a port that is in use, it takes another one', async () => {
  const running = startCommand(['console', '--port', pipeline.port, '--console-port', pipeline.port]);
  const [, port] = await running.shows(/http:\/\/127\.0\.0\.1:(\d+)\n/);
  expect(Number(port)).toBeGreaterThan(0);
  expect(port).not.toBe(pipeline.port);
  await running.stop();
});

test('given no engine, it says so, and serves nothing', async () => {
  const { exitCode, stdout, stderr } = await command(['console', '--port', '1']);
  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/no local engine at http:\/\/127\.0\.0\.1:1; start one with npm start/);
});
