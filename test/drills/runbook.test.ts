import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runbookEntries } from './support/runbook.ts';

test('every entry of the runbook has one drill, and every drill an entry', () => {
  const drills = readdirSync(import.meta.dirname).filter(
    (file) => file.endsWith('.test.ts') && file !== 'runbook.test.ts',
  );
  const titles = drills.map(
    (file) => /Drill\.start\('([^']+)'/.exec(readFileSync(join(import.meta.dirname, file), 'utf8'))?.[1],
  );
  const byNumber = (one = '', other = '') => Number.parseInt(one, 10) - Number.parseInt(other, 10);
  expect(titles.toSorted(byNumber)).toEqual(runbookEntries().map(({ title }) => title));
  expect(titles.length).toBeGreaterThanOrEqual(8);
});
