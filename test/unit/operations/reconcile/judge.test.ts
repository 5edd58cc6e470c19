import { describe, expect, test } from '@jest/globals';
import { type OurTags, readOurTags } from '../../../../operations/deployed/user-bucket.ts';
import { BucketInventory, type BucketLook, type KnownBucket } from '../../../../operations/reconcile/buckets.ts';
import { isSuspicious, judgeBucket, judgeRow, type Surroundings } from '../../../../operations/reconcile/judge.ts';
import { type BucketNameSettings, bucketName } from '../../../../services/bucket-service/bucket-name.ts';
import { bucketTags } from '../../../../services/bucket-service/bucket-tags.ts';
import { tagsOfRetired } from '../../../../services/bucket-service/retirement.ts';
import { registration } from '../../services/registrations.ts';
import { REGISTERED_AT, TABLE_MADE_AT } from './world.ts';

const NAMING: BucketNameSettings = {
  prefix: 'siu',
  namespace: 'account-regional',
  accountId: '123456789012',
  region: 'ap-northeast-1',
};
const nameOf = (userId: string, registeredAt = REGISTERED_AT) => bucketName({ userId, registeredAt }, NAMING);
const tagsOf = (userId: string) => readOurTags(bucketTags(registration(userId)));
const RETIRED = readOurTags(tagsOfRetired(bucketTags(registration('alice')), { retiredAt: REGISTERED_AT }));
const BARE = readOurTags([]);

/** An inventory of buckets with these tags. */
function inventoryOf(tags: Readonly<Record<string, OurTags>>): BucketInventory {
  const inventory = new BucketInventory(NAMING);
  for (const [name, own] of Object.entries(tags)) {
    inventory.add(name, REGISTERED_AT);
    inventory.tag(name, own);
  }
  return inventory;
}

function around(tags: Readonly<Record<string, OurTags>>, more: Partial<Surroundings> = {}): Surroundings {
  const inventory = inventoryOf(tags);
  const [looks, strays, spokenFor] = [new Map(), new Map(), new Map()];
  return { inventory, looks, strays, canRestore: true, tableCreatedAt: TABLE_MADE_AT, spokenFor, ...more };
}

const rowOf = (userId: string, bucket = nameOf(userId)) => ({ userId, uri: `s3://${bucket}` });
const looks = (look: BucketLook, bucket = nameOf('alice')) => new Map([[bucket, look]]);
const UNREADABLE: BucketLook = { kind: 'unreadable', why: 'AccessDenied' };

describe('a row', () => {
  test('whose bucket is theirs has nothing wrong, whether or not S3 was asked about it', () => {
    for (const asked of [new Map(), looks(UNREADABLE), looks({ kind: 'there', tags: tagsOf('alice') })]) {
      expect(
        judgeRow(rowOf('alice'), around({ [nameOf('alice')]: tagsOf('alice') }, { looks: asked })),
      ).toBeUndefined();
    }
  });

  test('whose bucket is neither listed nor found is without bucket', () => {
    const lost = {
      class: 'uri-without-bucket',
      userId: 'alice',
      bucket: nameOf('alice'),
      problem: 'the bucket does not exist',
      fix: {
        event: 'UserRegistered',
        userId: 'alice',
        registeredAt: REGISTERED_AT,
        bucket: nameOf('alice'),
        isFirst: false,
      },
    };
    expect(judgeRow(rowOf('alice'), around({}))).toStrictEqual(lost);
    expect(judgeRow(rowOf('alice'), around({}, { looks: looks({ kind: 'missing' }) }))).toStrictEqual(lost);
  });

  test('with a URI that is none is a conflict about no bucket', () => {
    expect(judgeRow({ userId: 'alice', uri: 'x' }, around({}))).toStrictEqual({
      class: 'conflict',
      userId: 'alice',
      problem: 's3_bucket_uri is not a bucket URI: x',
      advice: expect.stringMatching(/^find out which bucket is this user's; /),
    });
  });

  test.each<[string, Surroundings]>([
    ['of another form', around({}, { looks: looks({ kind: 'there', tags: tagsOf('bob') }, 'photos') })],
    [
      'that S3 does not let us read',
      around({ [nameOf('bob')]: tagsOf('bob') }, { looks: looks(UNREADABLE, nameOf('bob')) }),
    ],
  ])("whose bucket is tagged as another user's is a conflict: a bucket %s", (_case, surroundings) => {
    const [bucket = 'photos'] = [...surroundings.inventory.values()].map(({ name }) => name);
    expect(judgeRow(rowOf('alice', bucket), surroundings)).toMatchObject({
      class: 'conflict',
      bucket,
      problem: "the bucket is tagged as another user's",
    });
  });

  test('whose bucket has another form, and tags of its own or none, has nothing wrong, and keeps it from others', () => {
    for (const tags of [tagsOf('alice'), BARE]) {
      const surroundings = around({}, { looks: looks({ kind: 'there', tags }, 'photos') });
      expect(judgeRow(rowOf('alice', 'photos'), surroundings)).toBeUndefined();
      expect(surroundings.spokenFor).toEqual(new Map([['photos', 'alice']]));
    }
  });

  test('whose bucket lacks tags, and whose name does not fit the user, needs a person', () => {
    expect(judgeRow(rowOf('alice', nameOf('bob')), around({ [nameOf('bob')]: BARE }))).toStrictEqual({
      class: 'bucket-without-tags',
      userId: 'alice',
      bucket: nameOf('bob'),
      problem: 'the bucket has none of our tags',
      advice: "its name does not fit this user: tag it by hand if it is this user's",
    });
  });

  test('whose bucket lacks tags is fixed by its registration; its id is derived where no tag has it', () => {
    expect(judgeRow(rowOf('alice'), around({ [nameOf('alice')]: BARE }))?.fix).toStrictEqual({
      event: 'UserRegistered',
      userId: 'alice',
      registeredAt: REGISTERED_AT,
      bucket: nameOf('alice'),
      isFirst: false,
    });
  });

  test('of a user who is back needs a person where the name of the bucket in use does not fit them', () => {
    const tags = { [nameOf('bob')]: tagsOf('alice'), [nameOf('alice')]: RETIRED };
    const found = judgeRow(rowOf('alice', nameOf('bob')), around(tags));
    expect(found).toStrictEqual({
      class: 'retired-bucket',
      userId: 'alice',
      bucket: nameOf('alice'),
      problem: 'the user is back, but a bucket of theirs is retired',
      advice: expect.stringMatching(/^no subscriber of this stack restores it: /),
    });
  });
});

describe('a user without URI', () => {
  const FIRST = {
    event: 'UserRegistered',
    userId: 'alice',
    registeredAt: TABLE_MADE_AT,
    bucket: nameOf('alice', TABLE_MADE_AT),
    isFirst: true,
  };

  test('and without bucket is registered, and the name is kept from others; how full the row is may be unknown', () => {
    const surroundings = around({});
    expect(judgeRow({ userId: 'alice' }, surroundings)).toStrictEqual({
      class: 'user-without-uri',
      userId: 'alice',
      problem: 'there is no bucket either',
      fix: FIRST,
    });
    expect(surroundings.spokenFor).toEqual(new Map([[FIRST.bucket, 'alice']]));
    expect(judgeRow({ userId: 'alice' }, surroundings)?.fix).toStrictEqual(FIRST);
  });

  test('gets no bucket whose name does not fit them', () => {
    const tags = { [nameOf('bob')]: tagsOf('alice') };
    expect(judgeRow({ userId: 'alice' }, around(tags))?.fix).toStrictEqual(FIRST);
  });

  test('gets no bucket that the row of another user names', () => {
    const surroundings = around({ [nameOf('alice')]: BARE });
    isSuspicious(rowOf('bob', nameOf('alice')), surroundings.inventory);
    surroundings.inventory.tag(nameOf('alice'), tagsOf('alice'));
    expect(judgeRow({ userId: 'alice' }, surroundings)?.fix).toStrictEqual(FIRST);
  });

  test.each<[string, Surroundings, string]>([
    ['is there already', around({ [FIRST.bucket]: tagsOf('bob') }), 'belongs to another user'],
    ['is that of another user', around({}, { spokenFor: new Map([[FIRST.bucket, 'bob']]) }), 'is also that of bob'],
  ])('is a conflict where the name %s', (_case, surroundings, whose) => {
    expect(judgeRow({ userId: 'alice' }, surroundings)).toStrictEqual({
      class: 'conflict',
      userId: 'alice',
      bucket: FIRST.bucket,
      problem: `there is no URI, and the bucket name for this user ${whose}`,
      advice: 'put a UserRegistered event on the bus yourself, with the time at which this user registered',
    });
  });
});

describe('whether a row is read again', () => {
  test('it is where another row has named the bucket before', () => {
    const inventory = inventoryOf({ [nameOf('alice')]: BARE });
    expect(isSuspicious(rowOf('bob', nameOf('alice')), inventory)).toBe(true);
    inventory.tag(nameOf('alice'), tagsOf('alice'));
    expect(isSuspicious(rowOf('alice'), inventory)).toBe(true);
  });

  test('it is where a bucket of the user is retired, and not where all is well', () => {
    const inventory = inventoryOf({ [nameOf('alice')]: tagsOf('alice') });
    expect(isSuspicious(rowOf('alice'), inventory)).toBe(false);
    inventory.tag(nameOf('alice'), RETIRED);
    expect(isSuspicious(rowOf('alice'), inventory)).toBe(true);
  });
});

test('a bucket that no row names, and that lacks tags, is for a person to look into', () => {
  const [bucket] = [...inventoryOf({ [nameOf('alice')]: BARE }).values()];
  expect(judgeBucket(bucket as KnownBucket)).toStrictEqual({
    class: 'bucket-without-tags',
    bucket: nameOf('alice'),
    problem: 'the bucket has none of our tags, and no row names it',
    advice: 'its owner is unknown: look into it, then tag it, keep it or delete it yourself',
  });
});
