import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { DescribeArchiveCommand, ListReplaysCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetBucketTaggingCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pipeline } from '../support/pipeline.ts';
import { describeReplay, replayIs, startReplay } from '../support/replay.ts';

const USERS = Array.from({ length: 12 }, (_, user) => `user-${user}`);

/** Everything that a pipeline has made: the table row by row, the buckets one by one. */
async function stateOf(pipeline: Pipeline): Promise<string> {
  const { Items = [] } = await pipeline.dynamodb.send(new ScanCommand({ TableName: pipeline.table }));
  const rows = Items.map((item) => JSON.stringify(item, Object.keys(item).sort())).sort();
  const { Buckets = [] } = await pipeline.s3.send(new ListBucketsCommand({}));
  const tags = Buckets.map(async ({ Name: Bucket }) => {
    const { TagSet } = await pipeline.s3.send(new GetBucketTaggingCommand({ Bucket }));
    return TagSet;
  });
  return JSON.stringify({ rows, Buckets, tags: await Promise.all(tags) });
}

async function archivedEvents(pipeline: Pipeline): Promise<number | undefined> {
  const ArchiveName = pipeline.output('EventArchiveArn').split('/').at(-1);
  return (await pipeline.events.send(new DescribeArchiveCommand({ ArchiveName }))).EventCount;
}

describe('a healthy system with users', () => {
  let pipeline: Pipeline;
  let before: string;
  /** URIs recorded until now, also those that stood there already. */
  let recorded = USERS.length;
  const isRecorded = ({ hop, line }: { hop: string; line?: unknown }) =>
    hop === 'log' && String(line).includes('bucket URI recorded');

  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
    for (const user of USERS) await pipeline.register(user);
    await Promise.all(USERS.map((user) => pipeline.recorded(user)));
    await pipeline.waitFor('the log lines', isRecorded, recorded);
    before = await stateOf(pipeline);
  });
  afterAll(() => pipeline.stop());

  test('when all events are replayed to one subscriber, it gets its own, and nothing changes', async () => {
    const records = pipeline.entries(({ hop }) => hop === 'stream-record').length;
    const archived = await archivedEvents(pipeline);
    await startReplay(pipeline, 'recorder-alone', { rules: [pipeline.output('UriRecorderRuleArn')] });
    await replayIs(pipeline, 'COMPLETED', 'recorder-alone');
    recorded += USERS.length;
    await pipeline.waitFor('the URIs again', isRecorded, recorded);
    const rules = pipeline.entries(({ hop, replay }) => hop === 'rule' && replay === 'recorder-alone');
    expect(new Set(rules.map(({ rule }) => rule)).size).toBe(1);
    expect(rules.filter(({ matched }) => matched)).toHaveLength(USERS.length);
    await expect(stateOf(pipeline)).resolves.toBe(before);
    expect(pipeline.entries(({ hop }) => hop === 'stream-record')).toHaveLength(records);
    await expect(archivedEvents(pipeline)).resolves.toBe(archived);
  });

  test('when all events are replayed to everybody, nothing changes, and who skips replays sees none', async () => {
    const EventPattern = JSON.stringify({ 'detail-type': ['UserRegistered'], 'replay-name': [{ exists: false }] });
    const mail = { Name: 'welcome-mail', EventBusName: pipeline.output('EventBusName'), EventPattern };
    await pipeline.events.send(new PutRuleCommand(mail));
    await startReplay(pipeline, 'everybody');
    await replayIs(pipeline, 'COMPLETED', 'everybody');
    // Replayed ones, and those of the BucketCreated that bucket-service publishes again.
    recorded += 2 * USERS.length;
    await pipeline.waitFor('the URIs again, twice', isRecorded, recorded);
    await expect(stateOf(pipeline)).resolves.toBe(before);
    const seen = pipeline.entries(
      ({ hop, rule, replay }) => hop === 'rule' && rule === mail.Name && replay !== undefined,
    );
    expect(seen).toHaveLength(2 * USERS.length);
    expect(seen.filter(({ matched }) => matched)).toEqual([]);
  });

  test('when it is over, it is described and listed', async () => {
    const described = await describeReplay(pipeline, 'everybody');
    expect(described).toMatchObject({
      State: 'COMPLETED',
      ReplayArn: expect.stringMatching(/:replay\/everybody$/),
      Destination: { Arn: pipeline.output('EventBusArn') },
      EventStartTime: new Date(0),
      EventLastReplayedTime: expect.any(Date),
      ReplayEndTime: expect.any(Date),
    });
    const { Replays = [] } = await pipeline.events.send(new ListReplaysCommand({ State: 'COMPLETED' }));
    expect(Replays.map(({ ReplayName }) => ReplayName)).toEqual(['everybody', 'recorder-alone']);
  });
});
