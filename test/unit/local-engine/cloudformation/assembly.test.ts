import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  loadAssembly,
  readAssemblies,
  readAssembly,
} from '../../../../packages/local-engine/cloudformation/assembly.ts';
import { resolveStacks } from '../../../../packages/local-engine/cloudformation/stack.ts';
import { ACCOUNT } from '../support/parts.ts';
import { ENDPOINT } from '../support/stack.ts';

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

test('given a folder by its path from here, its assets have absolute paths', async () => {
  await written({ A: ['A.assets'] });
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  manifest.artifacts['A.assets'] = { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  const code = { source: { path: 'asset.1' }, destinations: { here: { objectKey: '1.zip' } } };
  await writeFile(join(folder, 'assets.json'), JSON.stringify({ files: { code } }));
  const [stack] = await readAssembly(relative(process.cwd(), folder));
  expect(stack?.assetFolder('1.zip')).toBe(join(folder, 'asset.1'));
});

test('given an assembly that was read, its folder is not read again, and each engine has it', async () => {
  await written({ A: [] });
  const loaded = await loadAssembly(folder);
  await writeFile(join(folder, 'manifest.json'), 'no longer an assembly');
  expect((await readAssemblies([loaded])).map(({ name }) => name)).toEqual(['A']);
  await expect(readAssemblies([loaded, loaded])).rejects.toThrow('both have a stack named A');
});

test('given an assembly that was read, its stacks are resolved again only for other surroundings, and cannot be changed', async () => {
  await written({ A: [] });
  const name = { 'Fn::Join': ['-', [{ Ref: 'AWS::Region' }, 'events']] };
  const template = { Resources: { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: name } } } };
  await writeFile(join(folder, 'template.json'), JSON.stringify(template));
  const stacks = await readAssemblies([await loadAssembly(folder)]);
  const resolved = (region: string, createdAt: number) =>
    resolveStacks(stacks, { account: { ...ACCOUNT, region }, endpoint: ENDPOINT }, () => createdAt)[0];
  const first = resolved('eu-west-1', 1);
  expect(first?.resources[0]?.properties).toEqual({ Name: 'eu-west-1-events' });
  expect(resolved('eu-west-1', 1)).toBe(first);
  // Each differs from the last one in one thing.
  expect(resolved('eu-west-1', 2)?.createdAt).toBe(2);
  expect(resolved('us-east-1', 2)?.resources[0]?.properties).toEqual({ Name: 'us-east-1-events' });
  expect(Object.isFrozen(first?.resources[0]?.properties)).toBe(true);
});
