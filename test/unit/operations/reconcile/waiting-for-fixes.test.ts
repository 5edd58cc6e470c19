import { describe, expect, it } from '@jest/globals';
import { waitForFixes } from '../../../../operations/reconcile/fix.ts';
import type { Fix } from '../../../../operations/reconcile/mismatch.ts';
import { bucketTags } from '../../../../services/bucket-service/bucket-tags.ts';
import { REGISTERED_AT, registration } from '../../services/registrations.ts';
import { World } from './world.ts';

const [APP, ...OTHER_TAGS] = bucketTags(registration('alice'));

/** Waits for the fix of alice's bucket; `later` happens at the first pause. */
async function wait(w: World, event: Fix['event'], later: () => void = () => {}) {
  let now = 0;
  const done: number[] = [];
  const fix: Fix = {
    event,
    userId: 'alice',
    registeredAt: REGISTERED_AT,
    bucket: w.nameOf('alice'),
    isFirst: false,
  };
  const late = await waitForFixes(w.on, [fix], {
    timeout: 60,
    clock: {
      now: () => now,
      pause: async (ms) => {
        if (now === 0) later();
        now += ms;
      },
    },
    onDone: () => done.push(now),
    signal: new AbortController().signal,
  });
  return { late, done, waited: now };
}

describe('waiting for fixes', () => {
  it.each([
    ['none of its tags', []],
    ['its tags but for one', OTHER_TAGS],
  ])('given a bucket that has %s, is not done, whatever the row holds', async (_case, tags) => {
    const w = new World();
    w.register('alice');
    w.addBucket('alice', REGISTERED_AT, tags);
    const { waited, ...ended } = await wait(w, 'UserRegistered');
    expect(ended).toEqual({ late: ['alice'], done: [] });
    // It looks each second at the end.
    expect(waited).toBeGreaterThanOrEqual(60_000);
    expect(waited).toBeLessThan(62_000);
  });

  it('given tags that come meanwhile, is done then, and reported once', async () => {
    const w = new World();
    w.register('alice');
    w.addBucket('alice', REGISTERED_AT, OTHER_TAGS);
    const complete = () => w.addBucket('alice', REGISTERED_AT, [...OTHER_TAGS, ...(APP ? [APP] : [])]);
    const { late, done } = await wait(w, 'UserRegistered', complete);
    expect(late).toEqual([]);
    expect(done).toEqual([expect.any(Number)]);
    expect(done[0]).toBeGreaterThan(0);
  });

  it('given a bucket that is not there, is not done, though the row holds its URI', async () => {
    const w = new World();
    w.addRow('alice', `s3://${w.nameOf('alice')}`);
    expect((await wait(w, 'UserRegistered')).late).toEqual(['alice']);
  });

  it('given a row without URI, is not done', async () => {
    const w = new World();
    w.addBucket('alice');
    w.addRow('alice');
    expect((await wait(w, 'BucketCreated')).late).toEqual(['alice']);
  });

  it('given a URI that comes meanwhile, is done then', async () => {
    const w = new World();
    w.addBucket('alice');
    w.addRow('alice');
    expect((await wait(w, 'BucketCreated', () => w.register('alice'))).late).toEqual([]);
  });
});

describe('waiting for several fixes', () => {
  const fixOf = (w: World, userId: string, changes: Partial<Fix> = {}): Fix => ({
    event: 'UserRegistered',
    userId,
    registeredAt: REGISTERED_AT,
    bucket: w.nameOf(userId),
    isFirst: false,
    ...changes,
  });

  function waiting(w: World, onPause: (pauses: number) => void = () => {}) {
    let [now, pauses, done] = [0, 0, 0];
    const options = {
      timeout: 1,
      clock: {
        now: () => now,
        pause: async (ms: number) => {
          now += ms;
          onPause(++pauses);
        },
      },
      onDone: () => void done++,
      signal: new AbortController().signal,
    };
    return { options, doneCount: () => done, world: w };
  }

  it('is over when the URI is there, and the bucket whole where it was lost', async () => {
    const w = new World();
    w.addRow('no-uri');
    w.buckets.delete(w.register('no-bucket'));
    w.register('no-tags');
    w.addBucket('no-tags', REGISTERED_AT, []);
    const fixes = [fixOf(w, 'no-uri', { isFirst: true }), fixOf(w, 'no-bucket'), fixOf(w, 'no-tags')];
    const { options, doneCount } = waiting(w, (pauses) => {
      if (pauses === 1) w.register('no-uri');
      if (pauses === 2) w.addBucket('no-bucket');
      if (pauses === 3) w.addBucket('no-tags');
    });
    expect(await waitForFixes(w.on, fixes, options)).toEqual([]);
    expect(doneCount()).toBe(3);
  });

  it('names those for whom it does not come', async () => {
    const w = new World();
    w.buckets.delete(w.register('no-bucket'));
    expect(await waitForFixes(w.on, [fixOf(w, 'no-bucket')], waiting(w).options)).toEqual(['no-bucket']);
  });

  it('given a stop, ends without an answer', async () => {
    const w = new World();
    w.addRow('no-uri');
    const { options } = waiting(w);
    expect(await waitForFixes(w.on, [fixOf(w, 'no-uri')], { ...options, signal: AbortSignal.abort() })).toBeUndefined();
  });
});
