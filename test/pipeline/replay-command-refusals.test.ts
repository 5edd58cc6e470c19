import { ListReplaysCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChangedAssembly, changedAssembly, ofType } from '../support/changed-assembly.ts';
import { type Ended, pipeline as run } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';
import { replayIs, startReplay } from '../support/replay.ts';

let assembly: ChangedAssembly;
let pipeline: Pipeline;

beforeAll(async () => {
  assembly = await changedAssembly((resources) => {
    // As for a subscriber that says replays: 'skip'.
    ofType(resources, 'AWS::Events::Rule', 'BucketServiceRule').EventPattern['replay-name'] = [{ exists: false }];
  });
  pipeline = await Pipeline.start({ assemblies: [assembly.folder] });
  await pipeline.register('alice');
  await pipeline.recorded('alice');
  await startReplay(pipeline, 'mend', { rules: [pipeline.output('UriRecorderRuleArn')] });
  await replayIs(pipeline, 'COMPLETED', 'mend');
});
afterAll(async () => {
  await pipeline.stop();
  await assembly.remove();
});

function replay(...args: string[]): Promise<Ended> {
  return run(['replay', ...args, '--port', pipeline.port]);
}

async function replays(): Promise<number> {
  return (await pipeline.events.send(new ListReplaysCommand({}))).Replays?.length ?? 0;
}

describe('pipeline replay', () => {
  test.each<[string, string[], number, RegExp]>([
    [
      'nobody to replay to',
      ['--from', '1h', '--yes'],
      2,
      /^error: choose subscribers: --to-subscriber NAME \(there are .*bucket-service.*, uri-recorder.*\), or --all-subscribers$/m,
    ],
    [
      'an unknown subscriber',
      ['--from', '1h', '--to-subscriber', 'mailer'],
      2,
      /^error: no subscriber is named mailer; there are .*bucket-service.*, uri-recorder/,
    ],
    [
      'a type that they do not take',
      ['--from', '1h', '--to-subscriber', 'uri-recorder', '--type', 'UserRegistered'],
      2,
      /^error: no chosen subscriber takes UserRegistered: uri-recorder takes BucketCreated$/m,
    ],
    ['both choices', ['--from', '1h', '--to-subscriber', 'a', '--all-subscribers'], 2, /cannot be used with option/],
    ['no beginning', ['--all-subscribers'], 2, /^error: say from which time to replay, such as --from 2h/],
    ['no zone', ['--from', '2026-01-01T00:00', '--all-subscribers'], 2, /^error: --from must say its zone/],
    [
      'a start after the end',
      ['--from', '1h', '--to', '2h', '--all-subscribers'],
      2,
      /^error: --from must be before --to/,
    ],
    [
      'a window that is to come',
      ['--from', '2999-01-01T00:00Z', '--all-subscribers'],
      2,
      /^error: the window is in the future/,
    ],
    [
      'an end that is to come',
      ['--from', '1h', '--to', '2999-01-01T00:00Z', '--all-subscribers'],
      2,
      /^error: --to is in the future/,
    ],
    [
      'a name that is none',
      ['--from', '1h', '--name', 'a b', '--all-subscribers'],
      2,
      /^error: a replay's name has 1 to 64/,
    ],
    ['--cancel with a window', ['--cancel', 'x', '--from', '1h'], 2, /cannot be used with option/],
    [
      'no agreement',
      ['--from', '1h', '--to-subscriber', 'uri-recorder'],
      2,
      /^error: there is no terminal to ask for confirmation: add --yes/m,
    ],
    [
      'a window without events',
      ['--from', '2h', '--to', '1h', '--to-subscriber', 'uri-recorder', '--yes'],
      1,
      /^error: nothing to replay: the archive \S+ holds no event for uri-recorder from /m,
    ],
    [
      'those who skip replays',
      ['--from', '1h', '--to-subscriber', 'bucket-service', '--yes'],
      1,
      /^error: nothing to replay: bucket-service gets none: its rule skips replays$/m,
    ],
    [
      'a name that is taken',
      ['--from', '1h', '--to-subscriber', 'uri-recorder', '--name', 'mend', '--yes'],
      1,
      /^error: a replay mend exists already, .*--name$/m,
    ],
    ['a replay that there is not', ['--cancel', 'nothing'], 1, /^error: there is no replay nothing; replay --list/],
    ['a replay that has ended', ['--cancel', 'mend'], 1, /^error: the replay has already ended; mend: COMPLETED/],
  ])('%s is refused in one clear line, and starts nothing', async (_, args, exitCode, message) => {
    const before = await replays();
    const ended = await replay(...args);
    expect(ended.stderr.split('\n').filter((line) => line.startsWith('error: '))).toHaveLength(1);
    expect(ended.stderr).toMatch(message);
    expect(ended).toMatchObject({ exitCode, stdout: '' });
    await expect(replays()).resolves.toBe(before);
  });

  test.each([
    ['replay', '--from', '1h', '--all-subscribers'],
    ['events', '--from', '1h'],
  ])('a stack that does not exist is told in one line: %s', async (...args) => {
    const env = {
      AWS_ENDPOINT_URL: pipeline.engine.endpoint,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: 'ap-northeast-1',
    };
    await expect(run([...args, '--stack', 'nobody'], env)).resolves.toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'error: there is no stack nobody in ap-northeast-1; check the name, the Region and the account, or deploy it with npm run deploy\n',
    });
  });

  test('a missing permission is told in one line, with what to do', async () => {
    const message = 'User: you is not authorized to perform: events:StartReplay';
    pipeline.engine.faults.fail('events:StartReplay', 'AccessDeniedException', { status: 400, message });
    const ended = await replay('--from', '1h', '--to-subscriber', 'uri-recorder', '--yes');
    expect(ended.stderr).toMatch(
      /^error: AccessDeniedException: User: you .*events:StartReplay; grant the permission to these/m,
    );
    expect(ended).toMatchObject({ exitCode: 1, stdout: '' });
  });

  test('a start whose answer is lost is a start', async () => {
    pipeline.engine.faults.fail('events:StartReplay', 'InternalException', { when: 'after', status: 500 });
    const ended = await replay('--from', '1h', '--to-subscriber', 'uri-recorder', '--name', 'lost-answer', '--yes');
    expect(ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^lost-answer has started/) });
  });
});
