import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { makeDataFolder } from '../../support/data-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Makes a process print where it keeps compiled modules, and where those that it starts would. */
const TELL = `data:text/javascript,import { getCompileCacheDir } from 'node:module';
process.on('exit', () => console.error(JSON.stringify([getCompileCacheDir(), process.env.NODE_COMPILE_CACHE])))`;

async function cacheOf(file: string, env: NodeJS.ProcessEnv = {}): Promise<(string | undefined)[]> {
  const args = ['--import', TELL, join(ROOT, file), '--help'];
  const { stderr } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stderr);
}

const KEPT = join(ROOT, 'node_modules', '.cache', 'compiled');

test.each([['cli/pipeline.mjs'], ['packages/local-engine/command/local-engine.mjs']])(
  '%s keeps its compiled modules with the installed packages, which npm ci removes',
  async (file) => {
    const [folder = ''] = await cacheOf(file);
    // Node.js has a folder in it for each of its versions.
    expect(dirname(folder)).toBe(KEPT);
  },
);

test('a process that the command starts keeps its compiled modules in the same folder', async () => {
  expect((await cacheOf('cli/pipeline.mjs'))[1]).toBe(KEPT);
});

test('given NODE_COMPILE_CACHE, compiled modules are kept there', async () => {
  const { folder, remove } = makeDataFolder();
  try {
    const [used = '', ofChildren] = await cacheOf('cli/pipeline.mjs', { NODE_COMPILE_CACHE: folder });
    expect([dirname(used), ofChildren]).toEqual([folder, folder]);
  } finally {
    remove();
  }
});
