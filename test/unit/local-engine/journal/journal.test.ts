import { describe, expect, jest, test } from '@jest/globals';
import { SkippingClock } from '../../../../packages/local-engine/core/clock.ts';
import { Journal, type JournalEntry } from '../../../../packages/local-engine/journal/journal.ts';
import type { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { dataFolder, openStorage } from '../support/folder.ts';
import { makeParts } from '../support/parts.ts';

function journalOf(capacity: number, written: number): Journal {
  const journal = new Journal(makeParts().clock, { capacity });
  for (let n = 1; n <= written; n++) journal.write('event', { n });
  return journal;
}

const isEvent = (n: number) => (entry: JournalEntry) => entry.hop === 'event' && entry.n === n;

describe('what it keeps', () => {
  test('given an entry, it holds the fields, its hop, its place and the time of the engine’s clock', () => {
    const { clock, journal } = makeParts();
    clock.skip(3_600_000);
    journal.write('rule', { rule: 'users', matched: true });
    const [entry] = journal.entries();
    expect(entry).toMatchObject({ sequence: 1, hop: 'rule', rule: 'users', matched: true });
    expect(entry?.at).toBeGreaterThan(Date.now() + 3_500_000);
  });

  test.each([
    { written: 0, kept: [] },
    { written: 2, kept: [1, 2] },
    { written: 3, kept: [1, 2, 3] },
    { written: 4, kept: [2, 3, 4] },
    { written: 6, kept: [4, 5, 6] },
    { written: 8, kept: [6, 7, 8] },
  ])('given room for 3 and $written written, it keeps $kept, oldest first', ({ written, kept }) => {
    expect(
      journalOf(3, written)
        .entries()
        .map(({ sequence }) => sequence),
    ).toEqual(kept);
  });
});

describe('reading on from an entry', () => {
  test.each([
    { from: 1, written: 2, found: [1, 2] },
    { from: 2, written: 3, found: [2, 3] },
    { from: 4, written: 3, found: [] },
    { from: 1, written: 8, found: [6, 7, 8] },
    { from: 7, written: 8, found: [7, 8] },
    { from: -5, written: 0, found: [] },
  ])('given room for 3, $written written, and $from, it gives $found', ({ from, written, found }) => {
    expect([...journalOf(3, written).from(from)].map(({ sequence }) => sequence)).toEqual(found);
  });
});

describe('reading back from an entry', () => {
  test.each([
    { before: undefined, written: 2, found: [2, 1] },
    { before: undefined, written: 8, found: [8, 7, 6] },
    { before: 8, written: 8, found: [7, 6] },
    { before: 6, written: 8, found: [] },
    { before: 1, written: 3, found: [] },
    { before: 99, written: 3, found: [3, 2, 1] },
    { before: undefined, written: 0, found: [] },
  ])('given room for 3, $written written, and $before, it gives $found', ({ before, written, found }) => {
    expect([...journalOf(3, written).before(before)].map(({ sequence }) => sequence)).toEqual(found);
  });
});

describe('subscribers', () => {
  test('given a subscriber, it sees every entry from then on until it ends the subscription', () => {
    const journal = journalOf(10, 1);
    const seen: unknown[] = [];
    const end = journal.subscribe(({ n }) => seen.push(n));
    journal.write('event', { n: 2 });
    end();
    journal.write('event', { n: 3 });
    expect(seen).toEqual([2]);
  });
});

describe('waiting for an entry', () => {
  test('given one that is there already, it is answered with it', async () => {
    await expect(journalOf(10, 3).waitFor('event 2', isEvent(2))).resolves.toMatchObject({ sequence: 2 });
  });

  test('given one that comes later, it is answered with that', async () => {
    const journal = journalOf(10, 1);
    const found = journal.waitFor('event 2', isEvent(2));
    journal.write('event', { n: 2 });
    await expect(found).resolves.toMatchObject({ sequence: 2 });
  });

  test('given a count, past and future entries are counted together, and the last of them is the answer', async () => {
    const journal = journalOf(10, 2);
    const found = journal.waitFor('three events', ({ hop }) => hop === 'event', { count: 3 });
    journal.write('rule', {});
    journal.write('event', { n: 3 });
    journal.write('event', { n: 4 });
    await expect(found).resolves.toMatchObject({ n: 3 });
  });

  test('given too few in time, it fails with what was waited for and how often it happened', async () => {
    jest.useFakeTimers();
    try {
      const journal = journalOf(10, 1);
      const found = journal.waitFor('two events', ({ hop }) => hop === 'event', { count: 2, timeoutMs: 500 });
      jest.advanceTimersByTime(500);
      await expect(found).rejects.toThrow('Waited 500 ms for two events: it happened 1 of 2 times.');
    } finally {
      jest.useRealTimers();
    }
  });
});

function open(folder: string, capacity = 10): { storage: Storage; journal: Journal; write: (count: number) => void } {
  const storage = openStorage(folder);
  const journal = new Journal(new SkippingClock(), { storage, capacity });
  const write = (count: number) => {
    for (let n = 0; n < count; n++) journal.write('event', { n, more: { text: '김 "\\' } });
  };
  return { storage, journal, write };
}

const sequencesOf = (journal: Journal) => journal.entries().map(({ sequence }) => sequence);

describe('given a folder, after a restart', () => {
  test('when there are entries, they are as they were, and new ones follow on without a gap', () => {
    const folder = dataFolder();
    const before = open(folder);
    before.write(2);
    before.storage.commit();
    before.write(1);
    const entries = before.journal.entries();
    before.storage.close();
    const { journal, write } = open(folder);
    expect(journal.entries()).toEqual(entries);
    write(1);
    expect(sequencesOf(journal)).toEqual([1, 2, 3, 4]);
  });

  test.each([
    { committed: [25], sequences: [16, 17, 18, 19, 20, 21, 22, 23, 24, 25] },
    { committed: [12, 1], sequences: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13] },
  ])(
    'when there were more than it keeps, written $committed at a time, the newest are there',
    ({ committed, sequences }) => {
      const folder = dataFolder();
      const before = open(folder);
      for (const count of committed) {
        before.write(count);
        before.storage.commit();
      }
      before.storage.close();
      const { journal, write } = open(folder);
      expect(sequencesOf(journal)).toEqual(sequences);
      write(1);
      expect(sequencesOf(journal)).toEqual([...sequences.slice(1), (sequences.at(-1) ?? 0) + 1]);
    },
  );

  test('when very many were written, the folder does not keep them all', () => {
    const { storage, write } = open(dataFolder());
    for (let turn = 0; turn < 120; turn++) {
      write(100);
      storage.commit();
    }
    const { rows } = storage.db.prepare('SELECT count(*) AS rows FROM journal').get() as { rows: number };
    expect(rows).toBeLessThan(60);
  });

  test('when somebody waits for an entry from before, it is there already', async () => {
    const folder = dataFolder();
    const before = open(folder);
    before.write(3);
    before.storage.close();
    await expect(open(folder).journal.waitFor('the third', ({ n }) => n === 2)).resolves.toMatchObject({ sequence: 3 });
  });

  test('when the last entries were not committed, their places are taken by the next', () => {
    const folder = dataFolder();
    const before = open(folder);
    before.write(2);
    before.storage.commit();
    before.write(1);
    before.storage.abandon();
    const { journal, write } = open(folder);
    write(1);
    expect(sequencesOf(journal)).toEqual([1, 2, 3]);
  });
});
