import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readAssembly } from '../../../../packages/local-engine/cloudformation/assembly.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assembly-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** An assembly of stacks, by name, each with the stacks that it depends on. */
async function written(stacks: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const artifacts = Object.entries(stacks).map(([name, dependencies]) => [
    name,
    {
      type: 'aws:cloudformation:stack',
      properties: { templateFile: 'template.json' },
      dependencies: [...dependencies, `${name}.assets`],
    },
  ]);
  await writeFile(join(folder, 'template.json'), '{"Resources": {}}');
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ artifacts: Object.fromEntries(artifacts) }));
}

test.each([
  { given: 'none that depends on another', stacks: { B: [], A: [] }, order: ['B', 'A'] },
  { given: 'one that depends on a later one', stacks: { A: ['C'], B: [], C: [] }, order: ['C', 'A', 'B'] },
  { given: 'a chain', stacks: { A: ['B'], B: ['C'], C: [] }, order: ['C', 'B', 'A'] },
])('given stacks, $given, each comes after those that it depends on', async ({ stacks, order }) => {
  await written(stacks);
  expect((await readAssembly(folder)).map(({ name }) => name)).toEqual(order);
});
