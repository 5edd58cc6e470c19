/**
 * Writes the package that CDK apps of other teams install: JavaScript and declarations, since Node.js runs no
 * TypeScript of an installed package.
 *
 *   npm run package                writes dist/
 *   npm run package -- FOLDER      writes another folder
 *   npm pack ./dist                makes the tarball of it
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { compile } from './compile.ts';
import { copyUncompiled } from './copy-uncompiled.ts';
import { type Manifest, readManifest, writeManifest } from './manifest.ts';
import { PackageError } from './package-error.ts';
import { refuseForeignFolder } from './refuse-foreign-folder.ts';

const PROJECT_FOLDER = join(import.meta.dirname, '..', '..');

/**
 * Builds elsewhere first: a build that fails leaves the package of before.
 *
 * @throws PackageError when there is something that a person can mend
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
    await rm(folder, { recursive: true, force: true });
    await cp(unfinished, folder, { recursive: true });
    return project;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

const folder = resolve(process.argv[2] ?? join(PROJECT_FOLDER, 'dist'));
try {
  const { name, version } = await buildPackage(folder);
  const fromHere = relative(process.cwd(), folder);
  const place = fromHere.startsWith('..') ? folder : `./${fromHere}`;
  console.log(`${name} ${version} is in ${place}; its tarball is made by: npm pack ${place}`);
} catch (error) {
  if (!(error instanceof PackageError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}
