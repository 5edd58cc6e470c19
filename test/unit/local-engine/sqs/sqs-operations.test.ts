import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { REFUSED } from '../../../../packages/local-engine/sqs/api.ts';
import { makeApiQueues } from '../support/api-queues.ts';
import { makeParts } from '../support/parts.ts';
import { makeQueues } from '../support/queues.ts';

const DOCS = join(import.meta.dirname, '../../../../docs');

/** The lines of the table "What SQS does here": operation, what it does, and the file of its tests. */
function documented(): [operation: string, does: string, tests: string][] {
  const page = readFileSync(join(DOCS, 'local-engine.md'), 'utf8');
  const [, section = ''] = page.split('## What SQS does here\n');
  const [table = ''] = section.split('\n## ');
  const lines = table.matchAll(/^\| `(\w+)` +\| (.+?) +\| \[.+?\]\((.+?)\) +\|$/gm);
  return [...lines].map(([, operation = '', does = '', tests = '']) => [operation, does, tests]);
}

test('the table of the page has every operation that the engine has or refuses, and says which it refuses', () => {
  const parts = makeParts();
  const { operations } = makeApiQueues(parts, makeQueues(parts));
  const known = [
    ...Object.keys(operations).map((name) => [name, 'done']),
    ...Object.keys(REFUSED).map((name) => [name, 'refused']),
  ].sort();
  const told = documented().map(([name, does]) => [name, /^\w+/.exec(does)?.[0]]);
  expect(told.sort()).toEqual(known);
});

describe('each line of the table has tests', () => {
  test.each(documented())('%s', (operation, _does, tests) => {
    expect(readFileSync(join(DOCS, tests), 'utf8').includes(operation)).toBe(true);
  });
});
