import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NewFile } from './new-file.ts';

/** What was to be made was not, and what had been written was removed again. Its message is for the person who asked. */
export class ScaffoldFailure extends Error {
  override readonly name = 'ScaffoldFailure';
}

/** What was written, and how to take it back. */
export interface Written {
  /** Removes the files, and the folders that were made for them unless something else is in them by now. */
  remove(): Promise<void>;
}

/**
 * Writes all files or none. A file that is there is never written over.
 *
 * @param folder the project's
 * @throws {ScaffoldFailure} naming the file that could not be written
 */
export async function writeNewFiles(folder: string, files: readonly NewFile[]): Promise<Written> {
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
        // Of one that was there nothing was touched; of one that was opened something may be there.
        if (error.code !== 'EEXIST') await removeFile();
        throw error;
      });
      made.push(removeFile);
    } catch (cause) {
      await remove().catch((error: unknown) => {
        throw new ScaffoldFailure(
          `${path} could not be written (${(cause as Error).message}), and not everything could be removed again: ${(error as Error).message}`,
          { cause },
        );
      });
      throw new ScaffoldFailure(
        `${path} could not be written, and what was written before it was removed again: ${(cause as Error).message}`,
        { cause },
      );
    }
  }
  return { remove };
}

/** Makes a folder and gives those that were not there before, the outermost first. */
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
