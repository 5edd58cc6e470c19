import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** They hand on to Jest what they do not know. */
const FOR_JEST = ['test', 'test:all', 'test:soak'];

const PROGRAMS = Object.entries(scripts).filter(
  ([name, command]) => /^(?:exec )?node /.test(command) && !FOR_JEST.includes(name) && !name.startsWith('pre'),
);

test('there are programs to try', () => expect(PROGRAMS.length).toBeGreaterThan(15));

test.each(PROGRAMS)('npm run %s does nothing when an option is wrong, and names it', (_, command) => {
  const [, ...args] = command.replace(/^exec /, '').split(' ');
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, '--nope'], { cwd: ROOT, encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  // What is missing, commander says first.
  expect(stderr).toMatch(/--nope|required option/);
  expect(stderr).not.toMatch(/^ +at /m);
});
