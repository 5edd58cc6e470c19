import { type LifecycleRule, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { s3Settling } from '../../../../services/bucket-retirer/s3-settling.ts';
import { PermanentError, RetryableError } from '../../../../services/shared/errors.ts';
import { serviceError } from '../service-errors.ts';

type Sent = { readonly command: string; readonly input: object };
type Answer = (sent: Sent) => object | Error;

const RULE: LifecycleRule = { ID: 'own', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 7 } };

/** An S3 of Tokyo that answers so, and notes each command. */
function s3(answer: Answer) {
  const sent: Sent[] = [];
  const send = async (command: { input: object }) => {
    const noted = { command: command.constructor.name.replace('Command', ''), input: command.input };
    sent.push(noted);
    const answered = answer(noted);
    if (answered instanceof Error) throw answered;
    return answered;
  };
  // The SDK's paging takes only a client of its own.
  const client = Object.assign(Object.create(S3Client.prototype), { send });
  return { sent, settling: s3Settling(client, 'ap-northeast-1') };
}

const thrownBy = (run: Promise<unknown>) =>
  run.then(
    () => 'nothing thrown',
    (error: unknown) => error,
  );

describe('the buckets of a user', () => {
  it('are those of this Region that begin so, of all pages', async () => {
    const { sent, settling } = s3(({ input }) =>
      'ContinuationToken' in input && input.ContinuationToken === 'more'
        ? { Buckets: [{ Name: 'siumina-3', BucketRegion: 'ap-northeast-1' }] }
        : {
            Buckets: [
              { Name: 'siumina-1', BucketRegion: 'ap-northeast-1' },
              // With a global name, it may be in any Region.
              { Name: 'siumina-2', BucketRegion: 'eu-west-1' },
              // S3 leaves the Region out where it is the only one.
              { Name: 'siumina-4' },
              { BucketRegion: 'ap-northeast-1' },
            ],
            ContinuationToken: 'more',
          },
    );
    expect(await settling.listBuckets('siumina-')).toEqual(['siumina-1', 'siumina-4', 'siumina-3']);
    expect(sent.map(({ command }) => command)).toEqual(['ListBuckets', 'ListBuckets']);
    expect(sent[0]?.input).toMatchObject({ Prefix: 'siumina-' });
  });

  it('are none where S3 lists none', async () => {
    expect(await s3(() => ({})).settling.listBuckets('siumina-')).toEqual([]);
  });

  it.each([
    ['AccessDenied', 403, PermanentError, /s3:ListAllMyBuckets/],
    ['SlowDown', 503, RetryableError, /nothing to do unless it lasts/],
  ])('given %s, are not guessed: it fails, and says what to do', async (code, status, type, hint) => {
    const cause = serviceError(code, status);
    const thrown = await thrownBy(s3(() => cause).settling.listBuckets('siumina-'));
    expect(thrown).toBeInstanceOf(type);
    expect(thrown).toMatchObject({
      message: `S3 did not list the buckets of this user, ${code} (${status}): ${code} happened`,
      hint: expect.stringMatching(hint),
      cause,
    });
  });
});

describe('the lifecycle rules of a bucket', () => {
  it('are read', async () => {
    const { sent, settling } = s3(() => ({ Rules: [RULE] }));
    expect(await settling.readRules('siumina-1')).toEqual([RULE]);
    expect(sent).toEqual([{ command: 'GetBucketLifecycleConfiguration', input: { Bucket: 'siumina-1' } }]);
  });

  it.each([
    ['answers without any', {}],
    ['says that there is no lifecycle', serviceError('NoSuchLifecycleConfiguration', 404)],
  ])('are none where S3 %s', async (_case, answer) => {
    expect(await s3(() => answer).settling.readRules('siumina-1')).toEqual([]);
  });

  it('are put as a whole, without a size that the bucket did not have', async () => {
    const { sent, settling } = s3(() => ({}));
    await settling.putRules('siumina-1', [RULE]);
    expect(sent).toEqual([
      {
        command: 'PutBucketLifecycleConfiguration',
        input: { Bucket: 'siumina-1', LifecycleConfiguration: { Rules: [RULE] } },
      },
    ]);
  });

  it('keep the bucket’s own least size for a transition, which a put would reset', async () => {
    const size = 'varies_by_storage_class';
    const { sent, settling } = s3(() => ({ Rules: [RULE], TransitionDefaultMinimumObjectSize: size }));
    await settling.readRules('siumina-1');
    await settling.putRules('siumina-1', [RULE]);
    await settling.putRules('siumina-2', [RULE]);
    expect(sent[1]?.input).toMatchObject({ Bucket: 'siumina-1', TransitionDefaultMinimumObjectSize: size });
    expect(sent[2]?.input).toEqual({ Bucket: 'siumina-2', LifecycleConfiguration: { Rules: [RULE] } });
  });

  it('are removed where none is left: S3 takes no empty list', async () => {
    const { sent, settling } = s3(() => ({}));
    await settling.putRules('siumina-1', []);
    expect(sent).toEqual([{ command: 'DeleteBucketLifecycle', input: { Bucket: 'siumina-1' } }]);
  });

  it.each([
    ['read', 'AccessDenied', 403, PermanentError],
    ['read', 'SlowDown', 503, RetryableError],
    ['put', 'AccessDenied', 403, PermanentError],
    ['put', 'OperationAborted', 409, RetryableError],
    ['removed', 'AccessDenied', 403, PermanentError],
  ])('that could not be %s because of %s fail with the bucket and the grant', async (how, code, status, type) => {
    const cause = serviceError(code, status);
    const { settling } = s3(() => cause);
    const run =
      how === 'read' ? settling.readRules('siumina-1') : settling.putRules('siumina-1', how === 'put' ? [RULE] : []);
    const thrown = await thrownBy(run);
    expect(thrown).toBeInstanceOf(type);
    expect(thrown).toMatchObject({
      message: `the bucket siumina-1 exists, but its setting "lifecycle" failed, ${code} (${status}): ${code} happened`,
      cause,
    });
    if (type === PermanentError)
      expect(thrown).toMatchObject({ hint: expect.stringContaining('LifecycleConfiguration') });
  });
});

describe('the tags of a bucket', () => {
  it('are read and put as bucket-service does', async () => {
    const tags = [{ Key: 'retiredAt', Value: '1795932000' }];
    const { sent, settling } = s3(() => ({ TagSet: tags }));
    expect(await settling.readTags('siumina-1')).toEqual(tags);
    await settling.putTags('siumina-1', tags);
    expect(sent.map(({ command }) => command)).toEqual(['GetBucketTagging', 'PutBucketTagging']);
  });
});
