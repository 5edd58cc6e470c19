import { cpSync, mkdtempSync, rmSync } from 'node:fs';
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

export const DATABASE = 'engine.db';
/** How many notes a written folder holds. */
export const ROWS = 3000;

/** A folder as an engine left it: by stopping, or as it is while the engine runs, which is what a kill leaves. */
export function writtenFolder(left: 'stopped' | 'killed'): string {
  const folder = dataFolder();
  const storage = openStorage(folder);
  storage.db.exec('CREATE TABLE notes (text TEXT)');
  const insert = storage.db.prepare('INSERT INTO notes VALUES (?)');
  for (let n = 0; n < ROWS; n++) {
    insert.run(`note ${n} `.padEnd(200, '.'));
    if (n % 100 === 0) storage.commit();
  }
  storage.commit();
  if (left === 'killed') {
    const copy = dataFolder();
    cpSync(folder, copy, { recursive: true });
    return copy;
  }
  storage.close();
  return folder;
}

/** Why a folder is refused. */
export function refusal(folder: string): string {
  try {
    new Storage(folder).close();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${folder} was opened.`);
}
