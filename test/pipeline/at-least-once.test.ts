import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isChange, isEvent, isInvocation, Pipeline } from '../support/pipeline.ts';

describe('whatever is delivered twice or dies half way, a user has one bucket and one URI', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await Pipeline.startUndisturbed();
  });
  afterEach(() => pipeline.stop());

  const expectOneBucket = async (userId: string) => {
    const buckets = await pipeline.buckets();
    expect(buckets).toHaveLength(1);
    expect((await pipeline.row(userId))?.s3_bucket_uri?.S).toBe(`s3://${buckets[0]}`);
    // A second write of the URI that is there already changes nothing, so the stream shows one change only.
    expect(pipeline.entries((entry) => isChange(entry, 'MODIFY', userId))).toHaveLength(1);
  };
  const created = (count: number) =>
    pipeline.waitFor(`${count} BucketCreated`, (entry) => isEvent(entry, 'BucketCreated'), count);
  const recorderIsDone = (events: number) =>
    pipeline.waitFor(
      'the recorder',
      ({ hop, line }) => hop === 'log' && /bucket URI recorded/.test(String(line)),
      events,
    );

  test('given a stream record that is delivered twice', async () => {
    pipeline.engine.faults.duplicate('stream-record');
    await pipeline.register('test4');
    await created(2);
    await recorderIsDone(2);

    expect(pipeline.entries((entry) => isEvent(entry, 'UserRegistered'))).toHaveLength(2);
    const ids = pipeline.entries((entry) => isEvent(entry, 'BucketCreated')).map(({ detail }) => eventIdOf(detail));
    expect(new Set(ids).size).toBe(1);
    await expectOneBucket('test4');
  });

  test('given a queue message that the bucket service gets twice', async () => {
    pipeline.engine.faults.duplicate('queue-message');
    await pipeline.register('test4');
    await created(2);
    await recorderIsDone(2);
    await expectOneBucket('test4');
  });

  test('given a queue message that the recorder gets twice', async () => {
    pipeline.engine.faults.duplicate('queue-message', 2);
    await pipeline.register('test4');
    await recorderIsDone(2);
    await expectOneBucket('test4');
  });

  test('given a bucket service that dies after CreateBucket and before PutEvents', async () => {
    const service = functionOf(pipeline, 'BucketService');
    pipeline.engine.faults.inject('s3:CreateBucket', { when: 'after', action: () => service.kill() });
    await pipeline.register('test4');
    await pipeline.waitFor('the crash', (entry) => isInvocation(entry, 'BucketService') && entry.outcome === 'failed');
    expect(await pipeline.buckets()).toHaveLength(1);
    expect(pipeline.entries((entry) => isEvent(entry, 'BucketCreated'))).toHaveLength(0);

    await pipeline.redeliver();
    await pipeline.recorded('test4');
    expect(pipeline.entries((entry) => isEvent(entry, 'BucketCreated'))).toHaveLength(1);
    expect(pipeline.logLines('bucket was already there')).toHaveLength(1);
    await expectOneBucket('test4');
  });

  test('given a CreateBucket whose answer is lost', async () => {
    pipeline.engine.faults.fail('s3:CreateBucket', 'InternalError', { when: 'after', status: 500 });
    await pipeline.register('test4');
    await pipeline.recorded('test4');
    await expectOneBucket('test4');
  });

  test('given a PutEvents of the service whose answer is lost, so that it publishes again', async () => {
    // The first PutEvents is the pipe's.
    pipeline.engine.faults.fail('events:PutEvents', 'InternalFailure', { nth: 2, when: 'after', status: 500 });
    await pipeline.register('test4');
    await created(2);
    await recorderIsDone(2);
    await expectOneBucket('test4');
  });

  test("given a PutEvents of the pipe whose answer is lost, so that the record's event comes twice", async () => {
    pipeline.engine.faults.fail('events:PutEvents', 'InternalException', { when: 'after', status: 500 });
    await pipeline.register('test4');
    await pipeline.waitFor('the first attempt', ({ hop, outcome }) => hop === 'pipe-delivery' && outcome === 'refused');
    pipeline.clock.skip(1000);
    await created(2);
    await recorderIsDone(2);
    await expectOneBucket('test4');
  });

  test('given a recorder that dies after its write took effect', async () => {
    const recorder = functionOf(pipeline, 'UriRecorder');
    pipeline.engine.faults.inject('dynamodb:UpdateItem', { when: 'after', action: () => recorder.kill() });
    await pipeline.register('test4');
    await pipeline.waitFor('the crash', (entry) => isInvocation(entry, 'UriRecorder') && entry.outcome === 'failed');
    await pipeline.redeliver();
    await recorderIsDone(1);
    await expectOneBucket('test4');
  });
});

function functionOf({ engine }: Pipeline, service: string) {
  const found = [...engine.services.functions.values()].find(({ name }) => name.includes(service));
  if (found === undefined) throw new Error(`There is no function of ${service}.`);
  return found;
}

function eventIdOf(detail: unknown): string {
  return (detail as { metadata: { eventId: string } }).metadata.eventId;
}
