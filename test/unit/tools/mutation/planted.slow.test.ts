import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TriedMutant } from '../../../../tools/mutation/measure.ts';
import { WAIT_MS } from '../../../support/limits.ts';

const MEASURE = join(import.meta.dirname, '..', '..', '..', '..', 'tools/mutation/measure.ts');

const PLANTED = '../src/planted.ts';
const SOURCE = `/** Evaluated when the module is loaded. */
const MOST = 5 + 5;
export const NAMES: readonly string[] = ['one', 'two'];

let calls = 0;
export function next(): number {
  calls += 1;
  return calls;
}
export function isLarge(count: number): boolean {
  return count > MOST;
}
export function countTo(most: number): number {
  let count = 0;
  while (count < most) count += 1;
  return count;
}
export function later(): Promise<number> {
  return new Promise((resolve) => {
    resolve(1);
  });
}
export function unused(): number {
  return 7 - 7;
}
export function fail(): never {
  throw new Error('this is for people to read');
}
`;
const TESTS = `import { expect, jest, test } from '@jest/globals';
import { countTo, fail, isLarge, later, NAMES, next } from '${PLANTED}';

test('loaded', () => expect(NAMES).toEqual(['one', 'two']));
test('kept', () => expect([next(), next()]).toEqual([1, 2]));
test('large', () => expect([isLarge(3), isLarge(11)]).toEqual([false, true]));
test('loop', () => expect(countTo(3)).toBe(3));
test('later', async () => expect(await later()).toBe(1));
test('fail', () => expect(fail).toThrow(Error));
test('mock', () => {
  const called = jest.fn();
  called(1);
  expect(called).toHaveBeenCalledWith(1);
});
`;

let root: string;
let tried: readonly TriedMutant[];

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'mutation-planted-'));
  for (const folder of ['src', 'test']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  writeFileSync(join(root, 'src/planted.ts'), SOURCE);
  writeFileSync(join(root, 'test/planted.test.ts'), TESTS);
  const script = `
    const { tryMutants } = await import(${JSON.stringify(MEASURE)});
    const tried = await tryMutants({ tests: { 'src/planted.ts': ['test/planted.test.ts'] }, workers: 1 });
    (await import('node:fs')).writeFileSync('tried.json', JSON.stringify(tried));`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
    timeout: WAIT_MS,
  });
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  tried = JSON.parse(readFileSync(join(root, 'tried.json'), 'utf8'));
});
afterAll(() => rmSync(root, { recursive: true }));

const outcomeOf = (original: string, replacement: string) =>
  tried.find((mutant) => mutant.original === original && mutant.replacement === replacement)?.outcome;

describe('of the changes of a source', () => {
  test.each([
    ['one that a test notices', 'count > MOST', 'count <= MOST', 'killed'],
    ['one that no test notices', 'count > MOST', 'count >= MOST', 'survived'],
    ['one of what is evaluated at the load', "['one', 'two']", '[]', 'killed'],
    ['another one', '5 + 5', '5 - 5', 'killed'],
    ['one of what the module keeps', 'calls += 1', 'calls -= 1', 'killed'],
    ['one that never ends', 'count += 1', 'count -= 1', 'timed out'],
    ['one that waits for ever', '{ resolve(1); }', '{}', 'timed out'],
    ['one that no test runs', '7 - 7', '7 + 7', 'uncovered'],
    ['a text for people', "'this is for people to read'", '""', 'ignored'],
  ])('%s: %s → %s is %s', (_which, original, replacement, outcome) => {
    expect(outcomeOf(original, replacement)).toBe(outcome);
  });

  test('each is told with its line, and the project is as it was', () => {
    expect(tried.find(({ original }) => original === '5 + 5')).toMatchObject({
      file: 'src/planted.ts',
      line: 2,
      lineText: 'const MOST = 5 + 5;',
    });
    expect(readFileSync(join(root, 'src/planted.ts'), 'utf8')).toBe(SOURCE);
  });
});
