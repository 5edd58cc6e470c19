import { describe, expect, it } from '@jest/globals';
import type { BucketCreatedV1 } from '../../../../schemas/generated/bucket-created.v1.ts';
import { bucketTags } from '../../../../services/bucket-service/bucket-tags.ts';
import { type CreateOutcome, createOutcome } from '../../../../services/bucket-service/create-outcome.ts';
import { type ProvisioningEffects, provisionBucket } from '../../../../services/bucket-service/provision-bucket.ts';
import { PermanentError, RetryableError } from '../../../../services/shared/errors.ts';
import { REGISTERED_AT, registration } from '../registrations.ts';
import { serviceError } from '../service-errors.ts';
import { settings } from './settings.ts';

const NAME = 'siutest4-20240430062715';
const GLOBAL = settings({ namespace: 'global', cors: true });

type Tags = readonly { readonly Key: string; readonly Value: string }[];

/** An S3 and a bus that remember, with the given steps failing. */
function world(failures: Partial<ProvisioningEffects> = {}) {
  const buckets = new Map<string, Tags>();
  const calls: string[] = [];
  const published: BucketCreatedV1[] = [];
  const effects: ProvisioningEffects = {
    async createBucket({ Bucket = '', CreateBucketConfiguration }): Promise<CreateOutcome> {
      calls.push('create');
      if (buckets.has(Bucket)) return { kind: 'already-ours' };
      buckets.set(Bucket, (CreateBucketConfiguration?.Tags ?? []) as Tags);
      return { kind: 'created' };
    },
    async readTags(name) {
      calls.push('read tags');
      return buckets.get(name);
    },
    async putTags(name, tags) {
      calls.push('put tags');
      buckets.set(name, tags);
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
    expect(result).toEqual({ outcome: 'created', bucketName: NAME, addedTags: [] });
    expect(calls).toEqual(['create', 'cors', 'publish']);
    expect(published[0]?.data).toMatchObject({ bucketName: NAME, createdAt: REGISTERED_AT + 2 });
  });

  it('given a bucket whose user left, leaves its settings alone: a lifecycle would replace the rule that empties it', async () => {
    const { buckets, calls, effects } = world();
    await provisionBucket(registration(), GLOBAL, effects);
    buckets.set(NAME, [...(buckets.get(NAME) ?? []), { Key: 'retiredAt', Value: '1714640399' }]);
    calls.length = 0;
    expect(await provisionBucket(registration(), GLOBAL, effects)).toMatchObject({ outcome: 'already-ours' });
    expect(calls).toEqual(['create', 'read tags', 'publish']);
    expect(buckets.get(NAME)).toContainEqual({ Key: 'retiredAt', Value: '1714640399' });
  });

  it('given a bucket that S3 does not know everywhere yet, sets it up and publishes all the same', async () => {
    const { calls, effects } = world({
      createBucket: async () => ({ kind: 'already-ours' }),
      readTags: async () => undefined,
    });
    const result = await provisionBucket(registration(), GLOBAL, effects);
    expect(result).toEqual({ outcome: 'already-ours', bucketName: NAME, addedTags: [] });
    expect(calls).toEqual(['cors', 'publish']);
  });

  it('given a bucket that is there and healthy, reads its tags, sets it up and publishes all the same', async () => {
    const { calls, effects } = world();
    await provisionBucket(registration(), GLOBAL, effects);
    calls.length = 0;
    const result = await provisionBucket(registration(), GLOBAL, effects);
    expect(result).toEqual({ outcome: 'already-ours', bucketName: NAME, addedTags: [] });
    expect(calls).toEqual(['create', 'read tags', 'cors', 'publish']);
  });

  it.each([
    ['before the settings', { applySettings: () => Promise.reject(new Error('crash')) }],
    ['before the event was out', { publish: () => Promise.reject(new Error('crash')) }],
  ])('given an attempt that died %s, the next one finishes its work on the same bucket', async (_case, failure) => {
    const { buckets, published, effects } = world();
    await expect(provisionBucket(registration(), GLOBAL, { ...effects, ...failure })).rejects.toThrow('crash');
    expect([...buckets.keys()]).toEqual([NAME]);
    expect(published).toEqual([]);

    await provisionBucket(registration(), GLOBAL, effects);
    expect([...buckets.keys()]).toEqual([NAME]);
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
      `another account owns the bucket name ${NAME}: `,
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

describe('the tags of a bucket that was there', () => {
  const planned = bucketTags(registration());
  const foreign = { Key: 'cost-centre', Value: '42' };

  it('given that some are missing, are completed before the event is out, and everything else is kept', async () => {
    const { buckets, calls, published, effects } = world();
    const kept = [foreign, { Key: 'correlationId', Value: 'an-older-one' }];
    buckets.set(NAME, kept);
    const { outcome, addedTags } = await provisionBucket(registration(), GLOBAL, effects);
    expect({ outcome, addedTags }).toEqual({
      outcome: 'already-ours',
      addedTags: ['app', 'userIdSha256', 'registeredAt'],
    });
    expect(buckets.get(NAME)).toEqual([...kept, ...planned.slice(0, 3)]);
    expect(calls).toEqual(['create', 'read tags', 'put tags', 'cors', 'publish']);
    expect(published).toHaveLength(1);
  });

  it.each([
    ['read', { readTags: () => Promise.reject(new Error('no tags')) }],
    ['put', { putTags: () => Promise.reject(new Error('no tags')) }],
  ])('given that they cannot be %s, fails, and publishes nothing of a bucket without tags', async (_case, failure) => {
    const { buckets, published, effects } = world(failure);
    buckets.set(NAME, []);
    await expect(provisionBucket(registration(), GLOBAL, effects)).rejects.toThrow('no tags');
    expect(published).toEqual([]);
  });

  it('given that none is left, are put as planned', async () => {
    const { buckets, effects } = world();
    buckets.set(NAME, []);
    await provisionBucket(registration(), GLOBAL, effects);
    expect(buckets.get(NAME)).toEqual(planned);
  });

  it("given that they name another user, are left, and nothing is told of the bucket that isn't theirs", async () => {
    const { buckets, calls, effects } = world();
    const others = bucketTags(registration('somebody-else'));
    buckets.set(NAME, others);
    const thrown = await provisionBucket(registration(), GLOBAL, effects).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(PermanentError);
    expect(thrown).toMatchObject({ message: expect.stringContaining("another user's"), userId: 'test4' });
    expect(buckets.get(NAME)).toBe(others);
    expect(calls).toEqual(['create', 'read tags']);
  });

  it('given a bucket so young that it is not known everywhere, are as it was created with', async () => {
    const { calls, effects } = world({ readTags: async () => undefined });
    await provisionBucket(registration(), GLOBAL, effects);
    await provisionBucket(registration(), GLOBAL, effects);
    expect(calls).toEqual(['create', 'cors', 'publish', 'create', 'cors', 'publish']);
  });

  it.each([
    ['a new bucket there', undefined, ['create', 'read tags', 'publish']],
    ['one that lost its tags there', [], ['create', 'read tags', 'put tags', 'publish']],
  ])('in us-east-1, which answers alike for new global buckets and old ones: %s', async (_case, tags, expected) => {
    const { buckets, calls, effects } = world();
    const createBucket: ProvisioningEffects['createBucket'] = async (input) => {
      const { kind } = await effects.createBucket(input);
      return kind === 'already-ours' ? { kind: 'created' } : createOutcome();
    };
    if (tags !== undefined) buckets.set(NAME, tags);
    const place = settings({ region: 'us-east-1', namespace: 'global' });
    await provisionBucket(registration(), place, { ...effects, createBucket });
    expect(calls).toEqual(expected);
    expect(buckets.get(NAME)).toEqual(planned);
  });
});
