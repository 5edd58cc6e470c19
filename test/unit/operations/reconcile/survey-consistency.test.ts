import { describe, expect, it } from '@jest/globals';
import { eventIdOf } from '../../../../operations/reconcile/mismatch.ts';
import { REGISTERED_AT, TABLE_MADE_AT, World } from './world.ts';

/** Does something once, before the first call of that name is answered. */
function justBefore(world: World, call: string, act: () => void): void {
  let isDone = false;
  world.beforeCall = (name) => {
    if (name !== call || isDone) return;
    isDone = true;
    act();
  };
}

describe('what changes while a survey runs is not taken for broken', () => {
  it('given a user who registers between buckets and rows', async () => {
    const w = new World();
    w.register('alice');
    justBefore(w, 'ScanCommand', () => w.register('bob'));
    expect(await w.survey()).toEqual({ rows: 2, buckets: 2, findings: [] });
  });

  it('given a pending registration, waits until it is done', async () => {
    const w = new World();
    w.addRow('bob');
    justBefore(w, 'BatchGetItemCommand', () => w.register('bob'));
    expect((await w.survey()).findings).toEqual([]);
    expect(w.now).toBe(500);
  });

  it.each([1, 101])(
    'given %i registrations that never end, waits as long as one may take, and no longer',
    async (users) => {
      const w = new World();
      w.pageSize = 1000;
      for (let user = 0; user < users; user++) w.addRow(`user-${user}`);
      const waits: number[] = [];
      expect((await w.survey({ onWait: (ms) => waits.push(ms) })).findings).toHaveLength(users);
      expect({ now: w.now, waits }).toEqual({ now: 5000, waits: [5000] });
    },
  );

  it('given one whose bucket was listed before its URI stood in the row', async () => {
    const w = new World();
    w.addBucket('bob');
    w.addRow('bob');
    justBefore(w, 'BatchGetItemCommand', () => w.register('bob'));
    expect((await w.survey()).findings).toEqual([]);
  });

  it('given one whose bucket is made after the list, and whose URI stays away, publishes that bucket', async () => {
    const w = new World();
    w.addRow('bob');
    justBefore(w, 'BatchGetItemCommand', () => w.addBucket('bob'));
    const { findings } = await w.survey();
    expect(findings.map(({ fix }) => [fix?.event, fix?.bucket, fix?.isFirst])).toEqual([
      ['BucketCreated', w.nameOf('bob'), false],
    ]);
  });

  it("given another user who registers after the rows were read, does not report that user's bucket as without user", async () => {
    const w = new World();
    w.addRow('bob');
    justBefore(w, 'BatchGetItemCommand', () => w.register('carol'));
    const { findings } = await w.survey();
    expect(findings.map(({ class: name, userId }) => [name, userId])).toEqual([['user-without-uri', 'bob']]);
  });

  it('given a user who is deleted before anything was said', async () => {
    const w = new World();
    w.addRow('bob');
    justBefore(w, 'BatchGetItemCommand', () => w.rows.delete('bob'));
    expect((await w.survey()).findings).toEqual([]);
  });

  it('given tags that the tagging API has not heard of yet, asks S3 itself', async () => {
    const w = new World();
    w.unheardOf.add(w.register('alice'));
    expect((await w.survey()).findings).toEqual([]);
    expect(w.calls.filter((call) => call === 'GetBucketTaggingCommand')).toHaveLength(1);
  });

  it('given two rows that name one bucket whose tags the tagging API has not heard of yet, knows whose it is', async () => {
    const w = new World();
    const name = w.register('bob');
    w.addRow('alice', `s3://${name}`);
    w.unheardOf.add(name);
    expect((await w.survey()).findings.map(({ userId, problem }) => [userId, problem])).toEqual([
      ['alice', "the bucket is tagged as another user's"],
    ]);
  });

  it('given a bucket that was listed and is gone', async () => {
    const w = new World();
    const name = w.addBucket('gone', REGISTERED_AT, []);
    justBefore(w, 'GetBucketTaggingCommand', () => w.buckets.delete(name));
    expect((await w.survey()).findings).toEqual([]);
  });
});

describe('a survey', () => {
  it('given 1,001 users of every kind, in pages of any size, says the same of each', async () => {
    const make = () => {
      const w = new World();
      for (let user = 0; user < 1001; user++) {
        const userId = `user-${user}`;
        if (user % 5 === 0) w.addRow(userId);
        else w.register(userId);
        if (user % 10 === 0) w.addBucket(userId);
        if (user % 7 === 1 && user % 5 !== 0) w.buckets.delete(w.nameOf(userId));
      }
      return w;
    };
    const [small, large] = [make(), make()];
    small.pageSize = 3;
    large.pageSize = 10_000;
    const inSmall = await small.survey();
    const inLarge = await large.survey();
    expect(inSmall.rows).toBe(1001);
    const sorted = ({ findings }: typeof inSmall) =>
      [...findings].sort((a, b) => ((a.userId ?? '') < (b.userId ?? '') ? -1 : 1));
    expect(sorted(inSmall)).toEqual(sorted(inLarge));
    expect(inLarge.findings.length).toBeGreaterThan(300);
  });

  it('says the same of the same state, whenever and wherever it runs', async () => {
    const w = new World();
    w.addRow('alice');
    w.addRow('bob');
    w.buckets.delete(w.register('carol'));
    const first = await w.survey();
    expect(await w.survey({ graceMs: 0 })).toEqual(first);
  });

  it('after the first fix of a user has made the bucket, and before the URI is there, publishes that bucket by the same id', async () => {
    const w = new World();
    w.addRow('bob');
    const [registered] = (await w.survey()).findings;
    const eventId = registered?.fix === undefined ? '' : eventIdOf(registered.fix);
    w.addBucket('bob', TABLE_MADE_AT);
    const bucket = w.buckets.get(w.nameOf('bob', TABLE_MADE_AT));
    if (bucket)
      bucket.tags = bucket.tags?.map((tag) => (tag.Key === 'correlationId' ? { ...tag, Value: eventId } : tag));
    const [created] = (await w.survey()).findings;
    expect(created?.fix).toMatchObject({
      event: 'BucketCreated',
      originalId: eventId,
      bucket: registered?.fix?.bucket,
    });
  });

  it('given a stop, reads no further', async () => {
    const w = new World();
    for (let user = 0; user < 20; user++) w.addRow(`user-${user}`);
    const stop = new AbortController();
    justBefore(w, 'ScanCommand', () => stop.abort());
    await w.survey({ signal: stop.signal });
    expect(w.calls.filter((call) => call === 'ScanCommand')).toHaveLength(1);
    expect(w.calls).not.toContain('BatchGetItemCommand');
  });
});
