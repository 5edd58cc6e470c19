import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import { BucketCreatedV1, UserRegisteredV1 } from '../../schemas/generated/event-contracts.ts';
import { Pipeline } from '../support/pipeline.ts';
import { sampleEvent } from '../support/sample-event.ts';

/** What a sign-up row and a careless producer's event hold beside the user's id; no line may ever hold any of it. */
const PERSONAL = { email: 'ji@example.org', name: 'Ji Kim-Sun', phone: '+82-10-5550-1234', password: 'correct horse' };
const ATTRIBUTES = Object.fromEntries(Object.entries(PERSONAL).map(([name, value]) => [name, { S: value }]));

/** A line of a function's log, or of the pipe's. */
const isLogged = ({ hop }: JournalEntry) => hop === 'log' || hop === 'pipe-log';

/** Milliseconds that make the pipe give a record up. */
const LONGER_THAN_THE_PIPE_WAITS = 23 * 60 * 60 * 1000;

/** The functions write at the level DEBUG: there is nothing that another level would show and this one does not. */
describe('log lines hold nothing personal but the user id', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
  });
  afterAll(() => pipeline.stop());

  /** Waits until that is the last thing logged about an event, and looks at every line so far. */
  async function expectNothingPersonal(text: string, times = 1): Promise<void> {
    const isLine = (entry: JournalEntry) => isLogged(entry) && String(entry.line).includes(text);
    await pipeline.waitFor(text, isLine, times);
    const groups = pipeline.engine.services.logs.list();
    const everything = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10_000 };
    const kept = groups.flatMap((group) => group.read(everything).map(({ message }) => message));
    const said = pipeline.entries(isLogged).map(({ line }) => String(line));
    expect(kept.length).toBeGreaterThan(0);
    for (const personal of Object.values(PERSONAL)) {
      expect([...kept, ...said].filter((line) => line.includes(personal))).toEqual([]);
    }
  }

  const putRegistered = (change: (detail: Record<string, unknown>) => object) =>
    pipeline.put('users-table', 'UserRegistered', change({ ...sampleEvent(UserRegisteredV1) }));

  test('of a registration that goes well', async () => {
    await pipeline.register('ji', { attributes: ATTRIBUTES });
    await pipeline.recorded('ji');
    await expectNothingPersonal('bucket URI recorded');
  });

  test('of a row that names another bucket, which DynamoDB answers with whole', async () => {
    await pipeline.register('dora', { attributes: { ...ATTRIBUTES, s3_bucket_uri: { S: 's3://another' } } });
    await expectNothingPersonal("the user's row holds s3://another");
  });

  test('of a user who is gone', async () => {
    await pipeline.put('bucket-service', 'BucketCreated', sampleEvent(BucketCreatedV1));
    await expectNothingPersonal('the user is gone');
  });

  test.each([
    ['beside what the contract knows', (data: object) => ({ ...data, ...PERSONAL }), 'bucket created'],
    ['in an event that lacks the user id', () => ({ ...PERSONAL }), 'data.userId is missing'],
    ['where the user id should be', (data: object) => ({ ...data, userId: PERSONAL }), 'data.userId must be string'],
  ])('of an event that holds it %s', async (_where, change, logged) => {
    await putRegistered((detail) => ({ ...detail, data: change(detail.data as object) }));
    await expectNothingPersonal(logged, logged === 'bucket created' ? 3 : 1);
  });

  test('of a message that is no event', async () => {
    const QueueUrl = pipeline.output('BucketServiceQueueUrl');
    await pipeline.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: Object.values(PERSONAL).join() }));
    await expectNothingPersonal('the message body is not JSON');
  });

  test('of calls that AWS refuses', async () => {
    pipeline.engine.faults.fail('s3:CreateBucket', 'TooManyBuckets');
    await pipeline.register('ben', { attributes: ATTRIBUTES });
    await expectNothingPersonal('TooManyBuckets');
    pipeline.engine.faults.fail('dynamodb:UpdateItem', 'ValidationException');
    await pipeline.register('eve', { attributes: ATTRIBUTES });
    await expectNothingPersonal('DynamoDB refused to record');
  });

  test('of a registration that the pipe gives up', async () => {
    pipeline.engine.faults.fail('events:PutEvents', 'InternalException', { status: 500 });
    await pipeline.register('zoe', { attributes: ATTRIBUTES });
    await pipeline.waitFor('the refusal', ({ hop, outcome }) => hop === 'pipe-delivery' && outcome === 'refused');
    pipeline.clock.skip(LONGER_THAN_THE_PIPE_WAITS);
    await pipeline.waitFor("the pipe's dead letter", ({ hop }) => hop === 'pipe-dlq');
    await expectNothingPersonal('"messageType":"ExecutionFailed"');
  });

  test('and each line about an event names its user and registration, whatever the level, if the event tells them', async () => {
    await pipeline.register('min');
    await pipeline.recorded('min');
    const gone = sampleEvent(BucketCreatedV1) as { data: object };
    await pipeline.put('bucket-service', 'BucketCreated', { ...gone, data: { ...gone.data, userId: 'leo' } });
    const refused = sampleEvent(UserRegisteredV1) as { data: object };
    await pipeline.put('users-table', 'UserRegistered', { ...refused, data: { userId: 'sol' } });
    for (const [userId, text] of [
      ['min', 'bucket URI recorded'],
      ['leo', 'the user is gone'],
      ['sol', 'event not handled'],
    ]) {
      const isLine = ({ hop, line }: JournalEntry) =>
        hop === 'log' && String(line).includes(`"userId":"${userId}"`) && String(line).includes(String(text));
      await pipeline.waitFor(`${text} of ${userId}`, isLine);
    }
    // Metrics are lines too, and are about no event. What the event does not tell, its line cannot.
    const lines = pipeline.entries(({ hop }) => hop === 'log').map(({ line }) => JSON.parse(String(line)));
    const aboutEvents = lines.filter((line) => !('_aws' in line) && !/data\.userId|not JSON/.test(line.problem));
    expect(new Set(aboutEvents.map(({ level }) => level))).toEqual(new Set(['INFO', 'WARN', 'ERROR']));
    for (const line of aboutEvents) {
      expect(line).toMatchObject({ userId: expect.any(String), correlationId: expect.any(String) });
    }
  });
});
