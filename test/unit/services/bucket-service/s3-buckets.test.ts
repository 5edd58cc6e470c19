import type { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { planBucket } from '../../../../services/bucket-service/bucket-plan.ts';
import { s3Buckets } from '../../../../services/bucket-service/s3-buckets.ts';
import { PermanentError, RetryableError } from '../../../../services/shared/errors.ts';
import { registration } from '../registrations.ts';
import { serviceError } from '../service-errors.ts';
import { settings } from './settings.ts';

const plan = planBucket(
  registration(),
  settings({ cors: true, publicListing: true, lifecycle: { abortUploadsAfterDays: 7 } }),
);

/** A client that notes each command by its name, and fails one of them; others it answers alike. */
function client(failing?: string, error?: Error, answer: object = {}) {
  const sent: { command: string; input: unknown }[] = [];
  const send = async (command: { input: unknown }) => {
    const { name } = command.constructor;
    sent.push({ command: name, input: command.input });
    if (name === failing) throw error;
    return answer;
  };
  return { sent, buckets: s3Buckets({ send } as unknown as S3Client) };
}

describe('buckets in S3', () => {
  it('are created as planned', async () => {
    const { sent, buckets } = client();
    expect(await buckets.createBucket(plan.create)).toEqual({ kind: 'created' });
    expect(sent).toEqual([{ command: 'CreateBucketCommand', input: plan.create }]);
  });

  it('given a refusal, answer with what it means', async () => {
    const { buckets } = client('CreateBucketCommand', serviceError('BucketAlreadyOwnedByYou', 409));
    expect(await buckets.createBucket(plan.create)).toEqual({ kind: 'already-ours' });
  });

  it('are set up one step after the other', async () => {
    const { sent, buckets } = client();
    await buckets.applySettings(plan.settings);
    expect(sent).toEqual([
      { command: 'PutBucketCorsCommand', input: plan.settings[0]?.input },
      { command: 'PutPublicAccessBlockCommand', input: plan.settings[1]?.input },
      { command: 'PutBucketPolicyCommand', input: plan.settings[2]?.input },
      { command: 'PutBucketLifecycleConfigurationCommand', input: plan.settings[3]?.input },
    ]);
  });

  it.each([
    ['AccessDenied', 403, PermanentError],
    ['NoSuchBucket', 404, RetryableError],
    ['OperationAborted', 409, RetryableError],
    ['SlowDown', 503, RetryableError],
  ])('given %s to a step, stop there and say which one', async (code, status, type) => {
    const cause = serviceError(code, status);
    const { sent, buckets } = client('PutPublicAccessBlockCommand', cause);
    const thrown = await buckets.applySettings(plan.settings).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(type);
    expect(thrown).toMatchObject({ message: expect.stringContaining('setting "public-access" failed'), cause });
    expect(sent).toHaveLength(2);
  });

  it.each([
    ['PutBucketCorsCommand', 'cors'],
    ['PutPublicAccessBlockCommand', 'public-access'],
    ['PutBucketPolicyCommand', 'policy'],
    ['PutBucketLifecycleConfigurationCommand', 'lifecycle'],
  ])('given a refusal of %s, send nothing after it, and fail', async (command, kind) => {
    const { sent, buckets } = client(command, serviceError('AccessDenied', 403));
    await expect(buckets.applySettings(plan.settings)).rejects.toThrow(`setting "${kind}" failed`);
    expect(sent.at(-1)?.command).toBe(command);
  });
});

describe('tags of a bucket in S3', () => {
  const tags = [{ Key: 'cost-centre', Value: '42' }];

  it('are read, and put as a whole', async () => {
    const { sent, buckets } = client(undefined, undefined, { TagSet: tags });
    expect(await buckets.readTags('siutest4')).toEqual(tags);
    await buckets.putTags('siutest4', tags);
    expect(sent).toEqual([
      { command: 'GetBucketTaggingCommand', input: { Bucket: 'siutest4' } },
      { command: 'PutBucketTaggingCommand', input: { Bucket: 'siutest4', Tagging: { TagSet: tags } } },
    ]);
  });

  it('are none in an answer without any, and without what a tag lacks', async () => {
    expect(await client().buckets.readTags('siutest4')).toEqual([]);
    const { buckets } = client(undefined, undefined, { TagSet: [{ Key: 'team' }, { Value: 'a' }] });
    expect(await buckets.readTags('siutest4')).toEqual([
      { Key: 'team', Value: '' },
      { Key: '', Value: 'a' },
    ]);
  });

  it.each([
    ['NoSuchTagSet', 'a bucket without any', []],
    ['NoSuchBucket', 'one that is not known everywhere yet', undefined],
  ])('given %s, are those of %s', async (code, _case, expected) => {
    const { buckets } = client('GetBucketTaggingCommand', serviceError(code, 404));
    expect(await buckets.readTags('siutest4')).toEqual(expected);
  });

  it.each([
    ['GetBucketTaggingCommand', 'AccessDenied', 403, PermanentError],
    ['PutBucketTaggingCommand', 'InvalidTag', 400, PermanentError],
    ['PutBucketTaggingCommand', 'OperationAborted', 409, RetryableError],
    ['GetBucketTaggingCommand', 'SlowDown', 503, RetryableError],
  ])('given that %s answers %s, fail with what a person can do', async (command, code, status, type) => {
    const cause = serviceError(code, status);
    const { buckets } = client(command, cause);
    const run = command.startsWith('Get') ? buckets.readTags('siutest4') : buckets.putTags('siutest4', tags);
    const thrown = await run.then(
      () => 'nothing thrown',
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(type);
    expect(thrown).toMatchObject({ message: expect.stringContaining('siutest4'), hint: expect.any(String), cause });
  });
});
