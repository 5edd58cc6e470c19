import { join } from 'node:path';

/** The database in a data folder. */
export const DATABASE = 'engine.db';

/**
 * The error for a damaged folder. `.recover` of SQLite's own command reads what is left.
 * Source: SQLite, recovering data from a corrupt database.
 */
export function damaged(folder: string, problem: string, cause?: unknown): StorageError {
  const file = join(folder, DATABASE);
  return new StorageError(
    `The data in ${folder} is damaged: ${problem}. Nothing was changed. To start with no data, move the folder away or use another one. ` +
      `To save what can still be read: copy the folder, then sqlite3 ${file} .recover | sqlite3 saved.db.`,
    { cause },
  );
}

/** The data folder cannot be used. The message says why, and what to do. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

/** Primary result codes of SQLite. Source: SQLite, result and error codes. */
export const SQLITE = { BUSY: 5, READONLY: 8, IOERR: 10, CORRUPT: 11, FULL: 13, NOTADB: 26 };

/** The primary result code of an error; 0 if it is not of SQLite. The upper bytes of a result code are details. */
export function codeOf(error: unknown): number {
  return ((error as { errcode?: number }).errcode ?? 0) & 0xff;
}

/** Whether SQLite could not read or write the disk: not a mistake in the statement. */
export function isStorageFailure(error: unknown): error is Error {
  return [SQLITE.READONLY, SQLITE.IOERR, SQLITE.CORRUPT, SQLITE.FULL].includes(codeOf(error));
}

/**
 * What an error of the file system or of SQLite means for a data folder, and what to do.
 * @param otherwise what cannot be done, for an error of an unknown kind
 */
export function describeStorageProblem(
  error: Error & { readonly code?: string; readonly errcode?: number },
  folder: string,
  otherwise = "cannot be used for the engine's data",
): string {
  const { message, code } = error;
  const primary = codeOf(error);
  if (primary === SQLITE.BUSY) return `${folder} is in use by another engine. Stop that engine, or use another folder.`;
  if (primary === SQLITE.FULL || code === 'ENOSPC' || code === 'EDQUOT') {
    return `The disk of ${folder} is full: ${message}. Free some space, or use a folder on another disk.`;
  }
  if (primary === SQLITE.READONLY || ['EACCES', 'EPERM', 'EROFS'].includes(code ?? '')) {
    return `${folder} cannot be written: ${message}. Allow this user to write there, or use another folder.`;
  }
  if (primary === SQLITE.IOERR) return `${folder} cannot be read or written: ${message}. Check its disk.`;
  return `${folder} ${otherwise}: ${message}. Use another folder.`;
}
