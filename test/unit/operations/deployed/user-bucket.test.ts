import { describe, expect, it } from '@jest/globals';
import {
  bucketNaming,
  bucketOfUri,
  bucketStem,
  isTagged,
  NO_TAGS,
  readOurTags,
  registrationIn,
} from '../../../../operations/deployed/user-bucket.ts';
import { bucketName } from '../../../../services/bucket-service/bucket-name.ts';

const OUTPUTS = {
  BucketNamePrefix: 'siu',
  BucketNamespace: 'global',
  EventBusArn: 'arn:aws-cn:events:cn-north-1:123456789012:event-bus/users',
};
const naming = bucketNaming({ name: 'users', outputs: OUTPUTS });

describe('how a stack names buckets', () => {
  it('is read from its outputs', () => {
    expect(naming).toEqual({ prefix: 'siu', namespace: 'global', accountId: '123456789012', region: 'cn-north-1' });
  });

  it('may be in the namespace of an account and its Region', () => {
    const outputs = { ...OUTPUTS, BucketNamespace: 'account-regional' };
    expect(bucketNaming({ name: 'users', outputs }).namespace).toBe('account-regional');
  });

  it.each([
    [{ ...OUTPUTS, BucketNamespace: 'galactic' }, /has an unknown bucket namespace: galactic/],
    [{ BucketNamespace: 'global' }, /has no output EventBusArn/],
    [{}, /has no output BucketNamespace/],
  ])('is refused where they do not tell: %j', (outputs, message) => {
    expect(() => bucketNaming({ name: 'users', outputs })).toThrow(message);
  });
});

describe('a bucket URI', () => {
  it.each([
    ['s3://siualice', 'siualice'],
    ['s3://siualice/', 'siualice'],
    ['s3://a.b-c', 'a.b-c'],
  ])('%s names a bucket', (uri, name) => {
    expect(bucketOfUri(uri)).toBe(name);
    expect(bucketOfUri(`s3://${name}`)).toBe(name);
  });

  it.each([
    '',
    's3://',
    's3://ab',
    's3://Alice',
    's3://siualice/key',
    'https://siualice',
    's3://siu alice',
    's3://../x\n',
  ])('%j is none', (uri) => {
    expect(bucketOfUri(uri)).toBeUndefined();
  });
});

describe('the registration in a bucket name', () => {
  it.each(['alice', '김민지', 'é'.repeat(1024), 'a-20200101000000'])('is known for its own user alone', (userId) => {
    const name = bucketName({ userId, registeredAt: 1_714_458_435 }, naming);
    expect(registrationIn(name, userId, naming)).toBe(1_714_458_435);
    expect(registrationIn(name, `${userId}x`, naming)).toBeUndefined();
    expect(name.startsWith(`${bucketStem(userId, naming)}-`)).toBe(true);
  });

  it('is none in a name of another form', () => {
    expect(registrationIn('photos', 'alice', naming)).toBeUndefined();
  });
});

describe('the tags of a bucket', () => {
  const REQUIRED = ['app', 'userIdSha256', 'registeredAt'];
  const tags = REQUIRED.map((Key) => ({ Key, Value: `the ${Key}` }));

  it('say nothing where there are none, as of a bucket whose tags are not known', () => {
    expect(NO_TAGS).toEqual({ missing: REQUIRED });
    expect(readOurTags([])).toEqual(NO_TAGS);
    expect(isTagged(NO_TAGS)).toBe(false);
  });

  it('share one list of what is missing where nothing is: an inventory holds those of very many buckets', () => {
    const [one, other] = [readOurTags(tags), readOurTags([...tags, { Key: 'correlationId', Value: 'c' }])];
    expect(one).toEqual({ owner: 'the userIdSha256', missing: [] });
    expect(other.correlationId).toBe('c');
    expect(other.missing).toBe(one.missing);
    expect(isTagged(one)).toBe(true);
  });
});
