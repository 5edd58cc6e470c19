import type { JsonSchema } from './json-schema.ts';
import type { EventSchema } from './read-event-schemas.ts';

/** Pattern of a rule that takes exactly this version of this event off the bus. */
export function rulePattern({ source, detailType, version }: EventSchema): JsonSchema {
  return {
    source: [source],
    'detail-type': [detailType],
    detail: { metadata: { schemaVersion: [version] } },
  };
}
