import { expect, test } from '@jest/globals';
import { namedFields } from '../../../../operations/move-events/contract-fields.ts';

const text = { type: 'string' };
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

test.each<[string, object, object, object, string[]]>([
  ['a field that it names stays, any other goes', object({ a: text }), { a: 'x', email: 'y' }, { a: 'x' }, ['email']],
  [
    'also deep inside, and in lists',
    object({ data: object({ lines: { type: 'array', items: object({ size: text }) } }) }),
    { data: { lines: [{ size: 'S' }, { size: 'M', note: 'for Ann' }] } },
    { data: { lines: [{ size: 'S' }, { size: 'M' }] } },
    ['data.lines[].note'],
  ],
  [
    'an object of which it names no field stays whole',
    object({ any: { type: 'object' } }),
    { any: { b: 1 } },
    { any: { b: 1 } },
    [],
  ],
  [
    'a reference names what it refers to',
    object({ a: { $ref: '#/$defs/part' } }, { $defs: { part: object({ b: text }) } }),
    { a: { b: 'x', c: 'y' } },
    { a: { b: 'x' } },
    ['a.c'],
  ],
  [
    'a field that one alternative names is named',
    { anyOf: [object({ a: text }), object({ b: text })], ...object({ c: text }) },
    { a: 'x', b: 'y', c: 'z', d: 'w' },
    { a: 'x', b: 'y', c: 'z' },
    ['d'],
  ],
  [
    'names by a pattern, and what all others are',
    object({ of: { patternProperties: { '^n': text } }, by: { additionalProperties: object({ x: text }) } }),
    { of: { n1: 'x', m1: 'y' }, by: { k: { x: 'a', y: 'b' } } },
    { of: { n1: 'x' }, by: { k: { x: 'a' } } },
    ['of.m1', 'by.k.y'],
  ],
  [
    'a field that may be anything stays as it is',
    object({ a: true, b: {}, c: false, d: null }),
    { a: { x: 1 }, b: [{ y: 1 }], c: 1, d: 2 },
    { a: { x: 1 }, b: [{ y: 1 }] },
    ['c', 'd'],
  ],
  [
    'null, texts and lists stay where it names fields of objects',
    object({ a: object({ x: text }), b: object({ x: text }), c: object({ x: text }) }),
    { a: null, b: 'text', c: ['x'] },
    { a: null, b: 'text', c: ['x'] },
    [],
  ],
  [
    'what all fields are is not for those that have a name',
    { ...object({ a: object({ x: text }) }), additionalProperties: object({ y: text }) },
    { a: { x: 1, y: 1 }, b: { x: 1, y: 1 } },
    { a: { x: 1 }, b: { y: 1 } },
    ['a.y', 'b.x'],
  ],
  [
    'other fields that are allowed, without a word what they are, are not named',
    { ...object({ a: text }), additionalProperties: true },
    { a: 'x', b: 'y' },
    { a: 'x' },
    ['b'],
  ],
  [
    'what follows a condition names fields as well',
    {
      ...object({ a: text }),
      ...Object.fromEntries(
        [
          ['if', 'z'],
          ['then', 'b'],
          ['else', 'c'],
        ].map(([key = '', name = '']) => [key, object({ [name]: text })]),
      ),
    },
    { a: 1, b: 2, c: 3, z: 4 },
    { a: 1, b: 2, c: 3 },
    ['z'],
  ],
  [
    'all parts and one of several name fields',
    { allOf: [object({ a: text })], oneOf: [object({ b: text })] },
    { a: 1, b: 2, c: 3 },
    { a: 1, b: 2 },
    ['c'],
  ],
  [
    'a pattern is of characters, not of their halves',
    object({ of: { patternProperties: { '^.$': text } } }),
    { of: { '🙂': 1, ab: 2 } },
    { of: { '🙂': 1 } },
    ['of.ab'],
  ],
])('of a schema, %s', (_, schema, value, kept, removed) => {
  expect(namedFields(value, { ...schema })).toEqual({ value: kept, removed });
});
