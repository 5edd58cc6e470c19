import { describe, expect, test } from '@jest/globals';
import type { BucketView, Reading, UserView } from '../../../../operations/user-view/read-user.ts';
import { stateOf, type UserState } from '../../../../operations/user-view/user-state.ts';
import { bucketTags } from '../../../../services/bucket-service/bucket-tags.ts';
import { REGISTERED_AT, registration } from '../../services/registrations.ts';
import { world } from './user-world.ts';

// The state of a user where not everything can be read, or is of an unusual form.

const w = world();
const set = <T>(value: T) => ({ kind: 'set', value }) as const;
const NONE = { kind: 'none' } as const;
const HIDDEN = { kind: 'hidden', code: 'AccessDenied', needs: 'x:Y' } as const;
const TAGS = bucketTags(registration('alice')).map(({ Key = '', Value = '' }) => ({ key: Key, value: Value }));
const ROW = { userId: { S: 'alice' }, s3_bucket_uri: { S: `s3://${w.nameOf('alice')}` } };
const BUCKET: BucketView = {
  ...{ name: w.nameOf('alice'), region: set('ap-northeast-1'), tags: set(TAGS) },
  ...{ publicAccessBlock: NONE, cors: NONE, policy: NONE, versioning: NONE, encryption: NONE },
};
const withTime = (registeredAt: string) =>
  TAGS.map((tag) => (tag.key === 'registeredAt' ? { ...tag, value: registeredAt } : tag));

function stateWith(bucket: Partial<BucketView> | Reading<BucketView>, view: Partial<UserView> = {}): UserState {
  const reading = 'kind' in bucket ? bucket : set({ ...BUCKET, ...bucket });
  const whole = { userId: 'alice', table: 'users', userIdAttribute: 'userId', row: set(ROW), bucket: reading, ...view };
  return stateOf(whole, w.naming, (words) => `npx pipeline ${words}`);
}

describe('when the user registered', () => {
  test.each<[string, Partial<BucketView>, number | undefined]>([
    ['the tag and the name say the same', {}, REGISTERED_AT],
    ['the tag says another time than the name', { tags: set(withTime('1700000000')) }, 1_700_000_000],
    [
      'a tag of another name holds a number',
      { tags: set([{ key: 'costCenter', value: '17' }, ...withTime('1700000000')]) },
      1_700_000_000,
    ],
    ['the tag is no number', { tags: set(withTime('x17')) }, REGISTERED_AT],
    ['the tag only begins with a number', { tags: set(withTime('17x')) }, REGISTERED_AT],
    ['only the tag is known', { name: 'photos' }, Number(TAGS.find(({ key }) => key === 'registeredAt')?.value)],
    ['neither is known', { name: 'photos', tags: NONE }, undefined],
  ])('given that %s', (_, bucket, registeredAt) => {
    expect(stateWith(bucket).registeredAt).toBe(registeredAt);
  });
});

describe('what is not known is neither so nor not', () => {
  test.each<[string, Partial<BucketView> | Reading<BucketView>, object]>([
    ['a bucket that may not be read', HIDDEN, { isBucketThere: undefined, isTheirs: undefined, isTagged: undefined }],
    ['a bucket that the engine does not know', { kind: 'unknown' }, { isBucketThere: undefined }],
    ['no bucket', NONE, { isBucketThere: false, isTheirs: false, isTagged: false }],
    ['a Region that may not be read', { region: HIDDEN }, { isBucketThere: undefined, isTheirs: undefined }],
    ['a bucket that is gone', { region: NONE }, { isBucketThere: false }],
    ['tags that may not be read', { tags: HIDDEN }, { isBucketThere: true, isTheirs: true, isTagged: undefined }],
    ['the same, and a name of another form', { tags: HIDDEN, name: 'photos' }, { isTheirs: undefined }],
    ['no tags', { tags: NONE }, { isTheirs: true, isTagged: false }],
    ['no tags, and a name of another form', { tags: NONE, name: 'photos' }, { isTheirs: undefined, isTagged: false }],
  ])('given %s', (_, bucket, expected) => {
    expect(stateWith(bucket)).toMatchObject(expected);
  });

  test('given a bucket of which nothing is known, nothing more is said', () => {
    expect(stateWith(HIDDEN)).toStrictEqual({
      isBucketThere: undefined,
      isUriRecorded: true,
      isTheirs: undefined,
      isTagged: undefined,
      problems: [],
    });
  });

  test.each<[string, UserView['row'], boolean | undefined, readonly unknown[]]>([
    ['a row that may not be read', HIDDEN, undefined, []],
    ['no row', NONE, false, [expect.stringMatching(/^the URI of the bucket is not recorded/)]],
    [
      'a row without URI',
      set({ userId: { S: 'alice' } }),
      false,
      [expect.stringMatching(/^the URI of the bucket is not recorded/)],
    ],
    [
      'a URI that is no text',
      set({ userId: { S: 'alice' }, s3_bucket_uri: { N: '1' } }),
      true,
      ['s3_bucket_uri is not the URI of a bucket: for details run npx pipeline reconcile'],
    ],
  ])('given %s', (_, row, isUriRecorded, problems) => {
    expect(stateWith({}, { row })).toMatchObject({ isUriRecorded, problems });
  });
});

test("another user's bucket without all tags is only said to be another user's", () => {
  const tags = bucketTags(registration('bob')).filter(({ Key }) => Key !== 'app');
  const { problems, ...state } = stateWith({
    tags: set(tags.map(({ Key = '', Value = '' }) => ({ key: Key, value: Value }))),
  });
  expect(state).toMatchObject({ isTheirs: false, isTagged: false });
  expect(problems).toEqual(["the bucket is tagged as another user's: for details run npx pipeline reconcile"]);
});

test.each([
  ['alice', 'alice'],
  ['a.b+c@example-1.com', 'a.b+c@example-1.com'],
  ['x'.repeat(60), 'x'.repeat(60)],
  ['x'.repeat(61), 'USER_ID'],
  ['a b', 'USER_ID'],
  ['a;rm', 'USER_ID'],
])('the command for the user %j names %s', (userId, named) => {
  const { problems } = stateWith(NONE, { userId, row: set({ userId: { S: userId } }) });
  expect(problems).toEqual([expect.stringContaining(`npx pipeline trace ${named} shows`)]);
});
