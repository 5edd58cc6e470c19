import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeNewFiles } from '../../../../cli/commands/new/new-files.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scaffold-'));
});
afterEach(() => rm(folder, { recursive: true }));

const FILES = [
  { path: 'services/audit/handler.ts', text: 'handler' },
  { path: 'test/unit/services/audit/audit.test.ts', text: 'test' },
];
const present = async () => (await readdir(folder, { recursive: true })).sort();

test('writes every file, and the folders that it needs', async () => {
  await writeNewFiles(folder, FILES);
  for (const { path, text } of FILES) expect(await readFile(join(folder, path), 'utf8')).toBe(text);
});

test('given a file that cannot be written, then those before it are removed with their folders, and it is named', async () => {
  await mkdir(join(folder, 'services'));
  await mkdir(join(folder, 'test'));
  await writeFile(join(folder, 'test', 'unit'), 'a file where a folder should be');
  const before = await present();

  const failure = await writeNewFiles(folder, FILES).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CommandFailure);
  expect((failure as Error).message).toMatch(
    /^test\/unit\/services\/audit\/audit\.test\.ts could not be written: E.*; all new files were removed$/,
  );
  expect(await present()).toEqual(before);
});

test('given a file that is there, then it is not touched, and nothing else is left', async () => {
  await mkdir(join(folder, 'test/unit/services/audit'), { recursive: true });
  await writeFile(join(folder, 'test/unit/services/audit/audit.test.ts'), 'mine');
  const before = await present();

  await expect(writeNewFiles(folder, FILES)).rejects.toThrow('EEXIST');
  expect(await present()).toEqual(before);
  expect(await readFile(join(folder, 'test/unit/services/audit/audit.test.ts'), 'utf8')).toBe('mine');
});

test('what was written can be taken back, but for what others put beside it', async () => {
  const written = await writeNewFiles(folder, FILES);
  await writeFile(join(folder, 'services/audit/notes.txt'), 'mine');
  await written.remove();
  expect(await present()).toEqual(['services', 'services/audit', 'services/audit/notes.txt']);
});
