import { describe, expect, test } from '@jest/globals';
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
