import { expect, test } from '@jest/globals';
import type { JsonSchema } from '../../../schemas/generator/read-event-schemas.ts';
import { openApiDocument } from '../../../schemas/generator/render-registered-schemas.ts';
import { shirtOrdered } from './event-schemas.ts';

test('an event is described as AWS describes its own: its envelope says where it comes from', () => {
  expect(openApiDocument(shirtOrdered())).toMatchObject({
    openapi: '3.0.0',
    info: { title: 'ShirtOrdered', version: '2.0.0', description: 'A shirt was ordered.' },
    paths: {},
    components: {
      schemas: {
        AWSEvent: {
          'x-amazon-events-source': 'shop',
          'x-amazon-events-detail-type': 'ShirtOrdered',
          required: ['account', 'detail', 'detail-type', 'id', 'region', 'resources', 'source', 'time', 'version'],
          properties: {
            source: { enum: ['shop'] },
            time: { type: 'string', format: 'date-time' },
            detail: { $ref: '#/components/schemas/ShirtOrderedV2' },
          },
        },
        ShirtOrderedV2: { type: 'object' },
      },
    },
  });
});

test('the same content gives the same text, in whatever order it was written', () => {
  const text = (data: object) => JSON.stringify(openApiDocument(shirtOrdered(data)));
  const one = {
    type: 'object',
    required: ['a', 'b'],
    properties: { a: { const: 1 }, b: { type: 'string', maxLength: 9 } },
  };
  const other = {
    properties: { b: { maxLength: 9, type: 'string' }, a: { const: 1 } },
    required: ['b', 'a'],
    type: 'object',
  };
  expect(text(other)).toBe(text(one));
  expect(text({ ...one, required: ['a'] })).not.toBe(text(one));
});

test('a field may be called like a keyword', () => {
  const data: JsonSchema = { properties: { required: { type: 'string' }, enum: { const: 'a' } } };
  expect(openApiDocument(shirtOrdered(data))).toHaveProperty(
    'components.schemas.ShirtOrderedV2.properties.data.properties',
    { enum: { enum: ['a'], type: 'string' }, required: { type: 'string' } },
  );
});
