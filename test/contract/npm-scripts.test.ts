import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const read = (file: string): string => readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8');

const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
/** Those that npm runs by itself, before another one, are nobody's command. */
const COMMANDS = Object.keys(scripts).filter((name) => !(name.startsWith('pre') && name.slice(3) in scripts));

test.each(COMMANDS)('npm run %s stands in the README or in CONTRIBUTING, with what it does', (name) => {
  const called = new RegExp(`npm (run )?${name}(?![\\w:])`);
  expect(`${read('README.md')}${read('CONTRIBUTING.md')}`).toMatch(called);
});
