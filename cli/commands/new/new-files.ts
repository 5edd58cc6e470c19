import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';

/** A file to create. */
export interface NewFile {
  /** From the project's folder, with `/` between its parts. */
  readonly path: string;
  readonly text: string;
}

/** Whether a path of the project exists. */
export type Exists = (path: string) => boolean;

/** @throws UsageError for the first path that exists */
export function requireNone(paths: readonly string[], exists: Exists): void {
  const taken = paths.find(exists);
  if (taken !== undefined) throw new UsageError(`${taken} exists already; choose another name, or remove it first`);
}

/** Files, one a line. */
export function listed(paths: readonly string[]): string {
  return paths.map((path) => `  ${path}`).join('\n');
}

export interface WrittenFiles {
  /** Removes the files, and the folders that were created for them unless something else is in them by now. */
  remove(): Promise<void>;
}

/**
 * Writes all files or none. An existing file is never overwritten.
 *
 * @param folder the project's
 * @throws CommandFailure naming the file that could not be written
 */
export async function writeNewFiles(folder: string, files: readonly NewFile[]): Promise<WrittenFiles> {
  const made: (() => Promise<void>)[] = [];
  const remove = async () => {
    for (const undo of made.reverse()) await undo();
  };
  for (const { path, text } of files) {
    const file = join(folder, path);
    try {
      for (const parent of await makeFolders(dirname(file))) made.push(() => removeIfEmpty(parent));
      const removeFile = () => rm(file, { force: true });
      await writeFile(file, text, { flag: 'wx' }).catch(async (error: NodeJS.ErrnoException) => {
        // An existing file was not touched; a new one may be there in part.
        if (error.code !== 'EEXIST') await removeFile();
        throw error;
      });
      made.push(removeFile);
    } catch (cause) {
      const problem = `${path} could not be written: ${(cause as Error).message}`;
      await remove().catch((error: unknown) => {
        throw new CommandFailure(`${problem}; not all new files could be removed: ${(error as Error).message}`, {
          cause,
        });
      });
      throw new CommandFailure(`${problem}; all new files were removed`, { cause });
    }
  }
  return { remove };
}

/** Creates a folder. @returns the folders that did not exist, the outermost first */
async function makeFolders(folder: string): Promise<string[]> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return [];
  const made = [folder];
  while (made[0] !== undefined && made[0] !== first) made.unshift(dirname(made[0]));
  return made;
}

async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT') throw error;
  });
}
