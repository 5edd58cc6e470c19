import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { declarationsOf, importsOf, PackageError, packageOf, scriptsOf } from './compiled-files.ts';

/** The project's own package.json, so far as it concerns the package. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** An app has these itself, and must have only one copy: constructs of two do not know each other. */
const PEERS = ['aws-cdk-lib', 'constructs'];

export async function readManifest(projectFolder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(projectFolder, 'package.json'), 'utf8'));
}

/**
 * Writes the package.json of the compiled package. What it depends on is what its files import.
 *
 * @param project the project's own package.json, which knows the versions
 * @throws PackageError for an import of a package, or an entry point, that is not there
 */
export async function writeManifest(project: Manifest, folder: string): Promise<void> {
  const { name, version, description, license, engines } = project;
  const imported = await importedPackages(project, folder);
  const manifest = {
    name,
    version,
    description,
    license,
    type: 'module',
    sideEffects: false,
    exports: Object.fromEntries(
      Object.entries(project.exports).map(([path, source]) => [path, compiledEntry(source, folder)]),
    ),
    engines,
    dependencies: Object.fromEntries(imported.filter(([each]) => !PEERS.includes(each))),
    peerDependencies: Object.fromEntries(imported.filter(([each]) => PEERS.includes(each))),
  };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function compiledEntry(source: string, folder: string): { types: string; default: string } {
  const entry = { types: source.replace(/\.ts$/, '.d.ts'), default: source.replace(/\.ts$/, '.js') };
  if (Object.values(entry).every((file) => existsSync(join(folder, file)))) return entry;
  throw new PackageError(`package.json exports ${source}, which is not compiled: name it in tsconfig.package.json`);
}

/** Names and versions, sorted by name. */
async function importedPackages(project: Manifest, folder: string): Promise<[name: string, version: string][]> {
  const versions = { ...project.devDependencies, ...project.dependencies };
  const names = new Set<string>();
  for (const file of await scriptsOf(folder)) {
    for (const name of await packagesOf(file)) names.add(name);
  }
  // Types that the declarations name must be there too, else they silently become `any`.
  for (const file of await declarationsOf(folder)) {
    for (const name of await packagesOf(file)) names.add(`@types/${name}` in versions ? `@types/${name}` : name);
  }
  return [...names].sort().map((name) => {
    const version = versions[name];
    if (version === undefined) throw new PackageError(`${name} is imported, but package.json has no version of it`);
    return [name, version];
  });
}

/** The installed packages that a file imports; not what is built into Node.js. */
async function packagesOf(file: string): Promise<string[]> {
  return importsOf(await readFile(file, 'utf8'))
    .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
    .map(packageOf);
}
