import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PackageError } from './package-error.ts';

/**
 * The build replaces its folder with all that is in it: one that holds anything but a package of before is refused.
 * @throws PackageError
 */
export async function refuseForeignFolder(folder: string): Promise<void> {
  if ((await contents(folder)).length === 0) return;
  const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  // The project's own folder has the same name in its package.json, but sources behind its exports.
  const { name, exports } = JSON.parse(manifest);
  if (name === 'user-bucket-pipeline' && exports?.['./cdk']?.types) return;
  throw new PackageError(`${folder} holds something else than this package: name an empty folder, or a new one`);
}

async function contents(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new PackageError(`${folder} is no folder that can be written to: ${(error as Error).message}`);
  }
}
