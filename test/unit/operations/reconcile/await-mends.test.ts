import { describe, expect, it } from '@jest/globals';
import { awaitMends } from '../../../../operations/reconcile/await-mends.ts';
import type { Mend } from '../../../../operations/reconcile/finding.ts';
import { bucketTags } from '../../../../services/bucket-service/bucket-tags.ts';
import { REGISTERED_AT, registration } from '../../services/registrations.ts';
import { World } from './world.ts';

const [APP, ...OTHER_TAGS] = bucketTags(registration('alice'));

/** Waits for the mend of alice's bucket; `later` happens at the first pause. */
async function wait(w: World, event: Mend['event'], later: () => void = () => {}) {
  let now = 0;
  const done: number[] = [];
  const mend: Mend = {
    event,
    userId: 'alice',
    registeredAt: REGISTERED_AT,
    bucket: w.nameOf('alice'),
    isFirst: false,
  };
  const late = await awaitMends(w.on, [mend], {
    timeout: 60,
    now: () => now,
    pause: async (ms) => {
      if (now === 0) later();
      now += ms;
    },
    onDone: () => done.push(now),
    signal: new AbortController().signal,
  });
  return { late, done, waited: now };
}

describe('waiting for mends', () => {
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

  it('given tags that come meanwhile, is done then, and told once', async () => {
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
