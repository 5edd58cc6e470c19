import { DatabaseSync } from 'node:sqlite';

/** What SQLite keeps in memory of a temporary database, in KiB. */
const CACHE_KIB = 64 * 1024;

/**
 * In memory, as long as it is small. Beyond that SQLite writes what was not used for long into a file without a name in the system's
 * folder for temporary files, which is gone with the process. Archive, stream and logs of 100,000 users take 400 MB.
 * Source: SQLite, In-Memory Databases, temporary databases; Temporary Files Used By SQLite.
 */
export function openTemporary(): DatabaseSync {
  const db = new DatabaseSync('');
  db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
  return db;
}
