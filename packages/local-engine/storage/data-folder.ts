import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { checkChangeLog, holdsNoChange } from './change-log.ts';
import { CHECKSUM, isAsItWasLeft, removeChecksum, writeChecksum } from './checksum.ts';
import { codeOf, DATABASE, damaged, describeStorageProblem, SQLITE, StorageError } from './storage-error.ts';

/** Version of the tables' layout, in SQLite's `user_version`. Raise it with every change of a table. */
export const LAYOUT = 4;

/** The database of layout 2 and before. */
const FORMER_DATABASE = 'fauxqs.db';

/** SQLite's `application_id` of the engine's databases. */
const APPLICATION = 0x75627075;

/**
 * This file is there while the engine uses the folder, and after the engine was killed: then the last changes are in the change
 * log next to the database. It is removed before the database is closed, which needs no space on the disk.
 */
const IN_USE = 'in-use';

/** Its content until the first commit: an engine that is killed before leaves an empty change log, or an empty database. */
const BEGINNING = 'The engine begins.\n';

/** Every file of the engine in a data folder. */
const FILES = [DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`, `${DATABASE}-journal`, IN_USE, CHECKSUM];

/** The first bytes of every database. Source: SQLite database file format, section 1.3.1. */
const MAGIC = 'SQLite format 3\0';

/** An open data folder. */
interface OpenedFolder {
  readonly db: DatabaseSync;
  /** Whether each byte is what an engine wrote: the folder is new, or as an engine left it when it stopped. */
  readonly isAsWritten: boolean;
}

/**
 * Opens the database in a folder, and creates the folder if necessary. Checks the whole database before anything is written:
 * what is written to a damaged one would be lost with it.
 * @throws StorageError with what is wrong and what to do; nothing in the folder has changed then
 */
export function openDataFolder(folder: string): OpenedFolder {
  if (folder.trim() === '') throw new StorageError('The data folder has no name. Give one, such as .local-engine.');
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    for (const name of FILES) refuseOtherKinds(join(folder, name));
    const file = join(folder, DATABASE);
    let isAsWritten = true;
    if (existsSync(file)) {
      isAsWritten = checkDatabase(folder, file);
      accessSync(file, constants.W_OK);
    } else {
      refuseRemains(folder);
      writeFileSync(join(folder, IN_USE), BEGINNING);
    }
    return { db: openDatabase(folder, file), isAsWritten };
  } catch (error) {
    if (error instanceof StorageError) throw error;
    throw new StorageError(describeStorageProblem(error as Error, folder), { cause: error });
  }
}

/** Call this after the first commit: from then on the change log holds something until the engine stops. */
export function noteCommitted(folder: string): void {
  removeChecksum(folder);
  writeFileSync(join(folder, IN_USE), 'Written by the engine when it starts, and removed when it stops.\n');
}

/** Creates one folder after the other: on a read-only disk, mkdir of a whole path would say that it does not exist. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** Closes the database of a folder. It is complete then without its change log, unless the disk has failed. */
export function closeDataFolder(folder: string, db: DatabaseSync): void {
  rmSync(join(folder, IN_USE), { force: true });
  db.close();
}

/** Call this after {@link closeDataFolder}, for a database that is as the engine wants it. */
export function noteClosed(folder: string): void {
  if (!existsSync(join(folder, `${DATABASE}-wal`))) writeChecksum(folder, DATABASE);
}

function openDatabase(folder: string, file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  try {
    // EXCLUSIVE refuses a second engine on the same folder. NORMAL: a commit survives a crash of this process at once, and a
    // crash of the machine a little later. Nothing is ever half written.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    // The change log grows to 16 MB before it goes into the database: most pages change again until then.
    db.exec('PRAGMA wal_autocheckpoint = 4000');
    // This read takes the lock. A write would change a folder that may still be refused for the content of its tables.
    const { application_id: application } = db.prepare('PRAGMA application_id').get() ?? {};
    if (application !== APPLICATION) db.exec(`PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${LAYOUT}`);
    writeFileSync(join(folder, IN_USE), BEGINNING);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** SQLite would wait for a pipe, and keep the files of a link next to the link's target. */
function refuseOtherKinds(file: string): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return;
  const kind = found.isDirectory() ? 'a folder' : found.isSymbolicLink() ? 'a link' : 'a device or a pipe';
  throw new StorageError(`${file} is ${kind}, but must be a file. Move it away, or give the engine another folder.`);
}

/** A folder without a database must not hold the other files of one. */
function refuseRemains(folder: string): void {
  if (existsSync(join(folder, FORMER_DATABASE))) throw otherVersion(folder);
  const log = join(folder, `${DATABASE}-wal`);
  if (existsSync(log) && statSync(log).size > 0) {
    throw damaged(folder, `${DATABASE} is missing, but its change log ${DATABASE}-wal is there`);
  }
  if (existsSync(join(folder, CHECKSUM))) {
    throw damaged(folder, `${DATABASE} is missing, but its checksum in ${join(folder, CHECKSUM)} is there`);
  }
}

/** @returns whether each byte is what an engine wrote */
function checkDatabase(folder: string, file: string): boolean {
  const log = `${file}-wal`;
  const logBytes = existsSync(log) ? statSync(log).size : undefined;
  const inUse = join(folder, IN_USE);
  const use = existsSync(inUse) ? readFileSync(inUse, 'utf8') : undefined;
  if (statSync(file).size === 0) {
    // This is what an engine leaves that was killed in its first moment.
    if (use === BEGINNING && !logBytes) return true;
    throw damaged(folder, `${DATABASE} is empty`);
  }
  if (firstBytes(file, MAGIC.length) !== MAGIC) throw damaged(folder, `${DATABASE} is not a database`);
  // Its first change, which gives it a change log, was not finished: SQLite undoes it when it is opened, so nothing is read before.
  if (existsSync(`${file}-journal`)) return false;
  if (holdsNoChange(logBytes) && use !== undefined && use !== BEGINNING) {
    const state = logBytes === undefined ? 'missing' : 'empty';
    throw damaged(
      folder,
      `the change log ${DATABASE}-wal with the last changes is ${state}; to continue without them, remove ${inUse}`,
    );
  }
  return checkContents(folder, file);
}

/**
 * Reads who wrote the database, the change log, and every byte or page. Leaves no new file behind.
 * @returns whether each byte is what an engine wrote
 */
function checkContents(folder: string, file: string): boolean {
  const created = ['-wal', '-shm'].map((ending) => `${file}${ending}`).filter((path) => !existsSync(path));
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true });
    const number = (sql: string) => Number(Object.values(db?.prepare(sql).get() ?? {})[0]);
    if (number('PRAGMA application_id') === APPLICATION) {
      if (number('PRAGMA user_version') !== LAYOUT) throw otherVersion(folder);
    } else if (number('SELECT count(*) FROM sqlite_schema') > 0) {
      throw new StorageError(`${file} is the database of another program. Give the engine a folder of its own.`);
    }
    // Not before: the reads above fail if another engine uses the folder and writes the log.
    const problem = checkChangeLog(`${file}-wal`);
    if (problem !== undefined) throw damaged(folder, problem);
    const hasLog = existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0;
    const isLeft = hasLog ? undefined : isAsItWasLeft(folder, DATABASE);
    if (isLeft) return true;
    if (isLeft === false) {
      const own = `if you, or an earlier version of the engine, changed it, remove ${join(folder, CHECKSUM)}`;
      throw damaged(folder, `${DATABASE} is not as the engine left it; ${own}`);
    }
    const found = String(db.prepare('PRAGMA quick_check(1)').get()?.quick_check);
    if (found !== 'ok') throw damaged(folder, `${DATABASE}: ${found.replaceAll(/\s+/g, ' ')}`);
    return false;
  } catch (error) {
    if (error instanceof StorageError || ![SQLITE.CORRUPT, SQLITE.NOTADB].includes(codeOf(error))) throw error;
    throw damaged(folder, `${DATABASE}: ${(error as Error).message}`);
  } finally {
    db?.close();
    for (const path of created) rmSync(path, { force: true });
  }
}

function firstBytes(file: string, bytes: number): string {
  const first = Buffer.alloc(bytes);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, first, 0, bytes, 0);
  } finally {
    closeSync(descriptor);
  }
  return first.toString('latin1');
}

function otherVersion(folder: string): StorageError {
  return new StorageError(
    `${folder} was written by another version of the engine. Use an empty folder, or remove this one.`,
  );
}
