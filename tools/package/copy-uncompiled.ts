import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { scriptsOf } from './files.ts';
import { importsOf, renameImportsOfSources } from './imports.ts';
import { PackageError } from './package-error.ts';

/**
 * Copies what compiled code imports but the compiler passes over: files that are JavaScript with declarations already,
 * such as generated validators.
 *
 * @throws PackageError for an import that leads nowhere
 */
export async function copyUncompiled(projectFolder: string, outputFolder: string): Promise<void> {
  for (const script of await scriptsOf(outputFolder)) {
    const missing = importsOf(await readFile(script, 'utf8'))
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(outputFolder, join(dirname(script), name)))
      .filter((file) => !existsSync(join(outputFolder, file)));
    for (const file of missing) {
      for (const each of [file, file.replace(/\.js$/, '.d.ts')]) {
        const text = await readFile(join(projectFolder, each), 'utf8').catch(() => {
          throw new PackageError(`${relative(outputFolder, script)} imports ${each}, which is not there`);
        });
        await mkdir(dirname(join(outputFolder, each)), { recursive: true });
        await writeFile(join(outputFolder, each), renameImportsOfSources(text));
      }
    }
  }
}
