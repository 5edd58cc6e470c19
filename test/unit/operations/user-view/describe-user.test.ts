import { describe, expect, test } from '@jest/globals';
import { type DescribedUser, describeUser } from '../../../../operations/user-view/describe-user.ts';
import type { BucketView, UserView } from '../../../../operations/user-view/read-user.ts';
import type { UserState } from '../../../../operations/user-view/user-state.ts';

const set = <T>(value: T) => ({ kind: 'set', value }) as const;
const NONE = { kind: 'none' } as const;
const UNKNOWN = { kind: 'unknown' } as const;
const HIDDEN = { kind: 'hidden', code: 'AccessDenied', needs: 's3:GetIt' } as const;
const HIDDEN_TEXT = 'cannot be read: AccessDenied; it needs the permission s3:GetIt';

const BUCKET: BucketView = {
  name: 'siu-alice',
  region: set('eu-west-1'),
  tags: set([
    { key: 'app', value: 'x' },
    { key: 'registeredAt', value: '1' },
  ]),
  publicAccessBlock: set({ BlockPublicAcls: true, IgnorePublicAcls: true }),
  cors: NONE,
  policy: NONE,
  versioning: set('Enabled'),
  encryption: set('AES256'),
};
const STATE: UserState = {
  registeredAt: 1_795_338_000,
  correlationId: 'r-1',
  isBucketThere: true,
  isUriRecorded: true,
  isTheirs: true,
  isTagged: true,
  problems: [],
};
const ROW = { id: { S: 'alice' }, s3_bucket_uri: { S: 's3://siu-alice' } };

function described({
  view = {},
  state = {},
  showsAll = false,
}: {
  readonly view?: Partial<UserView>;
  readonly state?: Partial<UserState>;
  readonly showsAll?: boolean;
}): DescribedUser {
  const whole = { userId: 'alice', table: 'users', userIdAttribute: 'id', row: set(ROW), bucket: set(BUCKET), ...view };
  return describeUser(whole, { ...STATE, ...state }, showsAll);
}

const bucketLines = (changes: Partial<BucketView>) =>
  Object.fromEntries(described({ view: { bucket: set({ ...BUCKET, ...changes }) } }).bucket);

test('a user for whom all is well, on one screen', () => {
  expect(described({})).toEqual({
    state: [
      ['registered', '2026-11-22T09:00:00Z'],
      ['bucket', 'exists'],
      ['owner', 'this user'],
      ['tags', 'complete'],
      ['URI', 'recorded'],
      ['correlation id', 'r-1'],
    ],
    row: [
      ['id', 'alice'],
      ['s3_bucket_uri', 's3://siu-alice'],
    ],
    bucketName: 'siu-alice',
    bucket: [
      ['region', 'eu-west-1'],
      ['tags', 'app=x, registeredAt=1'],
      ['public access', 'blocked'],
      ['CORS', 'none'],
      ['policy', 'none'],
      ['versioning', 'Enabled'],
      ['encryption', 'AES256'],
    ],
  });
});

describe('the state', () => {
  test('given a user whose bucket is not there, has no line for its owner and tags', () => {
    const { registeredAt: _, correlationId: __, ...rest } = STATE;
    const state = { ...rest, isBucketThere: false, isUriRecorded: false };
    const view = { userId: 'a', table: 'users', userIdAttribute: 'id', row: NONE, bucket: NONE };
    expect(describeUser(view, state, false).state).toEqual([
      ['registered', 'not known: only the bucket has it'],
      ['bucket', 'does not exist'],
      ['URI', 'not recorded'],
    ]);
  });

  test.each([
    [
      { isTheirs: false, isTagged: false },
      { owner: 'another user', tags: 'not complete' },
    ],
    [
      { isBucketThere: undefined, isTheirs: undefined, isTagged: undefined, isUriRecorded: undefined },
      { bucket: 'not known', owner: 'not known', tags: 'not known', URI: 'not known' },
    ],
  ])('given %j, says so', (state, lines) => {
    expect(Object.fromEntries(described({ state }).state)).toMatchObject(lines);
  });
});

describe('the row', () => {
  const value = {
    b: { N: '5' },
    id: { S: 'alice' },
    a: { BOOL: false },
    s3_bucket_url: { S: 'https://x' },
    s3_bucket_uri: { S: 's3://x' },
    c: { L: [{ S: 'x' }] },
    [`d${String.fromCharCode(7)}`]: { S: 'y'.repeat(200) },
  };
  const own = [
    ['id', 'alice'],
    ['s3_bucket_uri', 's3://x'],
    ['s3_bucket_url', 'https://x'],
  ];

  test('given attributes of others, names them, and hides their values', () => {
    expect(described({ view: { row: set(value) } }).row).toEqual([
      ...own,
      ['others', 'a, b, c, d\\u{7} (their values: --all)'],
    ]);
  });

  test('given --all, shows every value, each cut if it is long', () => {
    const { row } = described({ view: { row: set(value) }, showsAll: true });
    expect(row).toEqual([
      ...own,
      ['a', 'false'],
      ['b', '5'],
      ['c', '{"L":[{"S":"x"}]}'],
      ['d\\u{7}', expect.stringMatching(/^y+… \(200 characters\)$/)],
    ]);
    expect(row.at(-1)?.[1]).toHaveLength(100);
  });

  test.each([
    [NONE, 'none'],
    [
      { kind: 'hidden', code: 'AccessDenied', needs: 'dynamodb:GetItem' } as const,
      'cannot be read: AccessDenied; it needs the permission dynamodb:GetItem',
    ],
    [UNKNOWN, 'not known'],
  ])('given %j, says that', (row, text) => {
    expect(described({ view: { row } }).row).toEqual([['', text]]);
  });
});

describe('the bucket', () => {
  test.each([
    [NONE, 'none'],
    [HIDDEN, HIDDEN_TEXT],
  ])('given %j, has no name', (bucket, text) => {
    expect(described({ view: { bucket } })).toMatchObject({ bucketName: undefined, bucket: [['', text]] });
  });

  test('given one that does not exist, has no settings', () => {
    expect(bucketLines({ region: NONE })).toEqual({ region: 'there is no such bucket' });
  });

  test('given settings that the engine does not have, leaves them out; those that may not be read, it names', () => {
    expect(bucketLines({ encryption: UNKNOWN, versioning: HIDDEN, region: HIDDEN })).toEqual({
      region: HIDDEN_TEXT,
      tags: 'app=x, registeredAt=1',
      'public access': 'blocked',
      CORS: 'none',
      policy: 'none',
      versioning: HIDDEN_TEXT,
    });
  });

  test.each<[Partial<BucketView>, Readonly<Record<string, unknown>>]>([
    [
      { publicAccessBlock: set({ BlockPublicAcls: false, IgnorePublicAcls: true, BlockPublicPolicy: false }) },
      { 'public access': 'blocked, but for BlockPublicAcls and BlockPublicPolicy' },
    ],
    [
      {
        cors: set([
          { AllowedMethods: ['GET', 'PUT'], AllowedOrigins: ['https://a', 'https://b'] },
          { AllowedMethods: ['DELETE'], AllowedOrigins: ['*'] },
        ]),
      },
      { CORS: 'GET, PUT from https://a, https://b; DELETE from *' },
    ],
    // The SDK allows that a rule lacks them.
    [{ cors: set([{ AllowedMethods: undefined, AllowedOrigins: undefined }]) }, { CORS: ' from ' }],
    [{ policy: set({ Version: 'v', Statement: [{ Effect: 'Deny' }] }) }, { policy: '[{"Effect":"Deny"}]' }],
    [{ policy: set({ Version: 'v' }) }, { policy: '{"Version":"v"}' }],
    [
      { tags: set([{ key: 'k', value: 'v'.repeat(300) }]) },
      { tags: expect.stringMatching(/^k=v+… \(302 characters\)$/) },
    ],
  ])('given %j, shows it', (changes, lines) => {
    expect(bucketLines(changes)).toMatchObject(lines);
  });

  test('shows up to 400 columns of CORS, and 100 of a tag and of the policy', () => {
    const long = 'x'.repeat(1000);
    const lines = bucketLines({
      cors: set([{ AllowedMethods: ['GET'], AllowedOrigins: [long] }]),
      policy: set({ Statement: long }),
      tags: set([{ key: 'k', value: long }]),
    });
    expect([lines.CORS?.length, lines.policy?.length, lines.tags?.length]).toEqual([400, 100, 100]);
  });

  test('has nothing that controls the terminal', () => {
    const bell = String.fromCharCode(7);
    expect(bucketLines({ versioning: set(bell), encryption: set(bell), region: set(bell) })).toMatchObject({
      versioning: '\\u{7}',
      encryption: '\\u{7}',
      region: '\\u{7}',
    });
  });
});
