import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BundleMemory, sourcesOf } from '../../cdk/bundle-memory.ts';

describe('a remembered bundle', () => {
  const contents = new Uint8Array([1]);
  const written = new Date('2026-01-01T00:00:00Z');
  const startedAt = written.getTime() + 1_000;
  let folder: string;
  let sources: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bundle-memory-'));
    sources = [join(folder, 'handler.ts'), join(folder, 'decision.ts')];
    for (const source of sources) {
      await writeFile(source, '');
      await utimes(source, written, written);
    }
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is recalled as long as its sources stay as they are, and only for its handler', async () => {
    const memory = new BundleMemory();
    await memory.remember('handler.ts', contents, sources, startedAt);
    expect(await memory.recall('handler.ts')).toBe(contents);
    expect(await memory.recall('other.ts')).toBeUndefined();
  });

  test('is not recalled after one of its sources was changed', async () => {
    const memory = new BundleMemory();
    await memory.remember('handler.ts', contents, sources, startedAt);
    await utimes(join(folder, 'decision.ts'), written, new Date('2026-01-01T00:00:02Z'));
    expect(await memory.recall('handler.ts')).toBeUndefined();
  });

  test('is not recalled after one of its sources was removed', async () => {
    const memory = new BundleMemory();
    await memory.remember('handler.ts', contents, sources, startedAt);
    await rm(join(folder, 'decision.ts'));
    expect(await memory.recall('handler.ts')).toBeUndefined();
  });

  test('is not even remembered if nobody knows what it was made of', async () => {
    const memory = new BundleMemory();
    await memory.remember('handler.ts', contents, [], startedAt);
    expect(await memory.recall('handler.ts')).toBeUndefined();
  });

  test.each([
    ['changed', (file: string) => utimes(file, written, new Date(startedAt + 1))],
    ['removed', (file: string) => rm(file)],
  ])('is not even remembered if a source was %s while it was made', async (_case, disturb) => {
    const memory = new BundleMemory();
    await memory.remember('handler.ts', new Uint8Array([0]), sources, startedAt);
    await disturb(join(folder, 'decision.ts'));
    await memory.remember('handler.ts', contents, sources, startedAt);
    expect(await memory.recall('handler.ts')).toBeUndefined();
  });
});

test('the sources of a bundle are all that it imports, even in a circle, but for what is installed or built in', () => {
  const input = (...paths: string[]) => ({
    bytes: 1,
    imports: paths.map((path) => ({ path, kind: 'import-statement' as const })),
  });
  const inputs = {
    'services/a/handler.ts': input(
      'services/a/plan.ts',
      'node_modules/sdk/index.js',
      'node:os',
      'built-in:node:crypto',
    ),
    'built-in:node:crypto': input('node:crypto'),
    'services/a/plan.ts': input('services/shared/errors.ts'),
    'services/shared/errors.ts': input('services/a/plan.ts'),
    'services/b/handler.ts': input('services/shared/errors.ts'),
    'node_modules/sdk/index.js': input('node_modules/sdk/deep.js'),
    'node_modules/sdk/deep.js': input(),
  };
  expect(sourcesOf('services/a/handler.ts', { inputs, outputs: {} })).toEqual([
    'services/a/handler.ts',
    'services/a/plan.ts',
    'services/shared/errors.ts',
  ]);
});
