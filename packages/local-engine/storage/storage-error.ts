/** The data folder cannot be used; the message says why and what to do. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

/** Primary result codes of SQLite. Source: SQLite, result and error codes. */
const SQLITE = { BUSY: 5, READONLY: 8, IOERR: 10, CORRUPT: 11, FULL: 13 };

/** Whether SQLite could not read or write the disk, which is no fault of the statement. */
export function isStorageFailure(error: unknown): error is Error {
  const { errcode } = error as { errcode?: number };
  const { READONLY, IOERR, CORRUPT, FULL } = SQLITE;
  return errcode !== undefined && [READONLY, IOERR, CORRUPT, FULL].includes(errcode & 0xff);
}

/**
 * What a failure of the file system or of SQLite means for a data folder, and what to do.
 * @param otherwise what cannot be done, where the failure is of an unknown kind
 */
export function describeStorageProblem(
  { message, code, errcode = 0 }: Error & { readonly code?: string; readonly errcode?: number },
  folder: string,
  otherwise = "cannot be used for the engine's data",
): string {
  // The upper bytes of a result code tell details.
  const primary = errcode & 0xff;
  if (primary === SQLITE.BUSY) return `${folder} is in use by another engine. Stop that one, or take another folder.`;
  if (primary === SQLITE.FULL || code === 'ENOSPC' || code === 'EDQUOT') {
    return `The disk of ${folder} is full: ${message}. Make room on it, or take a folder on another disk.`;
  }
  if (primary === SQLITE.READONLY || ['EACCES', 'EPERM', 'EROFS'].includes(code ?? '')) {
    return `${folder} cannot be written: ${message}. Give this user the right to write there, or take another folder.`;
  }
  if (primary === SQLITE.IOERR) return `${folder} cannot be read or written: ${message}. Check its disk.`;
  return `${folder} ${otherwise}: ${message}. Take another folder.`;
}
