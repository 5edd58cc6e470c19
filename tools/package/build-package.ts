import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { runProgram } from '../../cli/output/run-program.ts';
import { CommandFailure } from '../../operations/messages/errors.ts';
import { script } from '../script.ts';
import { compile, copyUncompiled, PackageError } from './compiled-files.ts';
import { type Manifest, readManifest, writeManifest } from './manifest.ts';

/**
 * Writes the package that CDK apps of other teams install: JavaScript and declarations, since Node.js runs no
 * TypeScript of an installed package.
 *
 *   npm run package                writes dist/
 *   npm run package -- FOLDER      writes another folder
 *   npm pack ./dist                makes the tarball of it
 */

const PROJECT_FOLDER = join(import.meta.dirname, '..', '..');

/**
 * Builds in another folder first: a build that fails leaves the previous package alone.
 *
 * @throws PackageError when a person can fix the reason
 * @returns what was packed
 */
async function buildPackage(folder: string): Promise<Manifest> {
  await refuseForeignFolder(folder);
  const unfinished = await mkdtemp(join(tmpdir(), 'package-'));
  try {
    await compile(PROJECT_FOLDER, unfinished);
    await copyUncompiled(PROJECT_FOLDER, unfinished);
    const project = await readManifest(PROJECT_FOLDER);
    await writeManifest(project, unfinished);
    await cp(join(PROJECT_FOLDER, 'LICENSE'), join(unfinished, 'LICENSE'));
    await cp(join(PROJECT_FOLDER, 'docs', 'cdk-api.md'), join(unfinished, 'API.md'));
    await rm(folder, { recursive: true, force: true });
    await cp(unfinished, folder, { recursive: true });
    return project;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/**
 * The build deletes what its folder holds, so a folder that holds anything but an earlier package is refused.
 * @throws PackageError
 */
async function refuseForeignFolder(folder: string): Promise<void> {
  if ((await contents(folder)).length === 0) return;
  const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  // The project's own folder has the same name in its package.json, but sources behind its exports.
  const { name, exports } = JSON.parse(manifest);
  if (name === 'user-bucket-pipeline' && exports?.['./cdk']?.types) return;
  throw new PackageError(`${folder} holds something other than this package; name an empty or a new folder`);
}

async function contents(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new PackageError(`${folder} cannot be written to: ${(error as Error).message}`);
  }
}

async function pack(given: string): Promise<void> {
  const folder = resolve(given);
  try {
    const { name, version } = await buildPackage(folder);
    const fromHere = relative(process.cwd(), folder);
    const place = fromHere.startsWith('..') ? folder : `./${fromHere}`;
    console.log(`${name} ${version} is in ${place}; make its tarball with: npm pack ${place}`);
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    throw new CommandFailure(error.message, { cause: error });
  }
}

await runProgram(
  script('package', 'Writes the package that CDK apps of other teams install.')
    .argument('[folder]', 'a new or empty one, or one with an earlier package', join(PROJECT_FOLDER, 'dist'))
    .action(pack),
);
