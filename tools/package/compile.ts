import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { declarationsOf } from './files.ts';
import { renameImportsOfSources } from './imports.ts';
import { PackageError } from './package-error.ts';

/**
 * Compiles the entry points, and what they import, as tsconfig.package.json says.
 * @throws PackageError with what the compiler found
 */
export async function compile(projectFolder: string, outputFolder: string): Promise<void> {
  const tsc = join(projectFolder, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [tsc, '--project', 'tsconfig.package.json', '--outDir', outputFolder, '--pretty', 'false'];
  await promisify(execFile)(process.execPath, args, { cwd: projectFolder }).catch(({ stdout, message }) => {
    throw new PackageError(`the sources do not compile:\n${stdout || message}`);
  });
  // The compiler renames in JavaScript only. In declarations a `.ts` is understood, but names a file that is not there.
  for (const file of await declarationsOf(outputFolder)) {
    await writeFile(file, renameImportsOfSources(await readFile(file, 'utf8')));
  }
}
