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

/** Of a stored text, in an error. */
const MOST_SHOWN = 200;

/** A JSON object in a table. */
interface StoredText {
  /** What it is, with its name: such as `the rule a of the bus main`. */
  readonly what: string;
  readonly table: string;
  readonly text: string;
}

/**
 * Reads a JSON object from a table, which any program can have changed.
 * @param problemOf what is wrong with it, such as `has no name`; undefined if an engine can have stored it
 * @throws SyntaxError that names it, and says what is wrong with it and how to start without it. `Storage.explain` takes it for damage
 */
export function readStored<T extends object>(
  { what, table, text }: StoredText,
  problemOf: (value: Partial<T>) => string | undefined,
): T {
  const refuse = (problem: string, cause?: unknown) => {
    const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
    const remedy = `to start without it, delete its row from the table ${table} in ${DATABASE}`;
    return new SyntaxError(`${what} ${problem}: ${shown}; ${remedy}`, { cause });
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse('is not JSON', cause);
  }
  if (typeof value !== 'object' || value === null) throw refuse('is not an object');
  const problem = problemOf(value);
  if (problem !== undefined) throw refuse(problem);
  return value as T;
}
