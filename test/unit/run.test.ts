import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const RUN = join(import.meta.dirname, '..', 'run.ts');
const CHECKS = ['lint', 'typecheck', 'typecheck:page', 'schemas:check', 'schemas:compat'];

describe('npm test', () => {
  let folder: string;

  /** A project whose checks and Jest print their names and arguments, and fail where a file says so. */
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'project-'));
    mkdirSync(join(folder, 'bin'));
    cpSync(RUN, join(folder, 'test/run.ts'));
    const scripts = Object.fromEntries(CHECKS.map((name) => [name, `command ${name}`]));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', scripts }));
    writeCommand('command', 'echo "$1 looked"; echo "$1 complains" >&2; test ! -e "$1.fails"');
    writeCommand('jest', 'echo "jest $@"; test ! -e tests.fails');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function writeCommand(name: string, script: string): void {
    const file = join(folder, 'bin', name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  function run(args: readonly string[], failing: readonly string[] = []) {
    for (const name of failing) writeFileSync(join(folder, `${name}.fails`), '');
    const env = { PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter) };
    const { status, stdout, stderr } = spawnSync(process.execPath, ['test/run.ts', ...args], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  test('ends with 0 if all is well, and shows only what Jest prints', () => {
    expect(run([])).toEqual({ status: 0, stdout: expect.stringMatching(/^jest .*\n$/), stderr: '' });
  });

  test.each(CHECKS)('fails if %s does, and shows all that it printed, and nothing of the others', (name) => {
    const { status, stdout, stderr } = run([], [name]);
    expect(stderr).toBe(`\n${name} failed:\n${name} looked\n${name} complains\n\n\nfailed: ${name}\n`);
    expect(stdout).toMatch(/^jest .*\n$/);
    expect(status).toBe(1);
  });

  test('fails if a test does', () => {
    expect(run([], ['tests'])).toMatchObject({ status: 1, stderr: '\nfailed: tests\n' });
  });

  test('names all that failed', () => {
    const { status, stderr } = run([], ['tests', 'lint', 'schemas:compat']);
    expect(stderr).toMatch(/\nfailed: lint, schemas:compat, tests\n$/);
    expect(status).toBe(1);
  });

  test('gives Jest its arguments, and leaves out slow tests', () => {
    expect(run(['-t', 'a name']).stdout).toBe(
      'jest -t a name --testPathIgnorePatterns /node_modules/ \\.slow\\.test\\.ts$\n',
    );
  });

  test('with --all, runs slow tests too', () => {
    expect(run(['-w', '1', '--all']).stdout).toBe('jest -w 1\n');
  });
});
