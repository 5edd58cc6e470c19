import { describe, expect, it } from '@jest/globals';
import type { SurveyStep } from '../../../../operations/reconcile/survey.ts';
import { STEP_LABELS } from '../../../../operations/reconcile/texts.ts';
import { bucketTags } from '../../../../services/bucket-service/bucket-tags.ts';
import { registration } from '../../services/registrations.ts';
import { serviceError } from '../../services/service-errors.ts';
import { REGISTERED_AT, TABLE_MADE_AT, World } from './world.ts';

describe.each([
  ['account-regional', 'ap-northeast-1'],
  ['global', 'us-east-1'],
] as const)('a survey of %s names in %s', (namespace, region) => {
  const world = () => new World({ namespace, region });

  it('given users for whom all is well, finds nothing, and looks at nothing twice', async () => {
    const w = world();
    for (const userId of ['alice', '김민지', 'o\'neil "x"', 'é'.repeat(1024), 'Bob@example.com']) w.register(userId);
    expect(await w.survey()).toEqual({ rows: 5, buckets: 5, findings: [] });
    expect(w.calls).not.toContain('GetBucketTaggingCommand');
    expect(w.calls).not.toContain('BatchGetItemCommand');
    expect(w.now).toBe(0);
  });

  it('tells what it reads, and how much of it was read', async () => {
    const w = world();
    for (const userId of ['alice', 'bob']) w.register(userId);
    w.addRow('carol');
    w.addRow('dan', `s3://${w.nameOf('dan')}`);
    w.addRow('eve', 's3://photos');
    const steps: [SurveyStep, number, number | undefined][] = [];
    await w.survey({ onProgress: (step, done, total) => void steps.push([step, done, total]) });
    expect(steps).toEqual([
      ['buckets', 2, undefined],
      ['tags', 2, undefined],
      ['rows', 2, 5],
      ['rows', 4, 5],
      ['rows', 5, 5],
      ['suspicious-rows', 1, 3],
      ['suspicious-rows', 3, 3],
      ['new-buckets', 2, undefined],
      ['suspicious-buckets', 1, 2],
      ['suspicious-buckets', 2, 2],
    ]);
    for (const [step] of steps) expect(STEP_LABELS[step]).toMatch(/^reading /);
  });

  it('counts the buckets of another form that rows name, and that are there', async () => {
    const w = world();
    w.register('alice');
    w.addRow('bob', 's3://photos');
    w.addRow('carol', 's3://gone');
    w.buckets.set('photos', { createdAt: REGISTERED_AT, tags: [] });
    w.addBucket('dan', REGISTERED_AT, []);
    expect(await w.survey()).toMatchObject({ rows: 3, buckets: 3 });
  });

  it('lists buckets again only where a user has no URI', async () => {
    const lists = async (...uris: (string | undefined)[]) => {
      const w = world();
      for (const [index, uri] of uris.entries()) w.addRow(`user-${index}`, uri);
      await w.survey();
      return w.calls.filter((call) => call === 'ListBucketsCommand').length;
    };
    expect(await lists('s3://photos')).toBe(1);
    expect(await lists('s3://photos', undefined)).toBe(2);
  });

  it('reads whole only the rows without URI: for another one there is nothing to find room for', async () => {
    const w = world();
    w.addRow('alice');
    w.addRow('bob', 's3://photos');
    const read: unknown[] = [];
    const answer = w.answers.BatchGetItemCommand;
    w.answers.BatchGetItemCommand = (input: { RequestItems: { users: Readonly<Record<string, unknown>> } }) => {
      const { Keys, ProjectionExpression } = input.RequestItems.users;
      read.push([Keys, ProjectionExpression === undefined]);
      return answer?.(input as never);
    };
    await w.survey({ graceMs: 0 });
    expect(read).toEqual([
      [[{ userId: { S: 'alice' } }], true],
      [[{ userId: { S: 'bob' } }], false],
    ]);
  });

  it('given buckets that may not be listed, ends, and reads no more tags', async () => {
    const w = world();
    const more = { ResourceTagMappingList: [], PaginationToken: 'more' };
    w.answers.GetResourcesCommand = () => more;
    w.answers.ListBucketsCommand = () => {
      throw serviceError('AccessDenied', 403);
    };
    await expect(w.survey()).rejects.toThrow('AccessDenied');
    const asked = w.calls.length;
    await new Promise(setImmediate);
    expect(w.calls.length).toBeLessThanOrEqual(asked + 1);
  });

  it('given a user without URI and bucket, has them registered at the time of the table', async () => {
    const w = world();
    w.register('alice');
    w.addRow('bob');
    const { findings } = await w.survey();
    expect(findings).toEqual([
      {
        class: 'user-without-uri',
        userId: 'bob',
        problem: 'there is no bucket either',
        fix: {
          event: 'UserRegistered',
          userId: 'bob',
          registeredAt: TABLE_MADE_AT,
          bucket: w.nameOf('bob', TABLE_MADE_AT),
          isFirst: true,
        },
      },
    ]);
  });

  it.each([true, false])(
    'given a row that has no room for its URI, offers no event (bucket there: %s)',
    async (isThere) => {
      const w = world();
      if (isThere) w.addBucket('bob');
      w.addRow('alice');
      w.rows.set('bob', { userId: { S: 'bob' }, notes: { S: 'x'.repeat(409_600 - 14) } });
      const { findings } = await w.survey();
      expect(findings.map(({ userId, fix }) => [userId, fix === undefined])).toEqual([
        ['alice', false],
        ['bob', true],
      ]);
      expect(findings[1]).toMatchObject({
        class: 'user-without-uri',
        bucket: w.nameOf('bob', isThere ? REGISTERED_AT : TABLE_MADE_AT),
        problem: expect.stringContaining('and the row has no room for the URI: DynamoDB allows 409,600 bytes'),
        row: { bytes: 409_600, tooMany: expect.any(Number) },
        advice: expect.stringContaining('make the row smaller'),
      });
    },
  );

  it('given a full row that holds its URI, finds nothing', async () => {
    const w = world();
    w.register('alice');
    w.rows.set('alice', { ...w.rows.get('alice'), notes: { S: 'x'.repeat(409_000) } });
    expect((await w.survey()).findings).toEqual([]);
  });

  it('given a user without URI whose bucket exists, publishes that bucket by its own id', async () => {
    const w = world();
    const bucket = w.addBucket('김민지');
    w.addRow('김민지');
    const { findings } = await w.survey();
    expect(findings).toEqual([
      {
        class: 'user-without-uri',
        userId: '김민지',
        bucket,
        problem: 'the bucket exists',
        fix: {
          event: 'BucketCreated',
          userId: '김민지',
          registeredAt: REGISTERED_AT,
          originalId: 'registration-of-김민지',
          bucket,
          createdAt: REGISTERED_AT + 2,
          isFirst: false,
        },
      },
    ]);
  });

  it('given several buckets of a user without URI, takes the newest, and names the others', async () => {
    const w = world();
    const older = w.addBucket('alice', REGISTERED_AT - 86_400);
    const newer = w.addBucket('alice');
    w.addRow('alice');
    const { findings } = await w.survey();
    expect(findings.map((finding) => [finding.class, finding.bucket, finding.fix?.bucket])).toEqual([
      ['user-without-uri', newer, newer],
      ['bucket-without-user', older, undefined],
    ]);
    expect(findings[1]?.problem).toBe('its user has another bucket');
  });

  it('given a URI without bucket, has the user registered at the time in its name', async () => {
    const w = world();
    const bucket = w.register('alice');
    w.buckets.delete(bucket);
    const { findings } = await w.survey();
    expect(findings).toEqual([
      expect.objectContaining({
        class: 'uri-without-bucket',
        userId: 'alice',
        bucket,
        fix: {
          event: 'UserRegistered',
          userId: 'alice',
          registeredAt: REGISTERED_AT,
          bucket,
          isFirst: false,
        },
      }),
    ]);
  });

  it.each([
    ["another user's name", (w: World) => w.nameOf('somebody-else')],
    ['a name of another form', () => 'photos-of-alice'],
  ])('given a URI without bucket, and %s, knows no event that fixes it', async (_case, name) => {
    const w = world();
    w.addRow('alice', `s3://${name(w)}`);
    const { findings } = await w.survey();
    expect(findings).toEqual([
      expect.objectContaining({
        class: 'uri-without-bucket',
        userId: 'alice',
        bucket: name(w),
        advice: expect.any(String),
      }),
    ]);
    expect(findings[0]?.fix).toBeUndefined();
  });

  it('given a bucket whose user is gone, reports it and fixes nothing', async () => {
    const w = world();
    w.register('alice');
    const bucket = w.addBucket('gone');
    const { findings } = await w.survey();
    expect(findings).toEqual([
      { class: 'bucket-without-user', bucket, problem: 'its user has no row', advice: expect.any(String) },
    ]);
  });

  it.each([
    ['none of our tags', [], 'the bucket has none of our tags', {}],
    ['tags of others only', [{ Key: 'x', Value: 'y' }], 'the bucket has none of our tags', {}],
    [
      'only some of them',
      bucketTags(registration('alice')).filter(({ Key }) => Key === 'app' || Key === 'correlationId'),
      'the bucket lacks the tag userIdSha256 and registeredAt',
      { originalId: 'registration-of-alice' },
    ],
  ])('given a bucket with %s, has its registration repeated', async (_case, tags, problem, original) => {
    const w = world();
    const bucket = w.register('alice');
    w.addBucket('alice', REGISTERED_AT, tags);
    const { findings } = await w.survey();
    expect(findings).toEqual([
      {
        class: 'bucket-without-tags',
        userId: 'alice',
        bucket,
        problem,
        fix: {
          event: 'UserRegistered',
          userId: 'alice',
          registeredAt: REGISTERED_AT,
          ...original,
          bucket,
          isFirst: false,
        },
      },
    ]);
  });

  it('given a bucket without tags that no row names, gives it to the user whose name it has, or to no user', async () => {
    const w = world();
    const lost = w.addBucket('alice', REGISTERED_AT, []);
    w.addRow('alice');
    const stray = w.addBucket('gone', REGISTERED_AT, []);
    const { findings } = await w.survey();
    expect(findings).toEqual([
      expect.objectContaining({
        class: 'user-without-uri',
        userId: 'alice',
        bucket: lost,
        fix: expect.objectContaining({ event: 'UserRegistered', registeredAt: REGISTERED_AT, bucket: lost }),
      }),
      expect.objectContaining({ class: 'bucket-without-tags', bucket: stray, advice: expect.any(String) }),
    ]);
  });
});

describe('conflicts are reported and never fixed', () => {
  it.each<[string, (w: World) => void, string[]]>([
    [
      'a row that names the bucket of another user',
      (w) => w.addRow('bob', `s3://${w.register('alice')}`),
      ["bob: the bucket is tagged as another user's"],
    ],
    [
      'two rows that name one bucket without tags',
      (w) => {
        const name = w.addBucket('alice', REGISTERED_AT, []);
        w.addRow('alice', `s3://${name}`);
        w.addRow('bob', `s3://${name}`);
      },
      ['bob: the row of alice names the same bucket'],
    ],
    [
      'two rows that name one bucket of another form',
      (w) => {
        w.buckets.set('photos', { createdAt: REGISTERED_AT, tags: [] });
        w.addRow('alice', 's3://photos');
        w.addRow('bob', 's3://photos');
      },
      ['bob: the row of alice names the same bucket'],
    ],
    [
      'a URI that is none',
      (w) => w.addRow('bob', 'https://example.com'),
      ['bob: s3_bucket_uri is not a bucket URI: https://example.com'],
    ],
    ['an empty URI', (w) => w.addRow('bob', ''), ['bob: s3_bucket_uri is empty']],
    [
      'a URI that is no text',
      (w) => w.rows.set('bob', { userId: { S: 'bob' }, s3_bucket_uri: { NULL: true } }),
      ['bob: s3_bucket_uri is not a bucket URI: {"NULL":true}'],
    ],
  ])('given %s', async (_case, make, expected) => {
    const w = new World();
    make(w);
    const conflicts = (await w.survey()).findings.filter((finding) => finding.class === 'conflict');
    expect(conflicts.map(({ userId, problem }) => `${userId}: ${problem}`)).toEqual(expected);
    for (const { fix, advice } of conflicts)
      expect({ fix, advice }).toEqual({ fix: undefined, advice: expect.any(String) });
  });

  it('given a bucket that may not be looked at, says why', async () => {
    const w = new World({ namespace: 'global' });
    w.addRow('alice', `s3://${w.nameOf('alice')}`);
    w.answers.GetBucketTaggingCommand = () => {
      throw serviceError('AccessDenied', 403);
    };
    const { findings } = await w.survey();
    expect(findings).toEqual([
      expect.objectContaining({ class: 'conflict', problem: 'the bucket cannot be read: AccessDenied' }),
    ]);
  });

  it('given two users without URI who would share a name, fixes the first only', async () => {
    const w = new World();
    const other = w.nameOf('bob', TABLE_MADE_AT);
    w.addRow('bob');
    // Whoever holds it already: nobody can be found whose name would be the same.
    w.buckets.set(other, { createdAt: TABLE_MADE_AT, tags: bucketTags(registration('alice', TABLE_MADE_AT)) });
    const { findings } = await w.survey();
    expect(findings[0]).toMatchObject({
      class: 'conflict',
      userId: 'bob',
      problem: 'there is no URI, and the bucket name for this user belongs to another user',
    });
  });

  it.each<[string, (w: World) => void, object]>([
    [
      'that a row names',
      (w) => {
        w.addBucket('alice', REGISTERED_AT, []);
        w.addRow('alice', `s3://${w.nameOf('alice')}`);
      },
      { userId: 'alice', problem: 'the bucket cannot be read: AccessDenied' },
    ],
    [
      'that bears the name of a user without URI',
      (w) => {
        w.addBucket('alice', REGISTERED_AT, []);
        w.addRow('alice');
      },
      { userId: 'alice', problem: 'there is no URI, and the bucket cannot be read: AccessDenied' },
    ],
    [
      'that no row names',
      (w) => w.addBucket('alice', REGISTERED_AT, []),
      { problem: 'the bucket cannot be read: AccessDenied' },
    ],
  ])(
    'given a bucket of ours %s, and whose tags may not be read, goes on with the others',
    async (_case, make, told) => {
      const w = new World();
      make(w);
      w.addRow('bob');
      w.answers.GetBucketTaggingCommand = () => {
        throw serviceError('AccessDenied', 403);
      };
      const { findings } = await w.survey();
      expect(findings).toHaveLength(2);
      expect(findings).toContainEqual({
        class: 'conflict',
        bucket: w.nameOf('alice'),
        advice: expect.stringContaining('allow s3:GetBucketTagging'),
        ...told,
      });
      expect(findings).toContainEqual(expect.objectContaining({ class: 'user-without-uri', userId: 'bob' }));
    },
  );
});
