import { envelopeSchema, rulePattern } from './envelope-schema.ts';
import { type EventSchema, HEADER, type JsonSchema } from './read-event-schemas.ts';
import type { EventSample } from './read-samples.ts';
import { ASYNCAPI_3_0, componentRef, translateSchema, translateToComponents } from './translate-schema.ts';

/**
 * Renders the AsyncAPI document of all events. It refers to nothing outside of itself.
 *
 * A channel is an event's address on the bus, and carries all of its versions. A message's payload is the whole event
 * with its envelope, since that is what arrives in a subscriber's queue; a queue has no headers.
 *
 * As JSON: every tool reads it, and Node.js writes it without a library.
 *
 * @param samples by `schemaName`
 */
export function renderAsyncApi(
  events: readonly EventSchema[],
  samples: ReadonlyMap<string, readonly EventSample[]>,
): string {
  const addresses = new Map(events.map((event) => [channelId(event), event])); // sorted by version: the newest wins
  const versionsOf = (id: string) => events.filter((event) => channelId(event) === id);
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'Events of user-bucket-pipeline',
      // Of this description as a whole. Each event has its own.
      version: '1.0.0',
      description: 'What is said on the event bus. A channel is an address on it: a source and a detail-type.',
    },
    'x-generated': HEADER.replace('// ', ''),
    defaultContentType: 'application/json',
    channels: Object.fromEntries([...addresses].map(([id, event]) => [id, channel(event, versionsOf(id))])),
    operations: Object.fromEntries([...addresses].map(([id, event]) => [`publish.${id}`, send(id, event)])),
    components: {
      messages: Object.fromEntries(
        events.map((event) => [event.typeName, message(event, samples.get(event.schemaName) ?? [])]),
      ),
      schemas: Object.assign({}, ...events.map(schemas)),
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Component names know no slash. */
function channelId({ source, detailType }: EventSchema): string {
  return `${source.replaceAll('/', '-')}.${detailType}`;
}

function channel({ source, detailType, description }: EventSchema, versions: readonly EventSchema[]): JsonSchema {
  return {
    address: `${source}/${detailType}`,
    title: detailType,
    description,
    messages: Object.fromEntries(
      versions.map(({ typeName }) => [typeName, { $ref: `#/components/messages/${typeName}` }]),
    ),
    // AsyncAPI has no binding for EventBridge.
    'x-eventbridge': { source, 'detail-type': detailType },
  };
}

function send(id: string, { detailType, published }: EventSchema): JsonSchema {
  return {
    action: 'send',
    channel: { $ref: `#/channels/${id}` },
    summary: `Publishes ${detailType}.`,
    ...(published === '' ? {} : { description: published }),
  };
}

function message(event: EventSchema, samples: readonly EventSample[]): JsonSchema {
  const { detailType, typeName, version, description } = event;
  return {
    name: typeName,
    title: `${detailType}, version ${version}`,
    summary: description,
    contentType: 'application/json',
    correlationId: {
      description: 'The eventId of the registration that started it all.',
      location: '$message.payload#/detail/metadata/correlationId',
    },
    payload: { $ref: componentRef(envelopeName(event)) },
    examples: samples.map(({ fileName, event: payload }) => ({ name: fileName.replace(/\.json$/, ''), payload })),
    'x-rule-pattern': rulePattern(event),
  };
}

function envelopeName({ typeName }: EventSchema): string {
  return `${typeName}Event`;
}

function schemas(event: EventSchema): Record<string, JsonSchema> {
  const envelope = envelopeSchema(event, componentRef(event.typeName));
  return {
    [envelopeName(event)]: { title: envelopeName(event), ...translateSchema(event, envelope, ASYNCAPI_3_0) },
    ...translateToComponents(event, ASYNCAPI_3_0),
  };
}
