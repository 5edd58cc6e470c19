import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { VIEW_PATHS } from '../../console/contract/view-paths.ts';
import { LESSONS } from '../../operations/lab/index.ts';
import { ROOT } from './support/imports.ts';

const runbook = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8');
const entries = [...runbook.matchAll(/^## (\d+)\. (.+)$/gm)].map(([, number, title]) => [Number(number), title]);

test('every entry of the runbook is a lesson, with its number and its heading', () => {
  expect(entries.length).toBeGreaterThan(5);
  expect(LESSONS.map(({ entry, title }) => [entry, title])).toEqual(entries);
});

test('at least five can be played, and the others say why not', () => {
  expect(LESSONS.filter(({ play }) => play !== undefined).length).toBeGreaterThanOrEqual(5);
  for (const { id, play, notPlayable } of LESSONS) {
    expect([id, play === undefined]).toEqual([id, notPlayable !== undefined]);
  }
});

test('each step names a view that there is', () => {
  const paths = LESSONS.flatMap(({ see, todo }) => [...see, ...todo].flatMap(({ view }) => view?.path ?? []));
  expect(paths.length).toBeGreaterThan(5);
  for (const path of paths) expect(VIEW_PATHS).toContain(path.split('?')[0]);
});
