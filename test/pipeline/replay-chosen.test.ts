import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { undisturbedAssembly } from '../support/assembly.ts';
import { type ChangedAssembly, changedAssembly, ofType } from '../support/changed-assembly.ts';
import { type Ended, pipeline as run } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';

const USERS = ['ann', 'bo', 'cy'];

let assembly: ChangedAssembly;
let pipeline: Pipeline;
beforeAll(async () => {
  assembly = await changedAssembly((resources) => {
    // As for a subscriber that says replays: 'skip'.
    const rule = ofType(resources, 'AWS::Events::Rule', 'BucketServiceRule');
    rule.EventPattern['replay-name'] = [{ exists: false }];
    rule.EventPattern.detail = { metadata: { replayName: [{ exists: false }] } };
  }, undisturbedAssembly());
  pipeline = await Pipeline.start({ assemblies: [assembly.folder] });
  for (const userId of USERS) await pipeline.register(userId);
  await Promise.all(USERS.map((userId) => pipeline.recorded(userId)));
  await pipeline.idle();
});
afterEach(async () => {
  // Whatever the command did, nothing temporary is left.
  const { Rules = [] } = await pipeline.events.send(
    new ListRulesCommand({ EventBusName: pipeline.output('EventBusName'), NamePrefix: 'pipeline-events-' }),
  );
  const { QueueUrls = [] } = await pipeline.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'pipeline-events-' }));
  expect([...Rules, ...QueueUrls]).toEqual([]);
});
afterAll(async () => {
  await pipeline.stop();
  await assembly.remove();
});

const replay = (...args: string[]): Promise<Ended> => run(['replay', '--from', '1h', ...args, '--port', pipeline.port]);
const loseUri = (userId: string) =>
  pipeline.dynamodb.send(
    new UpdateItemCommand({
      TableName: pipeline.table,
      Key: { userId: { S: userId } },
      UpdateExpression: 'REMOVE s3_bucket_uri, s3_bucket_url',
    }),
  );
/** The events that a queue has got by a replay, as the messages had them. */
const got = (replayName: string) =>
  pipeline
    .entries(({ hop, body }) => hop === 'message' && String(body).includes(`"replay-name":"${replayName}"`))
    .map(({ queue, body }) => ({ queue: String(queue), ...(JSON.parse(String(body)) as Delivered) }));

interface Delivered {
  readonly id: string;
  readonly detail: { readonly data: { readonly userId: string } };
  readonly [field: string]: unknown;
}

describe('a replay of chosen events', () => {
  test('to chosen users reaches them alone, in the form in which the rule delivers', async () => {
    await loseUri('bo');
    const args = ['--to-subscriber', 'uri-recorder', '--user', 'bo', '--user', 'nobody', '--name', 'for-bo'];
    const shown = await replay(...args, '--dry-run');
    expect(shown.stdout).toMatch(/^uri-recorder +BucketCreated +1$/m);
    expect(got('for-bo')).toEqual([]);
    const ended = await replay(...args, '--wait', '--yes');
    expect(ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^for-bo: 1 event sent\n/) });
    await pipeline.recorded('bo');
    const { stdout: trace } = await run(['trace', 'bo', '--port', pipeline.port]);
    expect(trace).toMatch(/uri-recorder +it is put into the queue again, by none of its rules: .* \[replay for-bo\]/);
    const [first, ...more] = got('for-bo');
    expect(more).toEqual([]);
    const [original] = pipeline
      .entries(({ hop, body }) => hop === 'message' && String(body).includes('"BucketCreated"'))
      .map(({ body }) => JSON.parse(String(body)) as Delivered)
      .filter(({ detail }) => detail.data.userId === 'bo');
    const { queue, id, ...rest } = first as Delivered;
    expect(queue).toContain('UriRecorder');
    expect(id).not.toBe(original?.id);
    expect(rest).toEqual({ ...original, id: undefined, 'replay-name': 'for-bo' });
    expect(Object.keys(first ?? {}).slice(1)).toEqual([...Object.keys(original ?? {}), 'replay-name']);
  });

  test('with --not-done leaves out who has a URI, and says how it knows', async () => {
    await loseUri('cy');
    const args = ['--to-subscriber', 'uri-recorder', '--not-done', '--name', 'the-rest'];
    const { stdout } = await replay(...args, '--dry-run');
    expect(stdout).toMatch(/^uri-recorder +BucketCreated +1, without 2 whose effect is there$/m);
    expect(stdout).toContain("The effect of uri-recorder is there where the user's row has a URI.");
    const ended = await replay(...args, '--wait', '--yes', '--json');
    expect(JSON.parse(ended.stdout)).toMatchObject({
      state: 'SENT',
      sent: 1,
      receivers: [{ subscriber: 'uri-recorder', events: 1, done: 2, doneBy: "the user's row has a URI" }],
      after: [{ subscriber: 'uri-recorder', waiting: 0, deadLetters: 0 }],
      usersWithoutUri: 0,
    });
    expect(got('the-rest').map(({ detail }) => detail.data.userId)).toEqual(['cy']);
    const again = await replay(...args, '--yes');
    expect(again).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /error: nothing to replay: the effect of all 3 events for uri-recorder is there\n$/,
      ),
    });
  });

  test('never reaches a subscriber that skips replays, unless it is named and included', async () => {
    const all = await replay('--all-subscribers', '--rate', '50', '--name', 'to-all', '--yes');
    expect(all.stderr).toMatch(
      /^bucket-service +UserRegistered +none: its rule skips replays; --include-skipped sends them all the same$/m,
    );
    expect(new Set(got('to-all').map(({ queue }) => /UriRecorder|BucketService/.exec(queue)?.[0]))).toEqual(
      new Set(['UriRecorder']),
    );
    const alone = await replay('--to-subscriber', 'bucket-service', '--rate', '50', '--yes');
    expect(alone).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('nothing to replay: bucket-service') });
    const unnamed = await replay('--all-subscribers', '--include-skipped', '--yes');
    expect(unnamed).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('cannot be used with') });
    const named = ['--to-subscriber', 'bucket-service', '--include-skipped', '--not-done', '--name', 'named'];
    const done = await replay(...named, '--yes');
    expect(done.stderr).toContain(
      "The effect of bucket-service is there where the user's bucket exists, and the row has its URI.",
    );
    expect(done).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('the effect of all 3 events') });
    await loseUri('ann');
    const sent = await replay(...named, '--wait', '--yes');
    expect(sent.stderr).toMatch(/^bucket-service +UserRegistered +1, without 2 whose .*, although it skips replays$/m);
    expect(sent.exitCode).toBe(0);
    await pipeline.recorded('ann');
    expect(got('named').map(({ detail }) => detail.data.userId)).toEqual(['ann']);
  });

  test('is no replay of AWS’s, and what reads the archive is not one of the list’s to cancel', async () => {
    const { stdout } = await run(['replay', '--list', '--json', '--port', pipeline.port]);
    const names = stdout
      .trim()
      .split('\n')
      .map((line) => String((JSON.parse(line) as { name: string }).name));
    expect(names.filter((name) => !name.startsWith('pipeline-events-'))).toEqual([]);
  });

  test('given a queue that refuses, says how far it came, and from when to continue', async () => {
    // Four calls take the events to the temporary queue: one user's event was published again.
    pipeline.engine.faults.fail('sqs:SendMessage', 'AccessDenied', { nth: 6, status: 403, message: 'not now' });
    const ended = await replay('--to-subscriber', 'uri-recorder', '--rate', '1', '--name', 'refused', '--yes');
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toMatch(/^refused: 1 of 4 events sent; --from \S+Z continues with the rest$/m);
  });
});
