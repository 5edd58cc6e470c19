import { describe, expect, test } from '@jest/globals';
import { SkippingClock } from '../../../../packages/local-engine/core/clock.ts';
import { Journal } from '../../../../packages/local-engine/journal/journal.ts';
import type { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { dataFolder, openStorage } from '../support/folder.ts';

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
