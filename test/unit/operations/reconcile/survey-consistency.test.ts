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

  /** When rows were read, and what it told of its wait, on a clock that starts at a second. A second page of rows takes three. */
  async function waited(w: World, options: Parameters<World['survey']>[0] = {}) {
    let time = 1000;
    const reads: number[] = [];
    const waits: number[] = [];
    const clock = {
      now: () => time,
      pause: async (ms: number) => {
        time += ms;
      },
    };
    const before = w.beforeCall;
    w.beforeCall = (name) => {
      before(name);
      if (name === 'ScanCommand' && w.calls.filter((call) => call === 'ScanCommand').length === 2) time += 3000;
      if (name === 'BatchGetItemCommand') reads.push(time);
    };
    await w.survey({ clock, onWait: (ms) => waits.push(ms), ...options });
    return { reads, waits };
  }

  it('given no registration that is pending, does not wait', async () => {
    const [wrong, pending] = [new World(), new World()];
    wrong.addRow('bob', 's3://photos');
    expect(await waited(wrong)).toEqual({ reads: [1000], waits: [] });
    pending.addRow('bob');
    expect(await waited(pending, { graceMs: 0 })).toEqual({ reads: [1000], waits: [] });
  });

  it('waits from when the last row without URI was read, and not one that only looks wrong', async () => {
    const w = new World();
    w.pageSize = 1;
    w.addRow('bob');
    w.addRow('carol', 's3://photos');
    expect((await waited(w, { graceMs: 3700 })).waits).toEqual([700]);
  });

  it('reads the rows every half a second, and a last time when the wait is over', async () => {
    const w = new World();
    w.addRow('bob');
    expect((await waited(w, { graceMs: 700 })).reads).toEqual([1500, 1700, 1700]);
  });

  it.each([
    [100, [1500]],
    [101, [6000, 6000]],
  ])('given %i rows, reads them meanwhile only if one call is enough', async (users, reads) => {
    const w = new World();
    w.pageSize = 1000;
    for (let user = 0; user < users; user++) w.addRow(`user-${user}`);
    // Rows that only look wrong are not waited for.
    for (let user = 0; user < 5; user++) w.addRow(`wrong-${user}`, 's3://photos');
    justBefore(w, 'BatchGetItemCommand', () => {
      for (let user = 0; user < users; user++) w.register(`user-${user}`);
    });
    const { reads: all } = await waited(w);
    expect(all.slice(0, reads.length)).toEqual(reads);
  });

  it('stopped while it waits, reads nothing more', async () => {
    const w = new World();
    w.addRow('bob');
    const stop = new AbortController();
    const clock = { now: () => 0, pause: async () => stop.abort() };
    await w.survey({ clock, signal: stop.signal });
    expect(w.calls).not.toContain('BatchGetItemCommand');
  });

  it('given a row that names another bucket by now, finds that no row names the first one', async () => {
    const w = new World();
    const first = w.addBucket('alice', REGISTERED_AT, []);
    w.addRow('alice', `s3://${first}`);
    justBefore(w, 'BatchGetItemCommand', () => w.register('alice', REGISTERED_AT + 60));
    expect((await w.survey()).findings.map(({ class: name, bucket }) => [name, bucket])).toEqual([
      ['bucket-without-tags', first],
    ]);
  });

  it('given two rows that name a bucket which lacks its tags by now, finds both', async () => {
    const w = new World();
    const name = w.register('alice');
    w.addRow('bob', `s3://${name}`);
    justBefore(w, 'BatchGetItemCommand', () => w.addBucket('alice', REGISTERED_AT, []));
    const { findings } = await w.survey();
    expect(findings.map(({ userId }) => userId).sort()).toEqual(['alice', 'bob']);
  });

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

  it.each([
    ['BatchGetItemCommand', 4, (w: World, user: number) => w.addRow(`user-${user}`, 's3://photos')],
    ['GetBucketTaggingCommand', 32, (w: World, user: number) => w.addBucket(`user-${user}`, REGISTERED_AT, [])],
  ])('makes no more calls of %s side by side than %i, and none after a stop', async (call, most, add) => {
    const make = () => {
      const w = new World();
      w.pageSize = 1000;
      for (let user = 0; user < 501; user++) add(w, user);
      return w;
    };
    const w = make();
    const answer = w.answers[call];
    let [inFlight, largest] = [0, 0];
    w.answers[call] = async (input) => {
      inFlight += 1;
      largest = Math.max(largest, inFlight);
      await new Promise(setImmediate);
      inFlight -= 1;
      return answer?.(input);
    };
    await w.survey();
    expect(largest).toBe(most);

    const stopped = make();
    const stop = new AbortController();
    justBefore(stopped, call, () => stop.abort());
    await stopped.survey({ signal: stop.signal });
    expect(stopped.calls.filter((each) => each === call)).toHaveLength(1);
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
