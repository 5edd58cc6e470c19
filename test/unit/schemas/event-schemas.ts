import { type EventSchema, parseEventSchema } from '../../../schemas/generator/read-event-schemas.ts';

/** The event ShirtOrdered, version 2, whose `data` has that schema, with other keywords at the root. */
export function shirtOrdered(data: object = {}, root: object = {}): EventSchema {
  const schema = {
    title: 'ShirtOrderedV2',
    description: 'A shirt was ordered.',
    'x-source': 'shop',
    'x-detail-type': 'ShirtOrdered',
    'x-published': 'By the shop, at once.',
    type: 'object',
    required: ['metadata', 'data'],
    properties: {
      metadata: { type: 'object', required: ['schemaVersion'], properties: { schemaVersion: { const: 2 } } },
      data,
    },
    ...root,
  };
  return parseEventSchema('shirt-ordered.v2.schema.json', JSON.stringify(schema));
}
