import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseSync } from '@swc/core';

const ROOT = join(import.meta.dirname, '..', '..');
const PLACE = 'test/support/limits.ts';
/** The test of that limit itself, by a clock that does not run. */
const TESTS_THE_LIMIT = 'test/unit/local-engine/journal/journal.test.ts';

/** How many arguments there are without a limit, by what is called. */
const ARGUMENTS: Readonly<Record<string, number>> = {
  test: 2,
  it: 2,
  beforeAll: 1,
  beforeEach: 1,
  afterAll: 1,
  afterEach: 1,
};

interface Node {
  readonly type?: string;
  readonly [key: string]: unknown;
}

/** What is called: `test` also of `test.each(…)(…)` and `test.only`, `setTimeout` of `jest.setTimeout`. */
function calleeOf(call: Node): string {
  const callee = call.callee as Node;
  const { object, property } = callee as { readonly object?: Node; readonly property?: Node };
  if (object?.value === 'jest' || property?.value === 'waitFor') return String(property?.value);
  let node: Node | undefined = callee;
  while (node !== undefined && node.type !== 'Identifier') node = (node.object ?? node.callee ?? node.tag) as Node;
  return String(node?.value);
}

/** The limits that a module gives by itself, each in a few words. */
function limitsIn(source: string): string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ((value as Node).type === 'CallExpression') found.push(...limitOfCall(value as Node));
    for (const child of Object.values(value)) visit(child);
  };
  visit(parseSync(source, { syntax: 'typescript', target: 'es2024' }));
  return found;
}

function limitOfCall(call: Node): string[] {
  const name = calleeOf(call);
  const given = call.arguments as readonly { readonly expression: Node }[];
  if (name === 'setTimeout' && (call.callee as Node).type === 'MemberExpression') return ['jest.setTimeout'];
  if (name === 'waitFor') return hasProperty(given[2]?.expression, 'timeoutMs') ? ['timeoutMs of waitFor'] : [];
  // Not `test.each(table)`, which has the table alone, nor what is called of something else by that name.
  const { type, property } = call.callee as { readonly type: string; readonly property?: Node };
  const isJests = type !== 'MemberExpression' || ['only', 'failing', 'concurrent'].includes(String(property?.value));
  return isJests && given.length > (ARGUMENTS[name] ?? Number.POSITIVE_INFINITY) ? [`last argument of ${name}`] : [];
}

function hasProperty(object: Node | undefined, name: string): boolean {
  const properties = (object?.properties ?? []) as readonly { readonly key?: Node; readonly value?: unknown }[];
  return properties.some((property) => property.key?.value === name || property.value === name);
}

describe('limits of tests', () => {
  test(`no test gives one of its own: they are in ${PLACE}`, () => {
    const files = globSync('test/**/*.test.ts', { cwd: ROOT }).filter((file) => file !== TESTS_THE_LIMIT);
    const found = files.flatMap((file) =>
      limitsIn(readFileSync(join(ROOT, file), 'utf8')).map((limit) => `${file}: ${limit}`),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });

  test.each([
    ["test('x', () => {}, 60_000);", 'last argument of test'],
    ["test('x', () => {}, SLOW);", 'last argument of test'],
    ["test.each([1])('x', () => {}, 5);", 'last argument of test'],
    ["it('x', () => {}, 5);", 'last argument of it'],
    ["test.only('x', () => {}, 5);", 'last argument of test'],
    ["test.each`a`('x', () => {}, 5);", 'last argument of test'],
    ['beforeAll(async () => {}, SLOW);', 'last argument of beforeAll'],
    ['jest.setTimeout(5);', 'jest.setTimeout'],
    ["await journal.waitFor('x', () => true, { timeoutMs: 5 });", 'timeoutMs of waitFor'],
    ["engine.journal.waitFor('x', () => true, { count: 2, timeoutMs });", 'timeoutMs of waitFor'],
  ])('given %s, it is found', (source, limit) => {
    expect(limitsIn(source)).toEqual([limit]);
  });

  test.each([
    "test('x', () => {});",
    "test.each([1, 2, 3])('x', () => {});",
    'beforeAll(() => {});',
    "journal.waitFor('x', () => true, { count: 2 });",
    'setTimeout(() => {}, 5);',
    "pipeline.waitFor('x', () => true, 3);",
    'lines.map((it) => it.slice(1, 2, 3));',
  ])('given %s, there is none', (source) => {
    expect(limitsIn(source)).toEqual([]);
  });
});
