import { describe, expect, test } from '@jest/globals';
import { conditionsOf, mismatchText, type Pattern } from '../../../../operations/bus-rules/rule-conditions.ts';
import { findMismatches } from '../../../../operations/bus-rules/try-rules.ts';
import { compileEventPattern } from '../../../../packages/local-engine/event-pattern/index.ts';

const EVENT = {
  source: 'users-table',
  'detail-type': 'UserRegistered',
  'replay-name': 'again',
  detail: {
    metadata: { schemaVersion: 1 },
    data: {
      userId: 'alice',
      lines: [
        { size: 'S', count: 1 },
        { size: 'M', count: 2 },
      ],
    },
  },
};

/** As EventBridge answers, by the engine's own patterns. */
const ask = async (pattern: Pattern) => compileEventPattern(pattern)(EVENT);

const textsFor = async (pattern: Pattern) => (await findMismatches(pattern, EVENT, ask)).map(({ text }) => text);

describe('the field in which a pattern does not match', () => {
  test.each<[string, Pattern, string]>([
    [
      'with another value',
      { 'detail-type': ['BucketCreated'] },
      'detail-type does not accept "UserRegistered"; the rule asks that it is BucketCreated',
    ],
    [
      'deep in the detail',
      { source: ['users-table'], detail: { metadata: { schemaVersion: [2, 3] } } },
      'detail.metadata.schemaVersion does not accept 1; the rule asks that it is 2 or 3',
    ],
    [
      'that the event does not have',
      { detail: { data: { country: [{ exists: true }] } } },
      'detail.data.country has no value in the event; the rule asks that it is there',
    ],
    [
      'that the event must not have',
      { 'replay-name': [{ exists: false }] },
      'replay-name does not accept "again"; the rule asks that it is not there',
    ],
    [
      'written with dots',
      { detail: { 'data.userId': [{ prefix: 'b' }] } },
      'detail.data.userId does not accept "alice"; the rule asks that it begins with b',
    ],
    [
      'in an array',
      { detail: { data: { lines: { size: [{ suffix: 'L' }] } } } },
      'detail.data.lines.size does not accept ["S","M"]; the rule asks that it ends with L',
    ],
  ])('%s is named, with what the rule takes', async (_, pattern, text) => {
    expect(await textsFor(pattern)).toEqual([text]);
  });

  test('every field that does not match is named', async () => {
    const found = await findMismatches({ source: ['x'], detail: { data: { userId: ['bob'] } } }, EVENT, ask);
    expect(found.map(({ fields }) => fields)).toEqual([['source'], ['detail.data.userId']]);
  });

  test('given alternatives, each says what it lacks', async () => {
    const pattern = {
      source: ['users-table'],
      detail: { $or: [{ data: { userId: ['bob'] } }, { metadata: { schemaVersion: [2] } }] },
    };
    expect(await findMismatches(pattern, EVENT, ask)).toEqual([
      {
        fields: ['detail.data.userId', 'detail.metadata.schemaVersion'],
        text:
          'none of its alternatives matches: detail.data.userId does not accept "alice"; the rule asks that it is bob; ' +
          'or detail.metadata.schemaVersion does not accept 1; the rule asks that it is 2',
      },
    ]);
  });

  test('given fields that match in different elements of an array only, it says so', async () => {
    const texts = await textsFor({ detail: { data: { lines: { size: ['S'], count: [2] } } } });
    expect(texts).toEqual(['each field matches alone, but no one choice of array elements satisfies them all']);
  });
});

const X = { x: ['a'] };

describe('$or', () => {
  test('stands for alternatives, each with its conditions, at the place where it is', () => {
    expect(conditionsOf({ detail: { $or: [X, { y: { z: [1] } }] } })).toEqual([
      {
        kind: 'or',
        pattern: { detail: { $or: [X, { y: { z: [1] } }] } },
        alternatives: [
          [{ kind: 'field', path: 'detail.x', accepts: ['a'], pattern: { detail: X } }],
          [{ kind: 'field', path: 'detail.y.z', accepts: [1], pattern: { detail: { y: { z: [1] } } } }],
        ],
      },
    ]);
  });

  test.each<[string, readonly unknown[]]>([
    ['texts', ['a', 'b']],
    ['one object', [X]],
    ['nothing', []],
    ['an object and a text', [X, 'a']],
    ['an object and null', [X, null]],
    ['an object and a list', [X, ['a']]],
  ])('that holds %s is an ordinary field of that name', (_case, $or) => {
    expect(conditionsOf({ detail: { $or } })).toEqual([
      { kind: 'field', path: 'detail.$or', accepts: $or, pattern: { detail: { $or } } },
    ]);
  });

  test('is no name for a list of objects in another field', () => {
    const other = [{ prefix: 'a' }, { prefix: 'b' }];
    expect(conditionsOf({ other })).toEqual([{ kind: 'field', path: 'other', accepts: other, pattern: { other } }]);
  });
});

describe('a condition that is not met', () => {
  const asks = (path: string, event: object) =>
    mismatchText({ kind: 'field', path, accepts: ['b'], pattern: {} }, event);

  test.each<[string, object, string]>([
    ['an object', { a: { c: 1 } }, 'a has no value in the event; the rule asks that it is b'],
    ['an empty list', { a: [] }, 'a has no value in the event; the rule asks that it is b'],
    ['null', { a: null }, 'a does not accept null; the rule asks that it is b'],
    ['a list', { a: ['x', null] }, 'a does not accept ["x",null]; the rule asks that it is b'],
    ['a list of one', { a: ['x'] }, 'a does not accept "x"; the rule asks that it is b'],
  ])('of a field that holds %s says so', (_case, event, text) => expect(asks('a', event)).toBe(text));

  test('finds a field whose name has dots, and none whose name only begins so', () => {
    expect(asks('a.b.c', { 'a.b': { c: 'x' }, 'a.': 1, a: 2 })).toMatch(/^a\.b\.c does not accept "x";/);
    expect(asks('ab.c', { a: { c: 'x' } })).toMatch(/^ab\.c has no value/);
  });

  test('shows 80 characters of a value', () => {
    expect(asks('a', { a: 'x'.repeat(78) })).toBe(`a does not accept "${'x'.repeat(78)}"; the rule asks that it is b`);
    expect(asks('a', { a: 'x'.repeat(79) })).toBe(`a does not accept "${'x'.repeat(79)}…; the rule asks that it is b`);
  });
});
