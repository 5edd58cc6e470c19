import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import {
  ASYNCAPI_3_0,
  OPENAPI_3_0,
  translateSchema,
  translateToComponents,
} from '../../../schemas/generator/translate-schema.ts';
import { shirtOrdered } from './event-schemas.ts';
import { asDraft7 } from './openapi-as-draft-7.ts';

const event = shirtOrdered();
const toOpenApi = (schema: unknown) => translateSchema(event, schema, OPENAPI_3_0);
const toAsyncApi = (schema: unknown) => translateSchema(event, schema, ASYNCAPI_3_0);

describe('in OpenAPI 3.0', () => {
  test.each<[string, object, object]>([
    ['a constant is a list of one, with its type', { const: 1 }, { type: 'integer', enum: [1] }],
    ['a constant fraction is a number', { const: 1.5 }, { type: 'number', enum: [1.5] }],
    ['a constant keeps its own type', { type: 'number', const: 1 }, { type: 'number', enum: [1] }],
    ['an exclusive limit is a flag', { exclusiveMinimum: 0 }, { minimum: 0, exclusiveMinimum: true }],
    ['so is the other', { exclusiveMaximum: 9 }, { maximum: 9, exclusiveMaximum: true }],
    ['of two limits the tighter counts', { minimum: 1, exclusiveMinimum: 0 }, { minimum: 1 }],
    ['also when it is exclusive', { maximum: 9, exclusiveMaximum: 9 }, { maximum: 9, exclusiveMaximum: true }],
    ['null is a flag', { type: ['string', 'null'], minLength: 1 }, { type: 'string', nullable: true, minLength: 1 }],
    ['one type in a list is that type', { type: ['string'] }, { type: 'string' }],
    [
      'several types are alternatives',
      { type: ['string', 'integer'] },
      { anyOf: [{ type: 'string' }, { type: 'integer' }] },
    ],
    ['an array says what it holds', { type: 'array' }, { type: 'array', items: {} }],
    ['of several examples there is one', { examples: ['S', 'M'] }, { example: 'S' }],
    ['required names are sorted', { required: ['b', 'a'] }, { required: ['a', 'b'] }],
    ['a field of any kind', { properties: { a: true, b: false } }, { properties: { a: {}, b: { not: {} } } }],
    ['a closed object', { additionalProperties: false }, { additionalProperties: false }],
    [
      'what surrounds a schema goes',
      { $schema: 'x', $comment: 'x', 'x-source': 'shop', type: 'string' },
      { type: 'string' },
    ],
    [
      'nested schemas too',
      { properties: { a: { items: { const: 'x' } } } },
      { properties: { a: { items: { type: 'string', enum: ['x'] } } } },
    ],
    [
      'fields named like keywords',
      { properties: { const: { type: 'string' } } },
      { properties: { const: { type: 'string' } } },
    ],
  ])('%s: %j', (_, schema, expected) => {
    expect(toOpenApi(schema)).toEqual(expected);
  });

  test.each<[string, object]>([
    ['const', { const: null }],
    ['type', { type: 'null' }],
    ['if', { if: {} }],
    ['prefixItems', { prefixItems: [] }],
    ['patternProperties', { patternProperties: {} }],
    ['unevaluatedProperties', { unevaluatedProperties: false }],
    ['$id', { $id: 'https://example.com' }],
    ['$ref', { $ref: 'https://example.com/other.json' }],
    ['x-unit', { 'x-unit': 's' }],
    ['enum', { const: 'a', enum: ['a', 'b'] }],
    ['anyOf', { type: ['string', 'integer'], anyOf: [{}] }],
  ])('a "%s" that cannot be said is an error with schema, place and keyword', (keyword, schema) => {
    expect(() => toOpenApi({ properties: { data: { items: schema } } })).toThrow(
      `shirt-ordered.v2.schema.json: "${keyword}" at /properties/data/items cannot be expressed in OpenAPI 3.0`,
    );
  });
});

describe('in AsyncAPI 3.0', () => {
  test.each<[object]>([
    [{ const: null }],
    [{ type: ['string', 'null'], exclusiveMinimum: 0 }],
    [{ if: { type: 'string' }, else: { const: 1 } }],
    [{ patternProperties: { '^a': { type: 'string' } }, propertyNames: { maxLength: 2 } }],
  ])('%j stays as it is', (schema) => {
    expect(toAsyncApi(schema)).toEqual(schema);
  });

  test.each(['prefixItems', 'dependentRequired', 'minContains', 'unevaluatedItems', '$anchor', 'x-unit'])(
    '"%s", which draft 7 does not know, is an error',
    (keyword) => {
      expect(() => toAsyncApi({ [keyword]: [] })).toThrow(
        `shirt-ordered.v2.schema.json: "${keyword}" at / cannot be expressed in AsyncAPI 3.0, found []`,
      );
    },
  );
});

describe('definitions', () => {
  const size = { description: 'Of the shirt.', enum: ['S', 'M'] };

  test('become components beside the detail, under a name that no other event has', () => {
    const ordered = shirtOrdered({ properties: { size: { $ref: '#/$defs/size' } } }, { $defs: { size } });
    const components = translateToComponents(ordered, OPENAPI_3_0);
    expect(Object.keys(components)).toEqual(['ShirtOrderedV2', 'ShirtOrderedV2.size']);
    expect(components['ShirtOrderedV2.size']).toEqual(size);
    expect(components.ShirtOrderedV2).not.toHaveProperty('$defs');
    expect(components.ShirtOrderedV2).toHaveProperty('properties.data.properties.size', {
      $ref: '#/components/schemas/ShirtOrderedV2.size',
    });
  });

  test('keep what stands beside a reference, which would be passed over there', () => {
    expect(toOpenApi({ $ref: '#/$defs/size', description: 'Mine.' })).toEqual({
      description: 'Mine.',
      allOf: [{ $ref: '#/components/schemas/ShirtOrderedV2.size' }],
    });
  });

  test('that stand deeper are an error', () => {
    expect(() => toOpenApi({ properties: { a: { $defs: {} } } })).toThrow(
      '"$defs" at /properties/a cannot be expressed',
    );
  });
});

describe('a translated schema accepts what the original accepts, and refuses what it refuses', () => {
  const original = new Ajv2020({ strict: false });
  const draft7 = new Ajv({ strict: false });

  const values = fc
    .jsonValue({ maxDepth: 2 })
    .chain((any) =>
      fc.oneof(
        fc.constantFrom<unknown>(any, null, true, 0, 1, 2, 1.5, 3, '', 'a', 'ab', 'abc', [], [1], ['a', 'a'], {}),
        fc.record({ a: fc.constantFrom<unknown>(null, 0, 1, 2, 'a', 'ab', []), b: fc.integer() }, { requiredKeys: [] }),
      ),
    );
  const small = fc.integer({ min: 0, max: 3 });
  const simpleType = fc.constantFrom('string', 'integer', 'number', 'boolean', 'array', 'object');
  const { schemas } = fc.letrec<{ schemas: object }>((tie) => ({
    schemas: fc.oneof(
      { maxDepth: 2 },
      fc.record(
        {
          type: fc.oneof(
            simpleType,
            fc.uniqueArray(simpleType, { minLength: 1, maxLength: 3 }),
            simpleType.map((type) => [type, 'null']),
          ),
          minimum: small,
          maximum: small,
          exclusiveMinimum: small,
          exclusiveMaximum: small,
          minLength: small,
          maxLength: small,
          pattern: fc.constantFrom('^a', 'b$'),
        },
        { requiredKeys: [] },
      ),
      fc.record({ const: fc.constantFrom(1, 1.5, 'a', true, [1], { a: 1 }) }),
      fc.record({ enum: fc.constantFrom([1, 'a'], ['ab', null], [[]]) }),
      fc.record(
        {
          required: fc.constantFrom(['a'], ['b', 'a']),
          properties: fc.dictionary(fc.constantFrom('a', 'b'), tie('schemas')),
          additionalProperties: fc.oneof(fc.boolean(), tie('schemas')),
          items: fc.oneof(fc.boolean(), tie('schemas')),
          not: tie('schemas'),
          oneOf: fc.array(tie('schemas'), { minLength: 1, maxLength: 2 }),
        },
        { requiredKeys: [] },
      ),
    ),
  }));

  test.each([
    ['OpenAPI 3.0', (schema: object) => asDraft7(toOpenApi(schema)) as object],
    ['AsyncAPI 3.0', toAsyncApi],
  ])('%s', (_, translate) => {
    fc.assert(
      fc.property(schemas, fc.array(values, { minLength: 5, maxLength: 5 }), (schema, instances) => {
        const before = original.compile(schema);
        const after = draft7.compile(translate(schema));
        for (const instance of instances) {
          if (before(instance) !== after(instance)) throw new Error(`differs on ${JSON.stringify(instance)}`);
        }
      }),
      { numRuns: 300 },
    );
  });
});
