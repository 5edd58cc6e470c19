import { describe, expect, it } from '@jest/globals';
import type { BucketCreatedV1 } from '../../../../schemas/generated/bucket-created.v1.ts';
import { type CreateOutcome, createOutcome } from '../../../../services/bucket-service/create-outcome.ts';
import { type ProvisioningEffects, provisionBucket } from '../../../../services/bucket-service/provision-bucket.ts';
import { PermanentError, RetryableError } from '../../../../services/shared/errors.ts';
import { REGISTERED_AT, registration } from '../registrations.ts';
import { serviceError } from '../service-errors.ts';
import { settings } from './settings.ts';

const NAME = 'siutest4-20240430062715';
const GLOBAL = settings({ namespace: 'global', cors: true });

/** An S3 and a bus that remember, with the given steps failing. */
function world(failures: Partial<Pick<ProvisioningEffects, 'createBucket' | 'applySettings' | 'publish'>> = {}) {
  const buckets = new Set<string>();
  const calls: string[] = [];
  const published: BucketCreatedV1[] = [];
  const effects: ProvisioningEffects = {
    async createBucket({ Bucket = '' }): Promise<CreateOutcome> {
      calls.push('create');
      if (buckets.has(Bucket)) return { kind: 'already-ours' };
      buckets.add(Bucket);
      return { kind: 'created' };
    },
    async applySettings(steps) {
      calls.push(...steps.map(({ kind }) => kind));
    },
    async publish(detail) {
      calls.push('publish');
      published.push(detail);
    },
    now: () => REGISTERED_AT + 2,
    ...failures,
  };
  return { buckets, calls, published, effects };
}

describe('provisioning a bucket', () => {
  it('given a new user, creates, sets up and publishes, in this order', async () => {
    const { calls, published, effects } = world();
    const result = await provisionBucket(registration(), GLOBAL, effects);
    expect(result).toEqual({ outcome: 'created', bucketName: NAME });
    expect(calls).toEqual(['create', 'cors', 'publish']);
    expect(published[0]?.data).toMatchObject({ bucketName: NAME, createdAt: REGISTERED_AT + 2 });
  });

  it('given a bucket that is there, sets it up and publishes all the same', async () => {
    const { calls, effects } = world();
    await provisionBucket(registration(), GLOBAL, effects);
    calls.length = 0;
    const result = await provisionBucket(registration(), GLOBAL, effects);
    expect(result).toEqual({ outcome: 'already-ours', bucketName: NAME });
    expect(calls).toEqual(['create', 'cors', 'publish']);
  });

  it.each([
    ['before the settings', { applySettings: () => Promise.reject(new Error('crash')) }],
    ['before the event was out', { publish: () => Promise.reject(new Error('crash')) }],
  ])('given an attempt that died %s, the next one finishes its work on the same bucket', async (_case, failure) => {
    const { buckets, published, effects } = world();
    await expect(provisionBucket(registration(), GLOBAL, { ...effects, ...failure })).rejects.toThrow('crash');
    expect([...buckets]).toEqual([NAME]);
    expect(published).toEqual([]);

    await provisionBucket(registration(), GLOBAL, effects);
    expect([...buckets]).toEqual([NAME]);
    expect(published.map(({ metadata, data }) => [metadata.eventId, data.bucketName])).toEqual([
      ['registration-of-test4:BucketCreated', NAME],
    ]);
  });

  it('given the same event twice, publishes the same event twice', async () => {
    const { published, effects } = world();
    await provisionBucket(registration(), GLOBAL, effects);
    await provisionBucket(registration(), GLOBAL, effects);
    expect(published[1]).toEqual(published[0]);
  });

  it.each([
    [
      'the name is taken',
      serviceError('BucketAlreadyExists', 409),
      PermanentError,
      `the bucket name ${NAME} is held by`,
    ],
    ['S3 refuses', serviceError('TooManyBuckets', 400), PermanentError, `S3 refused to create ${NAME}: TooManyBuckets`],
    ['S3 is busy', serviceError('SlowDown', 503), RetryableError, `S3 could not create ${NAME} now: SlowDown`],
  ])(
    'given that %s, throws an error that tells all about it, and publishes nothing',
    async (_case, cause, type, message) => {
      const { published, effects } = world({ createBucket: async () => createOutcome(cause) });
      const thrown = await provisionBucket(registration(), GLOBAL, effects).catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(type);
      expect(thrown).toMatchObject({
        message: expect.stringContaining(message),
        hint: expect.stringMatching(/./),
        userId: 'test4',
        eventId: 'registration-of-test4',
        cause,
      });
      expect(published).toEqual([]);
    },
  );
});
