import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isAllowed, type LockedPackage } from '../../tools/supply-chain/licences.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = <T>(file: string): T => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

const { packages } = read<{ packages: Readonly<Record<string, LockedPackage>> }>('package-lock.json');
const { allowScripts } = read<{ allowScripts: Readonly<Record<string, boolean>> }>('package.json');
/** Of others: not this project, nor the folders of its workspaces. */
const dependencies = Object.entries(packages).filter(([path, { link }]) => path.startsWith('node_modules/') && !link);
/** By its own name, where it is installed under another. */
const nameOf = ([path, { name }]: readonly [string, LockedPackage]) =>
  name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

describe('every dependency in the lock file', () => {
  test('has a licence that is allowed for what it is used for', () => {
    expect(dependencies.length).toBeGreaterThan(500);
    expect(
      dependencies.filter(([, locked]) => !isAllowed(locked)).map(([path, { license }]) => [path, license]),
    ).toEqual([]);
  });

  test('is named by the checksum of its content', () => {
    const unnamed = dependencies.filter(
      ([, { inBundle, integrity }]) => !inBundle && !integrity?.startsWith('sha512-'),
    );
    expect(unnamed.map(([path]) => path)).toEqual([]);
  });

  test('has no script at its installation, unless package.json says whether it may run', () => {
    const withScripts = dependencies.filter(([, { hasInstallScript }]) => hasInstallScript).map(nameOf);
    expect(withScripts.length).toBeGreaterThan(0);
    expect(withScripts.filter((name) => !(name in allowScripts))).toEqual([]);
    // What is not there any more needs no permission.
    expect(Object.keys(allowScripts).filter((name) => !withScripts.includes(name))).toEqual([]);
  });
});

describe('a licence', () => {
  test.each<[LockedPackage, boolean]>([
    [{ license: 'MIT' }, true],
    [{ license: '(MIT OR GPL-3.0-or-later)' }, true],
    [{ license: 'Apache-2.0 AND MIT' }, true],
    [{ license: 'MPL-2.0', dev: true }, true],
    [{ license: 'MPL-2.0' }, false],
    [{ license: 'MIT AND GPL-3.0-only' }, false],
    [{ license: 'GPL-3.0-only', dev: true }, false],
    [{ license: 'UNLICENSED' }, false],
    [{}, false],
  ])('%j is allowed: %s', (locked, allowed) => {
    expect(isAllowed(locked)).toBe(allowed);
  });
});

test('npm run sbom lists every dependency with its version and its licence, in CycloneDX', () => {
  const { scripts } = read<{ scripts: { sbom: string } }>('package.json');
  const [command = '', ...args] = scripts.sbom.split(' ');
  const sbom = JSON.parse(execFileSync(command, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));
  const listed = new Set<string>(sbom.components.map(({ name }: { name: string }) => name));
  expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { version: '0.1.0' } } });
  const required = dependencies.filter(([, { inBundle }]) => !inBundle);
  const isListed = ([path, locked]: (typeof required)[number]) =>
    listed.has(nameOf([path, locked])) || listed.has(nameOf([path, {}]));
  expect(required.filter((each) => !isListed(each)).map(nameOf)).toEqual([]);
  for (const { version, licenses } of sbom.components) expect([version, licenses]).not.toContain(undefined);
});
