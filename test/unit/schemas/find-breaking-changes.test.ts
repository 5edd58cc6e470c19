import { describe, expect, test } from '@jest/globals';
import { findBreakingChanges } from '../../../schemas/compatibility/find-breaking-changes.ts';

type Schema = Record<string, unknown>;

/** The schema of a small event, with the given changes to the schema of its field `/data/size`, and to its `data`. */
function schemaWith({ size = {}, data = {}, root = {} }: { size?: Schema; data?: Schema; root?: Schema } = {}): Schema {
  return {
    title: 'ShirtOrderedV1',
    'x-source': 'shop',
    'x-detail-type': 'ShirtOrdered',
    type: 'object',
    required: ['data'],
    properties: {
      data: {
        type: 'object',
        required: ['orderId'],
        properties: {
          orderId: { type: 'string' },
          size: { type: 'string', enum: ['S', 'M'], ...size },
        },
        ...data,
      },
    },
    ...root,
  };
}

const orderId = { type: 'string' };
const size = { type: 'string', enum: ['S', 'M'] };

describe('given a change that some reader would not survive', () => {
  test.each([
    ['a removed field', {}, { data: { properties: { orderId } } }, '/data/size', 'was removed'],
    ['a field that became required', {}, { data: { required: ['orderId', 'size'] } }, '/data/size', 'became required'],
    ['a field no longer required', {}, { data: { required: [] } }, '/data/orderId', 'no longer required'],
    ['another type', {}, { size: { type: 'integer' } }, '/data/size', '"type" changed from "string" to "integer"'],
    ['one more type', {}, { size: { type: ['string', 'null'] } }, '/data/size', '"type" changed'],
    ['a narrower enum', {}, { size: { enum: ['S'] } }, '/data/size', '"enum" changed'],
    ['a wider enum', {}, { size: { enum: ['S', 'M', 'L'] } }, '/data/size', '"enum" changed'],
    ['another const', { size: { const: 'S' } }, { size: { const: 'M' } }, '/data/size', '"const" changed'],
    ['another pattern', { size: { pattern: '^S' } }, { size: { pattern: '^M' } }, '/data/size', '"pattern" changed'],
    ['a format', {}, { size: { format: 'uri' } }, '/data/size', '"format" changed from nothing to "uri"'],
    ['an unknown keyword', {}, { size: { wobble: 1 } }, '/data/size', '"wobble" changed'],
    ['a closed object', {}, { data: { additionalProperties: false } }, '/data', 'closes the object'],
    ['an opened object', { data: { additionalProperties: false } }, {}, '/data', '"additionalProperties" changed'],
    ['another source', {}, { root: { 'x-source': 'till' } }, '', '"x-source" changed from "shop" to "till"'],
    ['another detail-type', {}, { root: { 'x-detail-type': 'Sold' } }, '', '"x-detail-type" changed'],
    [
      'a change in a definition',
      { root: { $defs: { a: size } } },
      { root: { $defs: { a: orderId } } },
      '/$defs/a',
      '"enum"',
    ],
    ['a change in array items', { size: { items: size } }, { size: { items: orderId } }, '/data/size/*', '"enum"'],
    ['a field replaced by true', {}, { data: { properties: { orderId, size: true } } }, '/data/size', 'was replaced'],
  ])('%s is found, and the field is named', (_, before, after, field, message) => {
    expect(findBreakingChanges(schemaWith(before), schemaWith(after))).toEqual([
      expect.objectContaining({ field, message: expect.stringContaining(message) }),
    ]);
  });

  test.each([
    ['minLength', 1, 2, 'archived events'],
    ['minLength', 2, 1, 'readers built on the released version'],
    ['minLength', undefined, 1, 'archived events'],
    ['minLength', 1, undefined, 'readers built on the released version'],
    ['maxLength', 9, 8, 'archived events'],
    ['maxLength', 8, 9, 'readers built on the released version'],
    ['maxLength', undefined, 9, 'archived events'],
    ['maxLength', 9, undefined, 'readers built on the released version'],
    ['maximum', 9, 8, 'archived events'],
    ['exclusiveMinimum', 0, 1, 'archived events'],
    ['maxItems', 8, 9, 'readers built on the released version'],
  ])('a %s that goes from %s to %s tells whom it breaks', (keyword, before, after, whom) => {
    const limited = (limit: number | undefined) =>
      schemaWith({ size: limit === undefined ? {} : { [keyword]: limit } });
    expect(findBreakingChanges(limited(before), limited(after))).toEqual([
      { field: '/data/size', keyword, message: expect.stringContaining(whom) },
    ]);
  });

  test('every one of several changes is reported', () => {
    const after = schemaWith({ size: { type: 'integer' }, data: { required: [] }, root: { 'x-source': 'till' } });
    expect(
      findBreakingChanges(schemaWith(), after)
        .map(({ field }) => field)
        .sort(),
    ).toEqual(['', '/data/orderId', '/data/size']);
  });

  test('a removed schema is one', () => {
    expect(findBreakingChanges(schemaWith(), undefined)).toEqual([
      expect.objectContaining({ message: expect.stringContaining('the schema was removed') }),
    ]);
  });

  test('a field added to a closed object is one, since its readers refuse unknown fields', () => {
    const closed = { additionalProperties: false };
    const after = schemaWith({ data: { ...closed, properties: { orderId, size, colour: {} } } });
    expect(findBreakingChanges(schemaWith({ data: closed }), after)).toEqual([
      expect.objectContaining({ field: '/data/colour', message: expect.stringContaining('closed object') }),
    ]);
  });

  test('a field whose name looks like a keyword or holds a slash is still a field', () => {
    const before = schemaWith({ data: { properties: { orderId, description: size, 'a/b': size } } });
    const after = schemaWith({ data: { properties: { orderId, description: orderId } } });
    expect(findBreakingChanges(before, after).map(({ field }) => field)).toEqual(['/data/description', '/data/a~1b']);
  });
});

describe('given a change that no reader notices', () => {
  test.each([
    ['no change at all', {}],
    ['a new optional field', { data: { properties: { orderId, size, colour: { type: 'string', maxLength: 9 } } } }],
    ['a new definition', { root: { $defs: { colour: { type: 'string' } } } }],
    ['another description', { size: { description: 'of the shirt' }, root: { $comment: 'checked', examples: [{}] } }],
    ['another word on who publishes it', { root: { 'x-published': 'By the shop, at once.' } }],
    ['another order of alternatives', { size: { enum: ['M', 'S'], type: ['string'] } }],
    ['an openness that was spelt out', { data: { additionalProperties: true } }],
  ])('%s passes', (_, after) => {
    expect(findBreakingChanges(schemaWith(), schemaWith(after))).toEqual([]);
  });
});
