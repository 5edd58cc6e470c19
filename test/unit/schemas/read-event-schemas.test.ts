import { describe, expect, test } from '@jest/globals';
import { parseEventSchema } from '../../../schemas/generator/read-event-schemas.ts';

const fileName = 'shirt-ordered.v2.schema.json';

function schemaText(changes: Record<string, unknown> = {}, version: unknown = 2): string {
  return JSON.stringify({
    title: 'ShirtOrderedV2',
    description: 'A shirt was ordered.',
    'x-source': 'shop',
    'x-detail-type': 'ShirtOrdered',
    'x-published': 'By the shop, at once.',
    type: 'object',
    properties: { metadata: { properties: { schemaVersion: { const: version } } } },
    ...changes,
  });
}

test('a schema file tells its event, version and source', () => {
  expect(parseEventSchema(fileName, schemaText())).toMatchObject({
    fileName,
    schemaName: 'shirt-ordered.v2',
    detailType: 'ShirtOrdered',
    source: 'shop',
    version: 2,
    typeName: 'ShirtOrderedV2',
    description: 'A shirt was ordered.',
    published: 'By the shop, at once.',
  });
});

test('what a schema does not say about its event is empty', () => {
  const silent = schemaText({ description: undefined, 'x-published': undefined });
  expect(parseEventSchema(fileName, silent)).toMatchObject({ description: '', published: '' });
});

describe('what does not fit together is refused, with the file and the mend', () => {
  test.each([
    ['ShirtOrdered.schema.json', schemaText(), 'name it event-name.v1.schema.json'],
    ['shirt-ordered.v0.schema.json', schemaText(), 'name it event-name.v1.schema.json'],
    [fileName, '{', 'not JSON'],
    [fileName, '[]', 'a schema is a JSON object'],
    [fileName, schemaText({ title: 'Shirt' }), '"title" must be "ShirtOrderedV2", found "Shirt"'],
    [fileName, schemaText({ 'x-detail-type': undefined }), '"x-detail-type" must be "ShirtOrdered", found undefined'],
    [fileName, schemaText({ type: 'array' }), '"type" must be "object"'],
    [fileName, schemaText({}, 1), 'metadata.schemaVersion must have "const": 2'],
    [fileName, schemaText({ 'x-source': 'aws.shop' }), '"x-source" must name the producer'],
    [fileName, schemaText({ 'x-source': '' }), '"x-source" must name the producer'],
    [fileName, schemaText({ 'x-published': true }), '"x-published" must be a text, found true'],
  ])('%s %s', (file, text, message) => {
    expect(() => parseEventSchema(file, text)).toThrow(message);
    expect(() => parseEventSchema(file, text)).toThrow(file);
  });
});
