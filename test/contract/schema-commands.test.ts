import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const CHECKS = ['schemas:check', 'schemas:compat'];
let folder: string;

// The commands work on the folder that they stand in. There is nothing in it but what they may read and write.
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schemas-'));
  for (const part of ['schemas', 'package.json']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  mkdirSync(join(folder, 'docs'));
  for (const file of readdirSync(join(ROOT, 'docs')).filter((name) => name.startsWith('events.'))) {
    cpSync(join(ROOT, 'docs', file), join(folder, 'docs', file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a script of package.json as `npm test` does. */
const runWithNpm = (script: string) => spawnSync('npm', ['run', '--silent', script], { cwd: folder, encoding: 'utf8' });
/** The same without npm, which takes as long to start as a check. */
const run = (script: string) => {
  const [command, ...args] = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).scripts[script].split(' ');
  expect(command).toBe('node');
  return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
};
const change = (file: string, from: string, to: string) => {
  const path = join(folder, file);
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
};
const USER_REGISTERED = 'schemas/user-registered.v1.schema.json';

test.each(CHECKS)('given files that are up to date and no breaking change, %s passes', (check) => {
  expect(runWithNpm(check)).toMatchObject({ status: 0, stderr: '' });
});

test.each([
  ['schemas:check', 'docs/events.md is stale; run: npm run schemas\n'],
  ['schemas:compat', expect.stringMatching(/^user-registered\.v1\.schema\.json: .*\/data\/registeredAt was removed/)],
])('what %s finds fault with is also what npm says and ends with', (check, stderr) => {
  if (check === 'schemas:check') change('docs/events.md', 'UserRegisteredV1', 'SomethingElse');
  else change(USER_REGISTERED, '"registeredAt": {', '"signedUpAt": {');
  expect(runWithNpm(check)).toMatchObject({ status: 1, stderr });
});

test('another subscriber makes nothing stale', () => {
  mkdirSync(join(folder, 'services/audit'), { recursive: true });
  writeFileSync(
    join(folder, 'services/audit/subscription.ts'),
    "export const subscription = { event: 'UserRegistered' };",
  );
  expect(run('schemas:check')).toMatchObject({ status: 0, stderr: '' });
});

describe('given a generated file that is not what the schemas say, the check fails and names it with the mend', () => {
  test('docs/events.md, deleted', () => {
    rmSync(join(folder, 'docs/events.md'));
    const stderr = 'docs/events.md is missing; run: npm run schemas\n';
    expect(run('schemas:check')).toMatchObject({ status: 1, stderr });
  });

  test('docs/events.asyncapi.yaml, which nothing generates', () => {
    writeFileSync(join(folder, 'docs/events.asyncapi.yaml'), '');
    const stderr = 'docs/events.asyncapi.yaml is left over; run: npm run schemas\n';
    expect(run('schemas:check')).toMatchObject({ status: 1, stderr });
  });
});

describe('given a change to a released schema', () => {
  test('that breaks a reader, the check fails and names the field', () => {
    change(USER_REGISTERED, '"maxLength": 2048', '"maxLength": 20');
    const { status, stderr } = run('schemas:compat');
    expect(stderr).toMatch(/^user-registered\.v1\.schema\.json: .*\/data\/userId "maxLength" changed/);
    expect(status).toBe(1);
  });

  test('that only adds, both checks pass once the generated files are written anew', () => {
    change(
      USER_REGISTERED,
      '"userId": {',
      '"plan": { "description": "What they pay for.", "type": "string" }, "userId": {',
    );
    change(USER_REGISTERED, 'A user signed up', 'Somebody signed up');
    expect(run('schemas:compat')).toMatchObject({ status: 0, stderr: '' });
    expect(run('schemas').status).toBe(0);
    expect(readFileSync(join(folder, 'docs/events.md'), 'utf8')).toContain('| `data.plan`');
    for (const check of CHECKS) expect(run(check)).toMatchObject({ status: 0, stderr: '' });
  });

  test('that takes its file away, the check fails and names the file', () => {
    rmSync(join(folder, USER_REGISTERED));
    const { status, stderr } = run('schemas:compat');
    expect(stderr).toContain('user-registered.v1.schema.json: the schema was removed');
    expect(status).toBe(1);
  });
});
