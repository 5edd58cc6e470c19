import { describe, expect, test } from '@jest/globals';
import { compileEventPattern } from '../../../../packages/local-engine/event-pattern/event-pattern.ts';
import { matchesEventPattern } from '../support/event-bridge.ts';

type Row = [why: string, pattern: unknown, event: unknown, expected: boolean];

function expectVerdict(_why: string, pattern: unknown, event: unknown, expected: boolean): void {
  expect(matchesEventPattern(pattern, event)).toBe(expected);
}

const REGISTERED = {
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'UserRegistered',
  source: 'users-table',
  resources: ['arn:aws:dynamodb:eu-west-1:111122223333:table/users', 'arn:aws:events:eu-west-1:111122223333:bus/main'],
  detail: { metadata: { schemaVersion: 1, eventId: 'e-1' }, data: { userId: 'alice', registeredAt: 1760000000 } },
};

describe('fields', () => {
  test.each<Row>([
    ['every field must match', { source: ['users-table'], 'detail-type': ['UserRegistered'] }, REGISTERED, true],
    ['one field that does not is enough', { source: ['users-table'], 'detail-type': ['X'] }, REGISTERED, false],
    ['any value of the array will do', { source: ['a', 'users-table'] }, REGISTERED, true],
    ['fields nest', { detail: { data: { userId: ['alice'] } } }, REGISTERED, true],
    ['an array matches by any element', { resources: [{ suffix: 'bus/main' }] }, REGISTERED, true],
    ['a missing field does not match', { detail: { data: { email: ['x'] } } }, REGISTERED, false],
    ['a value where an object is expected does not match', { id: { a: ['x'] } }, REGISTERED, false],
    ['an object where a value is expected does not match', { detail: ['x'] }, REGISTERED, false],
    ['a dotted name is the same as nesting', { 'detail.data': { userId: ['alice'] } }, REGISTERED, true],
    ['also wholly dotted', { 'detail.data.userId': ['alice'] }, REGISTERED, true],
    ['also in the event', { a: { b: { c: [1] } } }, { 'a.b': { c: 1 } }, true],
    ['also over both', { 'a.b': { c: [1] } }, { a: { 'b.c': 1 } }, true],
    ['the last of two equal paths counts', { 'a.b': [1], a: { b: [2] } }, { a: { b: 1 } }, false],
    ['the last of two equal paths counts', { 'a.b': [1], a: { b: [2] } }, { a: { b: 2 } }, true],
    ['an empty name before a value is dropped', { '': { a: [1] } }, { a: 1 }, true],
    ['an empty name is a field', { '': [1] }, { '': 1 }, true],
    ['inherited names are not fields', { toString: [{ exists: true }] }, {}, false],
    ['__proto__ is a field', JSON.parse('{"__proto__":{"a":[1]}}'), JSON.parse('{"__proto__":{"a":1}}'), true],
    [
      'exists false matches a live event, and no replayed one',
      { 'replay-name': [{ exists: false }] },
      REGISTERED,
      true,
    ],
    ['and a replayed one from a live', { 'replay-name': [{ exists: false }] }, { 'replay-name': 'r' }, false],
  ])('%s: %j', expectVerdict);

  test('given JSON text as pattern, it is parsed, and the last of duplicate keys counts', () => {
    expect(matchesEventPattern('{"source":["a"],"source":["users-table"]}', REGISTERED)).toBe(true);
    expect(matchesEventPattern('{"source":["users-table"],"source":["a"]}', REGISTERED)).toBe(false);
  });

  test.each([null, undefined, 5, 'text', true, [], [{ a: 1 }]])(
    'given an event that is %j, nothing matches',
    (event) => {
      const matches = compileEventPattern({ a: [{ exists: false }] });
      expect(matches(event)).toBe(false);
      expect(matches.explain(event)).toMatch(/not a JSON object/);
    },
  );

  test('given an event from a program, a field that is undefined is missing, as it is in JSON', () => {
    expect(matchesEventPattern({ a: [{ exists: true }] }, { a: undefined })).toBe(false);
  });

  test('given a field that the pattern does not name, it is not read, however deep it is', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 100_000; level++) deep = { deep };
    expect(matchesEventPattern({ a: ['x'] }, { a: 'x', deep })).toBe(true);
  });

  test('given one matcher, when it is used again, no event influences the next', () => {
    const matches = compileEventPattern({ a: ['x'], c: [{ exists: false }] });
    expect([{ a: 'x' }, { a: 'x', c: 1 }, { a: ['y', 'x'] }, {}].map(matches)).toEqual([true, false, true, false]);
  });
});

describe('arrays in the event', () => {
  const ROWS = {
    rows: [
      { a: 1, b: 'x' },
      { a: 2, b: 'y' },
    ],
  };
  const NESTED = {
    outer: [
      {
        name: 'p',
        inner: [
          { k: 1, v: 'a' },
          { k: 2, v: 'b' },
        ],
      },
      { name: 'q', inner: [{ k: 3, v: 'a' }] },
    ],
  };
  test.each<Row>([
    ['two fields match within one element', { rows: { a: [2], b: ['y'] } }, ROWS, true],
    ['but not across elements', { rows: { a: [1], b: ['y'] } }, ROWS, false],
    [
      'nor beside fields with dotted names, which are in no element',
      { rows: { a: [1], b: ['y'] } },
      { ...ROWS, 'rows.a': 9, 'rows.b': 'z' },
      false,
    ],
    ['not across elements of an outer array', { outer: { name: ['q'], inner: { k: [1] } } }, NESTED, false],
    ['not across elements of an inner array', { outer: { name: ['p'], inner: { k: [1], v: ['b'] } } }, NESTED, false],
    ['but within one path of elements', { outer: { name: ['p'], inner: { k: [2], v: ['b'] } } }, NESTED, true],
    [
      'different arrays are independent',
      { x: { a: [1] }, y: { a: [1] } },
      { x: [{ a: 0 }, { a: 1 }], y: [{ a: 1 }] },
      true,
    ],
    [
      'also in one element',
      { r: { x: { a: [1] }, y: { a: [2] } } },
      { r: [{ x: [{ a: 1 }], y: [{ a: 0 }, { a: 2 }] }] },
      true,
    ],
    [
      'also if the field of one has no match',
      { x: { a: [1] }, y: { a: [1], b: [1] } },
      { x: [{ a: 1 }], y: [{ a: 1 }, { b: 1 }] },
      false,
    ],
    ['scalars of one array are not elements', { a: [1], 'a.b': [2] }, { a: [1, { b: 2 }] }, true],
    ['nor is null', { a: [null], 'a.b': [2] }, { a: [null, { b: 2 }] }, true],
    ['arrays in arrays are flattened', { a: [3] }, { a: [[1], [[2, 3]]] }, true],
    ['and are elements to each other', { a: { b: [1], c: [2] } }, { a: [[{ b: 1 }], [{ c: 2 }]] }, false],
    [
      'a field absent from the element matched is absent',
      { r: { b: ['x'], c: [{ exists: false }] } },
      { r: [{ b: 'x' }, { c: 1 }] },
      true,
    ],
    [
      'a field present in it is not',
      { r: { b: ['x'], c: [{ exists: false }] } },
      { r: [{ b: 'x', c: 1 }, { b: 'y' }] },
      false,
    ],
    [
      'absence counts where the path sorts',
      { r: { a: [{ exists: false }], b: ['x'] } },
      { r: [{ b: 'x' }, { a: 1 }] },
      false,
    ],
    [
      'another element may do',
      { r: { b: ['x'], c: [{ exists: false }] } },
      { r: [{ b: 'x', c: 1 }, { b: 'x' }] },
      true,
    ],
    [
      'a value or absence',
      { r: { b: ['x'], c: [{ exists: false }, 2] } },
      {
        r: [
          { b: 'x', c: 1 },
          { b: 'x', c: 2 },
        ],
      },
      true,
    ],
    ['an empty array has no value', { a: [{ exists: true }] }, { a: [[], {}] }, false],
  ])('%s: %j in %j', expectVerdict);

  test('given long arrays of objects, matching stays fast', () => {
    const rows = Array.from({ length: 3000 }, (_, n) => ({ a: 1, b: n }));
    const event = { x: rows, y: rows, z: [{ a: 1 }, { b: 1 }] };
    const pattern = {
      x: { a: [1], b: [{ exists: true }] },
      y: { a: [1], b: [{ exists: true }] },
      z: { a: [1], b: [1] },
    };
    expect(matchesEventPattern(pattern, event)).toBe(false);
    expect(matchesEventPattern({ ...pattern, z: { a: [1] } }, event)).toBe(true);
  });
});

describe('$or', () => {
  const either = { $or: [{ a: [1] }, { b: [2], c: [3] }] };
  test.each<Row>([
    ['the first alternative is enough', either, { a: 1 }, true],
    ['the second needs all its fields', either, { b: 2, c: 3 }, true],
    ['half of it is not enough', either, { b: 2 }, false],
    ['neither', either, { a: 2, b: 3 }, false],
    ['fields beside it are needed too', { d: [4], ...either }, { a: 1 }, false],
    ['fields beside it are needed too', { ...either, d: [4] }, { a: 1, d: 4 }, true],
    ['it stands at any depth', { detail: either }, { detail: { b: 2, c: 3 } }, true],
    ['two of them multiply', { x: either, y: either }, { x: { a: 1 }, y: { a: 2 } }, false],
    ['two of them multiply', { x: either, y: either }, { x: { a: 1 }, y: { b: 2, c: 3 } }, true],
    ['it nests', { $or: [{ a: [1], $or: [{ b: [1] }, { c: [1] }] }, { d: [1] }] }, { a: 1, c: 1 }, true],
    ['it nests', { $or: [{ a: [1], $or: [{ b: [1] }, { c: [1] }] }, { d: [1] }] }, { c: 1 }, false],
    ['an alternative replaces a field before it', { a: [1], $or: [{ a: [2] }, { b: [2] }] }, { a: 2 }, true],
    ['only in its own branch', { a: [1], $or: [{ a: [2] }, { b: [2] }] }, { a: 1 }, false],
    ['and is replaced by a field after it', { $or: [{ a: [2] }, { b: [2] }], a: [1] }, { a: 2 }, false],
    ['and is replaced by a field after it', { $or: [{ a: [2] }, { b: [2] }], a: [1] }, { a: 1 }, true],
    ['an alternative may be an absence', { $or: [{ a: [{ exists: false }] }, { a: [5] }] }, {}, true],
    ['overlapping alternatives each count', { $or: [{ a: [1] }, { a: [1, 2] }] }, { a: 2 }, true],
    ['with plain values it is a field name', { $or: ['x'] }, { $or: 'x' }, true],
    ['with an operator it is a field name', { $or: [{ prefix: 'x' }, { suffix: 'y' }] }, { $or: 'ay' }, true],
    ['with an object it is a field name', { $or: { a: [1] } }, { $or: { a: 1 } }, true],
    ['as a field name it leaves other fields alone', { $or: { a: [1] }, b: [2] }, { $or: { a: 1 } }, false],
  ])('%s: %j', expectVerdict);
});

describe('explanation of a mismatch', () => {
  test.each([
    [{ a: ['x'] }, { a: 'x' }, undefined],
    [{ source: ['x'], detail: { a: [1] } }, { source: 'y' }, 'detail.a has no value in the event'],
    [{ source: ['x'] }, { source: 'y' }, 'source does not accept "y"'],
    [{ source: ['x'] }, { source: ['y', null] }, 'source does not accept ["y",null]'],
    [{ a: [{ exists: false }] }, { a: 1 }, 'a does not accept 1'],
    [{ a: [{ exists: false }] }, { a: [1, [2]] }, 'a does not accept [1,2]'],
    [{ r: { a: [1], b: [2] } }, { r: [{ a: 1 }, { b: 2 }] }, expect.stringContaining('array elements')],
    [{ $or: [{ a: [1] }, { b: [1] }] }, { a: 2 }, 'a does not accept 2; or b has no value in the event'],
    [{ $or: [{ a: [1] }, { b: [1] }] }, { b: 1 }, undefined],
    [{ s: ['x'], $or: [{ a: [1] }, { b: [1] }] }, { s: 'y', a: 1, b: 1 }, 's does not accept "y"'],
  ])('given %j and %j, it says %s', (pattern, event, expected) => {
    expect(compileEventPattern(pattern).explain(event)).toEqual(expected);
  });

  test('given a long value, the line stays short', () => {
    expect(compileEventPattern({ a: ['x'] }).explain({ a: 'y'.repeat(10_000) })?.length).toBeLessThan(200);
  });
});
