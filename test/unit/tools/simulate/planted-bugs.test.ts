import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { plantedBugs } from '../../../../tools/simulate/planted-bugs/index.ts';
import { patched } from '../../../../tools/simulate/world/source-patches.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');

test.each(plantedBugs())('$name: its patch fits the source as it is', ({ patches }) => {
  for (const patch of patches) {
    const source = readFileSync(join(ROOT, patch.file), 'utf8');
    expect(patched(source, patch)).not.toBe(source);
  }
});

test('no two bugs have the same name', () => {
  const names = plantedBugs().map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('a patch whose surroundings have changed is refused by its file', () => {
  const [bug] = plantedBugs();
  const [patch] = bug?.patches ?? [];
  if (patch === undefined) throw new Error('There is no planted bug.');
  expect(() => patched('export const other = 1;\n', patch)).toThrow(`The patch of ${patch.file} does not fit it.`);
});
