import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FILES, importsOf, ROOT, SOURCES } from './support/imports.ts';

const ENGINE = 'packages/local-engine/';

/** The packages that are named in a package.json, and the package itself. */
function packagesIn(folder: string): Set<string> {
  const { name, dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  return new Set([name, ...Object.keys(dependencies), ...Object.keys(devDependencies ?? {})]);
}

const OF_PROJECT = packagesIn('.');
const OF_ENGINE = packagesIn(ENGINE);

/** Whether a file may import a package: the engine what its own package.json names, its tests besides that what all may. */
function mayImport(file: string, name: string): boolean {
  if (file.startsWith(ENGINE)) return OF_ENGINE.has(name);
  return OF_PROJECT.has(name) || (file.startsWith('test/') && OF_ENGINE.has(name));
}

/** `@scope/name/deep` and `name/deep` are of the packages `@scope/name` and `name`. */
function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

describe('a clone runs by itself', () => {
  test('there are sources to look at', () => {
    expect(SOURCES.length).toBeGreaterThan(50);
  });

  test('every relative import is a file of the repository', () => {
    const outside = SOURCES.flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => relative(ROOT, join(ROOT, dirname(file), name)))
        .filter((target) => target.startsWith('..') || !FILES.includes(target))
        .map((target) => `${file} imports ${target}`),
    );
    expect(outside).toEqual([]);
  });

  test('every other import is built into Node or named in package.json', () => {
    const unknown = SOURCES.flatMap((file) =>
      importsOf(file)
        .filter((name) => !name.startsWith('.') && !name.startsWith('node:') && !builtinModules.includes(name))
        .map(packageOf)
        // Types alone; @types/aws-lambda carries them.
        .filter((name) => !mayImport(file, name) && !mayImport(file, `@types/${name}`))
        .map((name) => `${file} imports ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  test('the lock file holds no download address', () => {
    const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
    const resolved = [...lock.matchAll(/"resolved": "([^"]+)"/g)].map(([, place]) => place);
    expect(resolved).toEqual(['packages/local-engine']);
    expect(lock).not.toMatch(/https?:\/\/[^"]*\.tgz/);
  });
});
