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
])('of a schema, %s', (_, schema, value, kept, removed) => {
  expect(namedFields(value, { ...schema })).toEqual({ value: kept, removed });
});
