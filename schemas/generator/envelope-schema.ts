import type { JsonSchema } from './json-schema.ts';
import type { EventSchema } from './read-event-schemas.ts';

/**
 * Schema of a whole event as EventBridge delivers it (user guide, "Events reference").
 * Only what makes it this event is strict: the rest is EventBridge's to write, and ours to read with tolerance.
 *
 * @param detailRef `$ref` to the schema of `detail`
 */
export function envelopeSchema({ detailType, source }: EventSchema, detailRef: string): JsonSchema {
  const text = { type: 'string', minLength: 1 };
  return {
    type: 'object',
    required: ['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'resources', 'detail'],
    properties: {
      version: { const: '0' },
      id: text,
      'detail-type': { const: detailType },
      source: { const: source },
      account: text,
      time: text,
      region: text,
      resources: { type: 'array', items: { type: 'string' } },
      detail: { $ref: detailRef },
      'replay-name': text,
    },
  };
}
