import { isJsonObject } from '../event-contract.ts';
import { envelopeSchema } from './envelope-schema.ts';
import { type EventSchema, HEADER, type JsonSchema } from './read-event-schemas.ts';
import { componentRef, OPENAPI_3_0, translateSchema, translateToComponents } from './translate-schema.ts';

/** Renders every version of every event in the form that a schema registry of EventBridge takes. */
export function renderRegisteredSchemas(events: readonly EventSchema[]): string {
  const schemas = events.map((event) => {
    const { typeName, source, detailType, version, description } = event;
    return { typeName, source, detailType, version, description, openApi: openApiDocument(event) };
  });
  return `${HEADER}
import type { RegisteredSchema } from '../registered-schema.ts';

/** Every version of every event, for a schema registry of EventBridge. */
export const registeredSchemas: readonly RegisteredSchema[] = ${JSON.stringify(schemas, null, 2)};
`;
}

/**
 * Describes a whole event as AWS describes its own: an OpenAPI document without paths, in which the schema `AWSEvent`
 * is the envelope and says where the event comes from.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-schema-create.html
 */
export function openApiDocument(event: EventSchema): JsonSchema {
  const { typeName, source, detailType, version, description } = event;
  return sortKeys({
    openapi: '3.0.0',
    info: { title: detailType, version: `${version}.0.0`, description },
    paths: {},
    components: { schemas: { AWSEvent: awsEvent(), ...translateToComponents(event, OPENAPI_3_0) } },
  }) as JsonSchema;

  function awsEvent(): JsonSchema {
    const envelope = envelopeSchema(event, componentRef(typeName));
    const { properties, ...others } = translateSchema(event, envelope, OPENAPI_3_0);
    const { time, ...fields } = properties as Record<string, JsonSchema>;
    return {
      ...others,
      'x-amazon-events-source': source,
      'x-amazon-events-detail-type': detailType,
      // As in AWS's own, so that code bindings make a date of it.
      properties: { ...fields, time: { ...time, format: 'date-time' } },
    };
  }
}

/** Sorts what has no order, so that the same content gives the same text: a registry counts every text as a version. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sortKeys(value[name])]));
}
