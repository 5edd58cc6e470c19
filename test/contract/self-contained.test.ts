import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));
const SOURCES = FILES.filter((file) => /\.(ts|mjs|js)$/.test(file));
const { name: ownName, dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const PACKAGES = new Set([ownName, ...Object.keys(dependencies), ...Object.keys(devDependencies)]);

/** What a file imports, statically or by `import(…)`, as written. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  // As the formatter lays them out: on one line, or with `} from` on the last one.
  const statements = /^(?:import|(?:import|export) .* from) '([^']+)';$|^\} from '([^']+)';$|\bimport\('([^']+)'\)/gm;
  return (
    [...text.matchAll(statements)]
      .map(([, oneLine, lastLine, dynamic]) => oneLine ?? lastLine ?? dynamic ?? '')
      // Imports that a generator writes into other files.
      .filter((name) => !name.includes('${'))
  );
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

  test.each([
    ['services', ['schemas', 'services']],
    ['schemas', ['schemas']],
    ['cdk', ['cdk', 'schemas', 'services']],
    ['local', ['local']],
    ['scaffold', ['scaffold', 'schemas', 'cdk']],
    ['operator', ['operator', 'scripts', 'local', 'scaffold', 'schemas', 'services']],
    ['checks', ['checks', 'cdk']],
    ['deployment', ['deployment', 'operator', 'cdk', 'services']],
    ['capacity', ['capacity', 'cdk', 'operator', 'schemas', 'services']],
    ['bench', ['bench', 'operator', 'local', 'schemas']],
  ])('imports point one way: %s imports from %j only', (folder, allowed) => {
    const wrong = SOURCES.filter((file) => file.startsWith(`${folder}/`)).flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => join(dirname(file), name))
        .filter((target) => !allowed.includes(target.split('/')[0] ?? ''))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('the lock file holds no download address', () => {
    const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
    expect(lock).not.toContain('"resolved"');
    expect(lock).not.toMatch(/https?:\/\/[^"]*\.tgz/);
  });
});
