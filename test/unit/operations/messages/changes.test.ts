import { describe, expect, test } from '@jest/globals';
import { changesBetween, cutText } from '../../../../operations/messages/changes.ts';

describe('the changes between two values', () => {
  test.each<[string, unknown, unknown, readonly object[]]>([
    ['equal values', { a: 1, b: { c: [1] } }, { b: { c: [1] }, a: 1 }, []],
    ['another value', { a: { b: 1 } }, { a: { b: '1' } }, [{ path: 'a.b', before: '1', after: '"1"' }]],
    [
      'a new field',
      {},
      { a: null },
      [
        { path: '', before: '{}' },
        { path: 'a', after: 'null' },
      ],
    ],
    ['an element of a list', { a: [1, 2] }, { a: [1, 3] }, [{ path: 'a.1', before: '2', after: '3' }]],
    ['a value for an object', { a: {} }, { a: 1 }, [{ path: 'a', before: '{}', after: '1' }]],
    ['whole values', 1, 2, [{ path: '', before: '1', after: '2' }]],
    ['a value for nothing', undefined, 1, [{ path: '', before: 'undefined', after: '1' }]],
    [
      'null for an object',
      { a: { b: 1 } },
      { a: null },
      [
        { path: 'a.b', before: '1' },
        { path: 'a', after: 'null' },
      ],
    ],
  ])('of %s', (_case, before, after, changes) => {
    const found = changesBetween(before, after);
    expect(found).toHaveLength(changes.length);
    expect(new Set(found.map((each) => JSON.stringify(each)))).toEqual(
      new Set(changes.map((each) => JSON.stringify(each))),
    );
  });

  test('come in the order of the second value, then those that it lacks', () => {
    expect(changesBetween({ z: 1, gone: 1, y: 1 }, { y: 2, fresh: 1, z: 2 }).map(({ path }) => path)).toEqual([
      'y',
      'fresh',
      'z',
      'gone',
    ]);
  });

  test('have no value where there is none', () => {
    expect(changesBetween({ a: 1, b: 1 }, { a: 1, c: 1 })).toStrictEqual([
      { path: 'c', after: '1' },
      { path: 'b', before: '1' },
    ]);
  });

  test('are 50 at most', () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`f${index}`, index]));
    expect(changesBetween({ f: 1 }, many)).toHaveLength(50);
    expect(changesBetween({ f: 1 }, many).at(-1)).toEqual({ path: 'f49', after: '49' });
  });

  test('of a very long value show its beginning and its length', () => {
    const [change] = changesBetween({}, { a: 'x'.repeat(30_000) });
    expect(change?.after).toBe(`"${'x'.repeat(19_999)}… (30002 characters)`);
  });
});

test('a text is cut only if it is longer', () => {
  expect(cutText('abc', 3)).toBe('abc');
  expect(cutText('abcd', 3)).toBe('abc… (4 characters)');
});
