import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isEvent, isInvocation, Pipeline } from '../support/pipeline.ts';

/** What the S3 client tries by itself before it gives an answer to the service. */
const CLIENT_ATTEMPTS = 3;

describe('each answer of S3 has its outcome', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await Pipeline.startUndisturbed();
  });
  afterEach(() => pipeline.stop());

  const failed = () =>
    pipeline.waitFor('the error line', ({ hop, line }) => hop === 'log' && String(line).includes('event not handled'));

  test.each([
    ['OperationAborted', 409, 1],
    ['SlowDown', 503, CLIENT_ATTEMPTS],
    ['InternalError', 500, CLIENT_ATTEMPTS],
  ])('given %s, the event comes again and the user gets the bucket', async (code, status, times) => {
    pipeline.engine.faults.fail('s3:CreateBucket', code, { status, times });
    await pipeline.register('test4');
    await failed();
    expect(await pipeline.buckets()).toEqual([]);
    const [line] = pipeline.logLines('event not handled');
    expect(line).toMatchObject({
      level: 'ERROR',
      userId: 'test4',
      retryable: true,
      problem: expect.stringContaining(code),
    });

    await pipeline.redeliver();
    await pipeline.recorded('test4');
    expect(await pipeline.buckets()).toHaveLength(1);
  });

  test.each([
    ['BucketAlreadyExists', 409, 'another account owns the bucket name'],
    ['AccessDenied', 403, 'check s3:CreateBucket'],
    ['TooManyBuckets', 400, 'quota'],
  ])('given %s, the event ends in the dead-letter queue, and the log says why', async (code, status, words) => {
    pipeline.engine.faults.fail('s3:CreateBucket', code, { status, times: 5 });
    await pipeline.register('test4');
    for (let receive = 1; receive <= 5; receive++) {
      await pipeline.failures('BucketService', receive);
      await pipeline.redeliver();
    }
    await pipeline.waitFor('the dead letter', ({ hop }) => hop === 'redriven-to-dlq');

    expect(await pipeline.buckets()).toEqual([]);
    expect(pipeline.entries((entry) => isEvent(entry, 'BucketCreated'))).toEqual([]);
    const [line] = pipeline.logLines('event not handled');
    expect(line).toMatchObject({ userId: 'test4', retryable: false });
    expect(JSON.stringify(line)).toContain(code);
    expect(JSON.stringify(line)).toContain(words);
    const [letter] = await pipeline.messages(pipeline.output('BucketServiceDlqUrl'));
    expect(JSON.parse(letter?.Body ?? '')).toMatchObject({ detail: { data: { userId: 'test4' } } });
  });

  test('given a bucket that is ours already, BucketCreated is published all the same', async () => {
    pipeline.engine.faults.fail('s3:CreateBucket', 'BucketAlreadyOwnedByYou', { status: 409 });
    await pipeline.register('test4');
    await pipeline.recorded('test4');
    expect(pipeline.entries((entry) => isInvocation(entry, 'BucketService'))).toHaveLength(1);
    expect(pipeline.logLines('bucket was already there')).toHaveLength(1);
  });
});
