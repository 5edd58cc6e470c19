import type { EventSchema, JsonSchema } from './read-event-schemas.ts';

/**
 * Schema of a whole event as EventBridge delivers it (user guide, "Events reference").
 * Only what identifies the event is strict: EventBridge writes the rest, and readers must be tolerant.
 *
 * @param detailRef `$ref` to the schema of `detail`
 */
export function envelopeSchema({ detailType, source }: EventSchema, detailRef: string): JsonSchema {
  const text = (description: string) => ({ description, type: 'string', minLength: 1 });
  return {
    type: 'object',
    required: ['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'resources', 'detail'],
    properties: {
      version: { description: 'Version of this envelope.', const: '0' },
      id: text(
        'Id from EventBridge. An event that is published again or replayed gets a new one: recognize repeats by `metadata.eventId`.',
      ),
      'detail-type': { description: 'Name of the fact.', const: detailType },
      source: { description: 'Name of the producer.', const: source },
      account: text('The AWS account that published it.'),
      time: text('When it was put on the bus: ISO 8601, in UTC.'),
      region: text('The AWS Region that it was published in.'),
      resources: {
        description: 'ARNs from the producer; not used here.',
        type: 'array',
        items: { type: 'string' },
      },
      detail: { $ref: detailRef },
      'replay-name': text('Name of the replay; on replayed events only.'),
    },
  };
}

/** Pattern of a rule that takes exactly this version of this event off the bus. */
export function rulePattern({ source, detailType, version }: EventSchema): JsonSchema {
  return {
    source: [source],
    'detail-type': [detailType],
    detail: { metadata: { schemaVersion: [version] } },
  };
}
