import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
let folder: string;

// The commands work on the folder that they stand in.
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schemas-'));
  for (const part of ['schemas', 'package.json']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
const change = (file: string, from: string, to: string) => {
  const path = join(folder, 'schemas', file);
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
};

test('given files that are up to date and no breaking change, both commands pass', () => {
  expect(run('schemas/generate.ts', '--check').status).toBe(0);
  expect(run('schemas/check-compatibility.ts').status).toBe(0);
});

test('given a generated file that is stale, the check fails and names it with the mend', () => {
  change('generated/user-registered.v1.ts', 'UserRegisteredV1', 'SomethingElse');
  const { status, stderr } = run('schemas/generate.ts', '--check');
  expect(stderr).toContain('user-registered.v1.ts is stale; run: npm run schemas');
  expect(status).toBe(1);
});

test('given a breaking change, the check fails and names the field', () => {
  change('user-registered.v1.schema.json', '"maxLength": 2048', '"maxLength": 20');
  const { status, stderr } = run('schemas/check-compatibility.ts');
  expect(stderr).toContain('userId');
  expect(status).toBe(1);
});
