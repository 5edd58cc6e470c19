import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

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

/** Paths of all JavaScript in a folder, in an order that never changes. */
export function scriptsOf(folder: string): Promise<string[]> {
  return filesOf(folder, '.js');
}

/** Paths of all declarations in a folder, in an order that never changes. */
export function declarationsOf(folder: string): Promise<string[]> {
  return filesOf(folder, '.d.ts');
}

async function filesOf(folder: string, ending: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * Import and export statements as the compiler prints them, which may run over lines, and `import(…)` wherever it
 * stands: in declarations that is a type.
 */
const IMPORTS = /(^(?:import|export)\b[^'";]*\bfrom ['"]|^import ['"]|\bimport\(['"])([^'"]+)(?=['"])/gm;

/** What compiled code imports, as written: relative paths and names of packages. */
export function importsOf(code: string): string[] {
  return [...code.matchAll(IMPORTS)].map(([, , name = '']) => name);
}

/** Relative imports of `.ts` become imports of the `.js` that is compiled of it. */
export function renameImportsOfSources(code: string): string {
  return code.replaceAll(IMPORTS, (statement, before: string, name: string) =>
    name.startsWith('.') ? before + name.replace(/\.ts$/, '.js') : statement,
  );
}

/** `@scope/name/deep` and `name/deep` are of the packages `@scope/name` and `name`. */
export function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The package cannot be built. The message says why. */
export class PackageError extends Error {
  override readonly name = 'PackageError';
}
