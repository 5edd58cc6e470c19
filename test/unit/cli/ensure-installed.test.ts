import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..', '..');

const MANIFEST = { dependencies: { a: '^1.0.0' }, devDependencies: { b: '^2.0.0' } };
const PACKAGES = {
  'node_modules/a': { version: '1.2.0' },
  'node_modules/b': { version: '2.0.0', dev: true },
  'node_modules/for-another-platform': { version: '3.0.0', optional: true },
};

describe('before a script runs', () => {
  let folder: string;

  /** Writes a file of the project; an object as JSON. */
  function write(path: string, content: string | object): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }

  /** A project that is installed, and an npm that only writes down how it was called. */
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'project-'));
    cpSync(join(ROOT, 'cli/ensure-installed.mjs'), join(folder, 'cli/ensure-installed.mjs'));
    const { 'node_modules/for-another-platform': _, ...installed } = PACKAGES;
    write('package.json', MANIFEST);
    write('package-lock.json', { packages: { '': MANIFEST, ...PACKAGES } });
    write('node_modules/.package-lock.json', { packages: installed });
    write('node_modules/.bin/node', '');
    write('bin/npm', '#!/bin/sh\necho "$@" >> calls\necho "npm says no" >&2\nexit "$NPM_ANSWER"\n');
    chmodSync(join(folder, 'bin/npm'), 0o755);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function ensureInstalled(npmAnswer = 0): { status: number | null; output: string; calls: string } {
    const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, NPM_ANSWER: String(npmAnswer) };
    const script = join(folder, 'cli/ensure-installed.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { env, encoding: 'utf8' });
    const calls = join(folder, 'calls');
    return { status, output: stdout + stderr, calls: existsSync(calls) ? readFileSync(calls, 'utf8') : '' };
  }

  test('nothing is done or said if all is installed, but for what is for other platforms', () => {
    expect(ensureInstalled()).toEqual({ status: 0, output: '', calls: '' });
  });

  test.each<[string, () => void]>([
    ['nothing is installed', () => rmSync(join(folder, 'node_modules'), { recursive: true })],
    ['an installation broke off', () => rmSync(join(folder, 'node_modules/.package-lock.json'))],
    ['install scripts did not run', () => rmSync(join(folder, 'node_modules/.bin/node'))],
    [
      'a version has changed',
      () =>
        write('node_modules/.package-lock.json', { packages: { ...PACKAGES, 'node_modules/a': { version: '1.1.0' } } }),
    ],
    [
      'a package is new',
      () =>
        write('package-lock.json', { packages: { '': MANIFEST, ...PACKAGES, 'node_modules/c': { version: '1.0.0' } } }),
    ],
    [
      'a dependency is new in package.json alone',
      () => write('package.json', { ...MANIFEST, dependencies: { c: '1' } }),
    ],
  ])('everything is installed, in one line, if %s', (_, change) => {
    change();
    const { status, output, calls } = ensureInstalled();
    expect(calls).toMatch(/^ci .*--include=dev/);
    expect(output).toMatch(/^Installing the dependencies \(npm ci\), about a minute … \d+ s\n$/);
    expect(status).toBe(0);
  });

  test('nothing is installed through a link: that would empty the folder of another project', () => {
    const linked = mkdtempSync(join(tmpdir(), 'linked-'));
    renameSync(join(folder, 'node_modules'), join(linked, 'node_modules'));
    symlinkSync(join(linked, 'node_modules'), join(folder, 'node_modules'));
    expect(ensureInstalled()).toEqual({ status: 0, output: '', calls: '' });
    write('package.json', { ...MANIFEST, dependencies: { c: '1' } });
    const place = realpathSync(join(linked, 'node_modules'));
    expect(ensureInstalled()).toEqual({
      status: 1,
      output: `error: node_modules is a link to ${place}, which does not match package-lock.json. Run npm ci there.\n`,
      calls: '',
    });
    rmSync(linked, { recursive: true });
  });

  test('a failure is told in one line, followed by what npm says, with the exit code of npm', () => {
    rmSync(join(folder, 'node_modules'), { recursive: true });
    const { status, output } = ensureInstalled(7);
    expect(output).toContain(
      '\nerror: the dependencies cannot be installed: npm ci ended with exit code 7\nnpm says no\n',
    );
    expect(status).toBe(7);
  });
});

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Whether a package, required by the one at `path`, is in the lockfile where Node.js looks for it. */
function isLocked(name: string, path: string, packages: Readonly<Record<string, LockedPackage>>): boolean {
  const parts = path === '' ? [] : path.split('/');
  return Array.from({ length: parts.length + 1 }, (_, up) => parts.slice(0, parts.length - up)).some(
    (folder) => [...folder, 'node_modules', name].join('/') in packages,
  );
}

test('the lockfile names every package that npm ci asks for, those for other platforms too', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, LockedPackage>>;
  };
  const missing = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => !isLocked(name, path, packages)),
  );
  expect(missing).toEqual([]);
  expect(isLocked('no-such-package', 'node_modules/jest', packages)).toBe(false);
});
