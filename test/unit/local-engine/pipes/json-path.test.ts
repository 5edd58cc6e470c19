import { describe, expect, test } from '@jest/globals';
import { InvalidJsonPathError, parsePath, readPath } from '../../../../packages/local-engine/pipes/json-path.ts';

const INPUT: unknown = JSON.parse(`{
  "a": { "b": [{ "c": 1 }, { "c": 2 }, { "d": 3 }], "detail-type": "T", "x_y": "u", "p/q": "s", "2fa": true },
  "lists": [[1, 2], [3]],
  "rows": [{ "cells": [1, 2] }, {}, { "cells": [3] }],
  "none": null,
  "text": "abc",
  "zero": 0,
  "nil": [],
  "__proto__": "own"
}`);

describe('readPath', () => {
  test.each([
    ['$', INPUT],
    ['$.text', 'abc'],
    ['$.a.b[0].c', 1],
    ['$.a.b[1]', { c: 2 }],
    ['$.a.detail-type', 'T'],
    ['$.a.x_y', 'u'],
    ['$.a.p/q', 's'],
    ['$.a.2fa', true],
    ['$.lists[0][1]', 2],
    ['$.none', null],
    ['$.zero', 0],
    ['$.__proto__', 'own'],
  ])('given %s, it finds the value', (path, value) => {
    expect(readPath(INPUT, path)).toEqual(value);
  });

  test.each([
    '$.missing',
    '$.missing.deeper[0]',
    '$.none.deeper',
    '$.text.length',
    '$.lists.length',
    '$.lists.0',
    '$.a[0]',
    '$.text[0]',
    '$.lists[2]',
    '$.constructor',
    '$.Text',
    '$.missing[*]',
    '$.text[*]',
    '$.none.*',
  ])('given %s, where nothing is, it is undefined', (path) => {
    expect(readPath(INPUT, path)).toBeUndefined();
  });

  test.each([
    ['$.lists[*]', [[1, 2], [3]]],
    ['$.lists.*', [[1, 2], [3]]],
    ['$.lists[*][*]', [1, 2, 3]],
    ['$.lists[*][0]', [1, 3]],
    ['$.a.b[*].c', [1, 2]],
    ['$.rows[*].cells[*]', [1, 2, 3]],
    ['$.rows[*].cells', [[1, 2], [3]]],
    ['$.rows.*.none', []],
    ['$.nil[*]', []],
  ])('given the wildcard %s, it collects the matches', (path, values) => {
    expect(readPath(INPUT, path)).toEqual(values);
  });

  test('given $[0] and an array, it finds the element', () => {
    expect(readPath(['x', 'y'], '$[1]')).toBe('y');
  });

  test('given a parsed path, it finds what the text finds', () => {
    expect(readPath(INPUT, parsePath('$.a.b[1].c'))).toBe(2);
  });

  test('given an unsupported path, it throws instead of finding nothing', () => {
    expect(() => readPath(INPUT, '$..c')).toThrow(InvalidJsonPathError);
  });
});

describe('parsePath', () => {
  test.each([
    '',
    'a.b',
    '.a',
    ' $.a',
    '$a',
    '$.',
    '$.a.',
    '$..a',
    '$.a b',
    '$.a ',
    '$.é',
    '$.a[',
    '$.a[]',
    '$.a[-1]',
    '$.a[0:2]',
    '$.a[0,1]',
    "$['a']",
    '$["a"]',
    '$.a[?(@.b)]',
    '$.a*',
    '$.*a',
    '$.length()',
    '$.a]',
    '@.a',
  ])('given %p, which is outside the subset, it throws', (path) => {
    expect(() => parsePath(path)).toThrow(InvalidJsonPathError);
  });

  test('the error says where the path went wrong, and what is supported', () => {
    expect(() => parsePath('$.a b')).toThrow(
      'JSON path "$.a b" is not supported at character 4. ' +
        'Supported: $ alone or followed by .name (letters, digits, "-", "_", "/"), [0], .* or [*]',
    );
  });
});
