import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { Storage } from '../../../../packages/local-engine/storage/storage.ts';

const folders: string[] = [];
const opened: Storage[] = [];

afterEach(() => {
  for (const storage of opened.splice(0)) storage.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder, removed after the test. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'engine-data-'));
  folders.push(folder);
  return folder;
}

/** Storage in a folder, closed after the test. */
export function openStorage(folder: string): Storage {
  const storage = new Storage(folder);
  opened.push(storage);
  return storage;
}
