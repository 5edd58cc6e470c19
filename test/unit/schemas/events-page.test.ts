import { describe, expect, test } from '@jest/globals';
import { describeFields } from '../../../schemas/generator/describe-fields.ts';
import { markdownTable } from '../../../schemas/generator/markdown-table.ts';
import { parseEventSchema } from '../../../schemas/generator/read-event-schemas.ts';
import { renderEventsPage } from '../../../schemas/generator/render-events-page.ts';
import { shirtOrdered } from './event-schemas.ts';

const event = shirtOrdered({
  type: 'object',
  required: ['size'],
  properties: { size: { description: 'Of the shirt, in cm.', type: 'integer', minimum: 1 } },
});
const sample = { fileName: 'shirt-ordered.v2.json', special: '', event: { detail: { data: { size: 90 } } } };
const gift = { fileName: 'shirt-ordered.v2.gift.json', special: 'gift', event: {} };
const page = renderEventsPage([event], new Map([['shirt-ordered.v2', [sample, gift]]]));

describe('the page of the events', () => {
  test.each([
    ['what the event says', 'A shirt was ordered.'],
    ['who says it', '- **Source:** `shop`'],
    ['its name on the bus', '- **Detail-type:** `ShirtOrdered`'],
    ['when it is published', '- **Published:** By the shop, at once.'],
    [
      'its contract',
      '[`shirt-ordered.v2.schema.json`](../schemas/shirt-ordered.v2.schema.json), in TypeScript `ShirtOrderedV2`',
    ],
    ['a sample as a queue gets it', '```json\n{\n  "detail": {\n    "data": {\n      "size": 90\n'],
    ['further samples', '[gift](../schemas/samples/shirt-ordered.v2.gift.json)'],
    ['how to subscribe', "write `event: 'ShirtOrdered'` in a [subscription](adding-a-subscriber.md)"],
    [
      'the pattern of a rule',
      '{"source":["shop"],"detail-type":["ShirtOrdered"],"detail":{"metadata":{"schemaVersion":[2]}}}',
    ],
    ['where the versions are explained', '(../schemas/README.md#changing-an-event)'],
  ])('tells %s', (_, text) => {
    expect(page).toContain(text);
  });

  test('tells every field with type, limits, presence and meaning', () => {
    expect(page).toMatch(/^\| `data\.size` +\| integer +\| at least 1 +\| yes +\| Of the shirt, in cm\. +\|$/m);
    expect(page).toMatch(/^\| `metadata\.schemaVersion` +\| integer +\| always `2` +\| yes +\| +\|$/m);
    expect(page).toMatch(/^\| `replay-name` +\| string .*\| no +\|/m);
  });

  test('has one section per version, the newest first', () => {
    const v3 = parseEventSchema(
      'shirt-ordered.v3.schema.json',
      JSON.stringify(event.schema).replace('ShirtOrderedV2', 'ShirtOrderedV3').replace('"const":2', '"const":3'),
    );
    const both = renderEventsPage([event, v3], new Map());
    expect(both.match(/^##+ ShirtOrdered.*$/gm)).toEqual([
      '## ShirtOrdered',
      '### ShirtOrdered, version 3',
      '### ShirtOrdered, version 2',
    ]);
    expect(both).toContain('](#shirtordered-version-3)');
  });

  test('says nothing of a publisher where the schema does not', () => {
    const silent = renderEventsPage([shirtOrdered({}, { 'x-published': undefined })], new Map());
    expect(silent).not.toContain('**Published:**');
  });
});

test('a cell of a table ends nowhere but at its end', () => {
  expect(markdownTable(['a', 'b'], [['x|y', '<b> `<b>|`\nmore']]).split('\n')).toEqual([
    '| a    | b                   |',
    '| ---- | ------------------- |',
    '| x\\|y | &lt;b> `<b>\\|` more |',
  ]);
});

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
