import { describe, expect, it } from '@jest/globals';
import { Steps } from '../../../../cli/commands/reconcile/steps.ts';
import { awaitMends } from '../../../../operations/reconcile/await-mends.ts';
import type { Mend } from '../../../../operations/reconcile/finding.ts';
import { countUsersWithoutUri, readRows, readTableFacts } from '../../../../operations/reconcile/scan.ts';
import { REGISTERED_AT, TABLE_MADE_AT, World } from './world.ts';

describe('the users table', () => {
  it('counts users without URI over all pages, and reads nothing else of them', async () => {
    const w = new World();
    w.register('alice');
    for (let user = 0; user < 7; user++) w.addRow(`user-${user}`);
    expect(await countUsersWithoutUri(w.on)).toBe(7);
    expect(w.calls.filter((call) => call === 'ScanCommand')).toHaveLength(4);
    expect(await countUsersWithoutUri(w.on, AbortSignal.abort())).toBeLessThan(7);
  });

  it('asks again for rows that did not fit into an answer, and leaves out those that are gone', async () => {
    const w = new World();
    for (const userId of ['a', 'b', 'c', 'd', 'e']) w.addRow(userId);
    w.pageSize = 2;
    const rows = await readRows(w.on, ['a', 'b', 'c', 'd', 'e', 'gone']);
    expect(rows.map(({ userId }) => userId)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('was made at a whole second', async () => {
    expect(await readTableFacts(new World().on)).toEqual({ createdAt: TABLE_MADE_AT, about: 0 });
  });
});

describe('waiting for mends', () => {
  const mendOf = (w: World, userId: string, changes: Partial<Mend> = {}): Mend => ({
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
      now: () => now,
      pause: async (ms: number) => {
        now += ms;
        onPause(++pauses);
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
    const mends = [mendOf(w, 'no-uri', { isFirst: true }), mendOf(w, 'no-bucket'), mendOf(w, 'no-tags')];
    const { options, doneCount } = waiting(w, (pauses) => {
      if (pauses === 1) w.register('no-uri');
      if (pauses === 2) w.addBucket('no-bucket');
      if (pauses === 3) w.addBucket('no-tags');
    });
    expect(await awaitMends(w.on, mends, options)).toEqual([]);
    expect(doneCount()).toBe(3);
  });

  it('names those for whom it does not come', async () => {
    const w = new World();
    w.buckets.delete(w.register('no-bucket'));
    expect(await awaitMends(w.on, [mendOf(w, 'no-bucket')], waiting(w).options)).toEqual(['no-bucket']);
  });

  it('given a stop, ends without an answer', async () => {
    const w = new World();
    w.addRow('no-uri');
    const { options } = waiting(w);
    expect(await awaitMends(w.on, [mendOf(w, 'no-uri')], { ...options, signal: AbortSignal.abort() })).toBeUndefined();
  });
});

describe('the steps of some work', () => {
  it('are shown one after the other, with the total while it is not exceeded', () => {
    let now = 0;
    const written: string[] = [];
    const steps = new Steps({ write: (text) => written.push(text) }, () => now);
    const show = (...args: Parameters<Steps['show']>) => {
      steps.show(...args);
      now += 2000;
    };
    show('reading buckets', 0);
    show('reading buckets', 10);
    show('reading rows', 0, 100);
    show('reading rows', 50, 100);
    show('reading rows', 150, 100);
    show('reading rows', 200, 100);
    steps.end();
    expect(written).toEqual([
      'reading buckets: 10 (5/s)\n',
      'reading rows: 50 of 100 (25/s, 2 s left)\n',
      'reading rows: 200 (100/s)\n',
    ]);
  });
});
