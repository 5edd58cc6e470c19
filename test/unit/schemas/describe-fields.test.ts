import { describe, expect, test } from '@jest/globals';
import { describeFields } from '../../../schemas/generator/describe-fields.ts';

const object = (properties: object, others: object = {}) => ({ type: 'object', properties, ...others });

/** The limits, as told, of a field with that schema. */
const limitsOf = (schema: object) => describeFields(object({ size: schema }))[0]?.limits;
const typeOf = (schema: object) => describeFields(object({ size: schema }))[0]?.type;

describe('the fields of a schema', () => {
  test('come with path, type, limits, presence and meaning, the outer before the inner', () => {
    const size = { description: 'Of the shirt.', type: 'string', enum: ['S', 'M'] };
    expect(
      describeFields(object({ data: object({ size, gift: { type: 'boolean' } }, { required: ['size'] }) })),
    ).toEqual([
      { path: 'data', type: 'object', limits: '', required: false, meaning: '' },
      { path: 'data.size', type: 'string', limits: 'one of `"S"`, `"M"`', required: true, meaning: 'Of the shirt.' },
      { path: 'data.gift', type: 'boolean', limits: '', required: false, meaning: '' },
    ]);
  });

  test('are found in arrays, in definitions, and in fields that any value may have', () => {
    const line = object({ price: { type: 'number' } });
    const schema = object(
      {
        lines: { type: 'array', items: { $ref: '#/$defs/line' } },
        tags: { type: 'array', items: { type: 'string' } },
        any: true,
      },
      { $defs: { line } },
    );
    expect(describeFields(schema).map(({ path, type }) => `${path}: ${type}`)).toEqual([
      'lines: array of object',
      'lines[]: object',
      'lines[].price: number',
      'tags: array of string',
      'any: any',
    ]);
  });

  test('keep what stands beside a reference', () => {
    const schema = object(
      { size: { $ref: '#/$defs/size', description: 'Mine.' } },
      { $defs: { size: { type: 'string' } } },
    );
    expect(describeFields(schema)).toMatchObject([{ type: 'string', meaning: 'Mine.' }]);
  });
});

test.each([
  [{ minLength: 1, maxLength: 9 }, '1 to 9 characters'],
  [{ minLength: 1 }, 'at least 1 character'],
  [{ maxLength: 9 }, 'at most 9 characters'],
  [{ minLength: 3, maxLength: 3 }, '3 characters'],
  [{ minimum: 0, maximum: 9 }, '0 to 9'],
  [{ minimum: 0 }, 'at least 0'],
  [{ exclusiveMinimum: 0, exclusiveMaximum: 9 }, 'more than 0; less than 9'],
  [{ minItems: 1, maxItems: 2, uniqueItems: true }, '1 to 2 items; `uniqueItems` `true`'],
  [{ pattern: '^a|b$' }, 'matches `^a|b$`'],
  [{ const: 1 }, 'always `1`'],
  [{ format: 'uri' }, '`format` `"uri"`'],
  [{ type: 'string', description: 'x', title: 'x' }, ''],
])('the limits of %j are: %s', (schema, limits) => {
  expect(limitsOf(schema)).toBe(limits);
});

test.each([
  [{ const: 1 }, 'integer'],
  [{ const: 'a' }, 'string'],
  [{ type: ['string', 'null'] }, 'string or null'],
  [{}, 'any'],
])('the type of %j is %s', (schema, type) => {
  expect(typeOf(schema)).toBe(type);
});
