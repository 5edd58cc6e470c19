import { describe, expect, it } from '@jest/globals';
import { settleBuckets } from '../../../../services/bucket-retirer/settle-buckets.ts';
import { RetryableError } from '../../../../services/shared/errors.ts';
import { bucketOf, DAY, NOW, SETTINGS, TAG, World } from './world.ts';

const USER = 'mina';
const THEN = NOW - 90 * 86_400;
const [NAME] = bucketOf(USER, THEN);
const KEEP = { ...SETTINGS, emptyAfterDays: undefined } as unknown as typeof SETTINGS;

const deleted = (world: World, settings = SETTINGS) =>
  settleBuckets(USER, settings, world.effects, { mayRetire: true });
const created = (world: World, mayRetire = true) => settleBuckets(USER, SETTINGS, world.effects, { mayRetire });

/** A retired bucket: rule and tags as {@link deleted} makes them. */
async function retired(): Promise<World> {
  const world = new World(bucketOf(USER, THEN));
  await deleted(world);
  world.calls.length = 0;
  return world;
}

describe('given a user who left', () => {
  it('tags their bucket first, then has S3 empty it when all days have passed, and looks at the row again', async () => {
    const world = new World(bucketOf(USER, THEN));
    expect(await deleted(world)).toEqual({ retired: [NAME], restored: [], notTheirs: [] });
    expect(world.calls).toEqual(['read row', 'list', 'read tags', 'read rules', 'put tags', 'put rules', 'read row']);
    const bucket = world.buckets.get(NAME);
    expect(bucket?.tags).toEqual([...bucketOf(USER, THEN)[1].tags, TAG, DAY]);
    expect(bucket?.rules).toEqual([
      {
        ID: 'user-bucket-pipeline-retired',
        Status: 'Enabled',
        Filter: { Prefix: '' },
        Expiration: { Date: new Date('2026-12-30T00:00:00Z') },
      },
    ]);
  });

  it('tries again later when S3 lists their bucket and does not know it yet', async () => {
    const world = new World(bucketOf(USER, THEN));
    const tags = world.effects.readTags;
    Object.assign(world.effects, { readTags: async () => undefined });
    const failure = await deleted(world).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RetryableError);
    expect(failure).toMatchObject({ message: expect.stringContaining(NAME), userId: USER });
    Object.assign(world.effects, { readTags: tags });
    expect(await deleted(world)).toMatchObject({ retired: [NAME] });
  });

  it('keeps the other rules of the bucket', async () => {
    const own = { ID: 'user-bucket-pipeline', Status: 'Enabled' as const, Filter: { Prefix: '' } };
    const world = new World(bucketOf(USER, THEN, { rules: [own] }));
    await deleted(world);
    expect(world.buckets.get(NAME)?.rules).toEqual([own, expect.objectContaining({ Expiration: expect.anything() })]);
    world.rows.add(USER);
    await created(world);
    expect(world.buckets.get(NAME)?.rules).toEqual([own]);
  });

  it('only tags it in a stage that keeps buckets', async () => {
    const world = new World(bucketOf(USER, THEN));
    expect(await deleted(world, KEEP)).toMatchObject({ retired: [NAME] });
    expect(world.buckets.get(NAME)).toEqual({ tags: [...bucketOf(USER, THEN)[1].tags, TAG], rules: [] });
    expect(world.calls).not.toContain('read rules');
    // Also when the stage empties buckets from now on: they were promised to be kept.
    expect(await deleted(world)).toMatchObject({ retired: [] });
    expect(world.isToBeEmptied(NAME)).toBe(false);
  });

  it('retires each of their buckets, and none of a user whose id begins the same', async () => {
    const other = bucketOf('mina-2', THEN);
    const world = new World(bucketOf(USER, THEN), bucketOf(USER, THEN + 60), other);
    const settled = await deleted(world);
    expect(settled.retired).toHaveLength(2);
    // It is not this user's by its name either.
    expect(settled.notTheirs).toEqual([]);
    expect(world.isRetired(other[0])).toBe(false);
  });

  it('asks S3 for buckets of their name alone', async () => {
    const world = new World(bucketOf(USER, THEN));
    const prefixes: string[] = [];
    const { listBuckets } = world.effects;
    const effects = {
      ...world.effects,
      listBuckets: (prefix: string) => {
        prefixes.push(prefix);
        return listBuckets(prefix);
      },
    };
    await settleBuckets(USER, SETTINGS, effects, { mayRetire: true });
    expect(prefixes).toEqual([`siu${USER}-`]);
  });

  it('leaves out a bucket that is deleted meanwhile, when it comes again', async () => {
    const world = new World(bucketOf(USER, THEN), bucketOf(USER, THEN + 60));
    world.after = (call) => {
      if (call === 2) world.buckets.delete(NAME);
    };
    const [second] = bucketOf(USER, THEN + 60);
    await expect(deleted(world)).rejects.toThrow(`S3 lists the bucket ${NAME} of this user`);
    expect(await deleted(world)).toEqual({ retired: [second], restored: [], notTheirs: [] });
  });

  it('leaves a bucket that is to be emptied as it is, in a stage that keeps buckets from now on', async () => {
    const world = await retired();
    expect(await deleted(world, KEEP)).toEqual({ retired: [], restored: [], notTheirs: [] });
    expect(world.isToBeEmptied(NAME)).toBe(true);
    expect(world.buckets.get(NAME)?.tags).toContainEqual(DAY);
  });

  it.each([
    ['tagged as another user’s', bucketOf('other', THEN)[1].tags],
    ['without our tags', []],
  ])('leaves a bucket of their name alone that is %s', async (_, tags) => {
    const world = new World(bucketOf(USER, THEN, { tags }));
    expect(await deleted(world)).toEqual({ retired: [], restored: [], notTheirs: [NAME] });
    expect(world.buckets.get(NAME)).toEqual({ tags, rules: [] });
  });

  it('does nothing the second time, however late: the day stays', async () => {
    const world = await retired();
    world.now += 20 * 86_400;
    expect(await deleted(world)).toEqual({ retired: [], restored: [], notTheirs: [] });
    expect(world.calls).toEqual(['read row', 'list', 'read tags', 'read rules']);
  });

  it('begins the days again if the rule is missing: the time in which somebody could notice may be over', async () => {
    const world = await retired();
    Object.assign(world.buckets.get(NAME) ?? {}, { rules: [] });
    world.now += 60 * 86_400;
    expect(await deleted(world)).toMatchObject({ retired: [NAME] });
    expect(world.buckets.get(NAME)?.rules[0]?.Expiration?.Date).toEqual(new Date('2027-02-28T00:00:00Z'));
    expect(world.buckets.get(NAME)?.tags).toContainEqual({ Key: 'emptiedFrom', Value: '2027-02-28' });
  });

  it('retires a bucket that was created after they left, but not because of a replay', async () => {
    expect(await created(new World(bucketOf(USER, THEN)))).toMatchObject({ retired: [NAME] });
    const replayed = new World(bucketOf(USER, THEN));
    expect(await created(replayed, false)).toMatchObject({ retired: [] });
    expect(replayed.calls).toEqual(['read row']);
  });
});

describe('given a user who is back', () => {
  it.each(['UserDeleted', 'BucketCreated', 'a replayed BucketCreated'])('%s restores their bucket', async (event) => {
    const world = await retired();
    world.rows.add(USER);
    const settled = await (event === 'UserDeleted' ? deleted(world) : created(world, event === 'BucketCreated'));
    expect(settled).toEqual({ retired: [], restored: [NAME], notTheirs: [] });
    expect(world.buckets.get(NAME)).toEqual(bucketOf(USER, THEN)[1]);
    // The rule goes first: no bucket is emptied that does not say so.
    expect(world.calls.filter((call) => call.startsWith('put'))).toEqual(['put rules', 'put tags']);
  });

  it('finds a rule that no tag tells of', async () => {
    const world = await retired();
    Object.assign(world.buckets.get(NAME) ?? {}, { tags: bucketOf(USER, THEN)[1].tags });
    world.rows.add(USER);
    expect(await created(world)).toMatchObject({ restored: [NAME] });
    expect(world.isToBeEmptied(NAME)).toBe(false);
  });

  it('changes nothing of a bucket that is in use', async () => {
    const world = new World(bucketOf(USER, THEN));
    world.rows.add(USER);
    expect(await deleted(world)).toEqual({ retired: [], restored: [], notTheirs: [] });
    expect(world.calls).toEqual(['read row', 'list', 'read tags', 'read rules']);
  });
});

/** More calls than any run makes. */
const CALLS = Array.from({ length: 20 }, (_, index) => index + 1);

describe('given a row that comes or goes between any two calls', () => {
  it.each(CALLS)('the bucket is what the row says in the end (call %i)', async (at) => {
    for (const wasThere of [true, false]) {
      const world = wasThere ? await retired() : new World(bucketOf(USER, THEN));
      if (wasThere) world.rows.add(USER);
      world.before = (call) => {
        if (call !== at) return;
        if (wasThere) world.rows.delete(USER);
        else world.rows.add(USER);
      };
      await (wasThere ? created(world, false) : deleted(world));
      // The change itself is an event too, and comes when it was made.
      if (world.calls.length >= at) await (wasThere ? deleted(world) : created(world));
      expect(world.isRetired(NAME)).toBe(!world.rows.has(USER));
      expect(world.isToBeEmptied(NAME)).toBe(!world.rows.has(USER));
    }
  });

  it.each(CALLS)('the event of the change may have come before (call %i)', async (at) => {
    const world = new World(bucketOf(USER, THEN));
    let second: Promise<unknown> | undefined;
    world.before = (call) => {
      if (call !== at || second !== undefined) return;
      world.rows.add(USER);
      second = created(world);
    };
    await deleted(world);
    await second;
    if (second !== undefined) expect(world.isToBeEmptied(NAME)).toBe(false);
  });

  it('gives up for now if it never rests', async () => {
    const world = new World(bucketOf(USER, THEN));
    world.after = () => {
      if (world.calls.at(-1) !== 'list') return;
      if (!world.rows.delete(USER)) world.rows.add(USER);
    };
    const thrown = await deleted(world).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(RetryableError);
    expect(thrown).toMatchObject({ userId: USER, hint: 'nothing to do unless it lasts' });
    // It hardly changes twice: after the third time another delivery has a better chance.
    expect(world.calls.filter((call) => call === 'list')).toHaveLength(3);
  });
});

describe('given an attempt that ends at any call', () => {
  it.each(CALLS)(
    'the next one completes it, and at no moment is an unmarked bucket to be emptied (call %i)',
    async (at) => {
      for (const isBack of [false, true]) {
        const world = isBack ? await retired() : new World(bucketOf(USER, THEN));
        if (isBack) world.rows.add(USER);
        const isSafe = () => {
          if (world.isToBeEmptied(NAME)) expect(world.isRetired(NAME)).toBe(true);
        };
        world.after = (call) => {
          isSafe();
          if (call === at) throw new Error('the function died');
        };
        const first = await deleted(world).catch((error: Error) => error);
        if (world.calls.length >= at) expect(first).toBeInstanceOf(Error);
        world.after = isSafe;
        await deleted(world);
        expect(world.isRetired(NAME)).toBe(!isBack);
        expect(world.isToBeEmptied(NAME)).toBe(!isBack);
      }
    },
  );
});
