import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FILES, importsOf, ROOT, SOURCES } from './support/imports.ts';

const { name: ownName, dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const PACKAGES = new Set([ownName, ...Object.keys(dependencies), ...Object.keys(devDependencies)]);

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

  test('every other import is built into Node or stands in package.json', () => {
    const unknown = SOURCES.flatMap((file) =>
      importsOf(file)
        .filter((name) => !name.startsWith('.') && !name.startsWith('node:') && !builtinModules.includes(name))
        .map(packageOf)
        // Types alone; @types/aws-lambda carries them.
        .filter((name) => !PACKAGES.has(name) && !PACKAGES.has(`@types/${name}`))
        .map((name) => `${file} imports ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  test('the lock file holds no download address', () => {
    const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
    expect(lock).not.toContain('"resolved"');
    expect(lock).not.toMatch(/https?:\/\/[^"]*\.tgz/);
  });
});
