import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ListReplaysCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChangedAssembly, changedAssembly, ofType } from '../support/changed-assembly.ts';
import { type Ended, pipeline as run } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';

const USERS = ['alice', 'bob', 'carol'];

let assembly: ChangedAssembly;
let pipeline: Pipeline;

beforeAll(async () => {
  assembly = await changedAssembly((resources) => {
    // As for a subscriber that says replays: 'skip'.
    ofType(resources, 'AWS::Events::Rule', 'BucketServiceRule').EventPattern['replay-name'] = [{ exists: false }];
  });
  pipeline = await Pipeline.start({ assemblies: [assembly.folder] });
  for (const user of USERS) await pipeline.register(user);
  await Promise.all(USERS.map((user) => pipeline.recorded(user)));
});
afterAll(async () => {
  await pipeline.stop();
  await assembly.remove();
});

function replay(...args: string[]): Promise<Ended> {
  return run(['replay', ...args, '--port', pipeline.port]);
}

function rows() {
  return Promise.all(USERS.map((user) => pipeline.row(user)));
}

async function replays(): Promise<number> {
  return (await pipeline.events.send(new ListReplaysCommand({}))).Replays?.length ?? 0;
}

async function loseUri(userId: string): Promise<void> {
  await pipeline.dynamodb.send(
    new UpdateItemCommand({
      TableName: pipeline.table,
      Key: { userId: { S: userId } },
      UpdateExpression: 'REMOVE s3_bucket_uri, s3_bucket_url',
    }),
  );
}

describe('pipeline replay', () => {
  test('with --dry-run shows who would get how many events, and starts nothing', async () => {
    const shown = await replay('--from', '1h', '--all-subscribers', '--dry-run');
    expect(shown.stdout).toMatch(/^bucket-service +UserRegistered +none: its rule skips replays$/m);
    expect(shown.stdout).toMatch(/^uri-recorder +BucketCreated +3$/m);
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
    const { stdout } = await replay('--from', '1h', '--to-subscriber', 'uri-recorder', '--dry-run', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      exact: true,
      events: 3,
      receivers: [{ subscriber: 'uri-recorder', types: ['BucketCreated'], events: 3 }],
    });
    await expect(replays()).resolves.toBe(0);
  });

  test('with --wait brings lost URIs back, gives events to nobody but the chosen one, and sums up', async () => {
    const before = await rows();
    await loseUri('alice');
    await loseUri('carol');
    const ended = await replay('--from', '1h', '--to-subscriber', 'uri-recorder', '--name', 'mend', '--wait', '--yes');
    expect(ended.stderr).toContain('SUBSCRIBER    TAKES          EVENTS\nuri-recorder  BucketCreated  3\n');
    expect(ended.stdout).toMatch(
      /^mend: COMPLETED, 3 events in \d+ s\nSUBSCRIBER +WAITING +DEAD LETTERS\nuri-recorder +0 +0\nEvery user has a URI; npx pipeline reconcile --port \d+ checks their buckets\.\n$/,
    );
    expect(ended.exitCode).toBe(0);
    await expect(rows()).resolves.toEqual(before);
    const looked = pipeline.entries(({ hop, replay: name }) => hop === 'rule' && name === 'mend');
    const rules = new Set(looked.map(({ rule }) => rule));
    expect([...rules]).toEqual([expect.stringContaining('UriRecorderRule')]);
  });

  test('without --wait says how to go on; --list shows it', async () => {
    const args = ['--from', '1h', '--type', 'BucketCreated', '--all-subscribers', '--name', 'later', '--yes'];
    const { stdout, exitCode } = await replay(...args);
    expect(stdout).toMatch(
      /^later has started\. npx pipeline replay --list --port \d+ shows how far it is, and npx pipeline replay --cancel later --port \d+ cancels it\.\n$/,
    );
    expect(exitCode).toBe(0);
    await pipeline.waitFor('the replay', ({ replay: name, state }) => name === 'later' && state === 'COMPLETED');
    // The tests after this one begin with empty queues.
    await pipeline.idle();
    expect((await replay('--list')).stdout).toMatch(/^NAME .*\nlater +COMPLETED .*\nmend +COMPLETED /);
    const { stdout: lines } = await replay('--list', '--json');
    const listed = lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(listed).toEqual([
      expect.objectContaining({ name: 'later', state: 'COMPLETED' }),
      expect.objectContaining({ name: 'mend', state: 'COMPLETED' }),
    ]);
  });

  test('with --wait --json prints one object', async () => {
    const { stdout } = await replay('--from', '1h', '--to-subscriber', 'uri-recorder', '--wait', '--yes', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      name: expect.stringMatching(/^pipeline-\d{8}T\d{6}Z-[0-9a-z]{5}$/),
      state: 'COMPLETED',
      events: 3,
      before: [{ subscriber: 'uri-recorder', waiting: 0, deadLetters: 0 }],
      after: [{ subscriber: 'uri-recorder', waiting: 0, deadLetters: 0 }],
      usersWithoutUri: 0,
    });
  });

  test('with --wait fails where work is left', async () => {
    const QueueUrl = pipeline.output('UriRecorderQueueUrl');
    await pipeline.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}', DelaySeconds: 900 }));
    const args = ['replay', '--from', '1h', '--to-subscriber', 'uri-recorder', '--wait', '--yes'];
    // It waits until it gives up: no longer than it does by itself.
    const env = { PIPELINE_TIME_FACTOR: '1' };
    const { exitCode, stderr } = await run([...args, '--port', pipeline.port], env);
    expect(stderr).toMatch(/\nerror: \S+ is complete, but events are left: 1 event still waits for uri-recorder\n$/);
    expect(exitCode).toBe(1);
  });
});
