import { eventFileName, eventWords } from './names.ts';
import type { NewFile } from './new-files.ts';

export interface EventToMake {
  /** Such as `UserVerified`. */
  readonly name: string;
  /** Who publishes it, such as `sign-up`. */
  readonly source: string;
}

/** All samples are about one user's sign-up. */
const REGISTRATION_ID = 'c81e728d9d4c2f636f067f89cc14862c';
const HAPPENED_AT = 1714458495; // 2024-04-30T06:28:15Z
const DELIVERED_AT = '2024-04-30T06:28:16Z';

/** Renders the schema of a new event's first version and its sample, formatted. */
export function renderEvent(event: EventToMake): { readonly schema: NewFile; readonly sample: NewFile } {
  const file = `${eventFileName(event.name)}.v1`;
  return {
    schema: { path: `schemas/${file}.schema.json`, text: json(schemaOf(event)) },
    sample: { path: `schemas/samples/${file}.json`, text: json(sampleOf(event)) },
  };
}

function schemaOf({ name, source }: EventToMake): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `${name}V1`,
    description: `${sentence(name)}: say here in one sentence what has happened.`,
    'x-source': source,
    'x-detail-type': name,
    'x-published': `By ${source}: say here when.`,
    type: 'object',
    required: ['metadata', 'data'],
    properties: {
      metadata: {
        description: 'Metadata that every event of this system has.',
        type: 'object',
        required: ['schemaVersion', 'eventId', 'correlationId'],
        properties: {
          schemaVersion: {
            description:
              'Version of this contract. A change that breaks readers gets the next number and its own schema.',
            const: 1,
          },
          eventId: text('Identity of the fact, the same on every retry and replay.'),
          correlationId: text('The eventId of the registration that started it all.'),
          causationId: text('The eventId of the event that caused this one. Absent if none did.'),
          replayName: text(
            'Name of the replay, or of another repair, that caused this event: copied from its cause. Absent when the fact is published for the first time.',
          ),
        },
      },
      data: {
        description: 'Only ids and times, because events are archived and must not hold personal data.',
        type: 'object',
        required: ['userId', 'occurredAt'],
        properties: {
          userId: {
            description:
              'The user: the partition key of their row, exactly as signed up. At most 2048 characters, because a DynamoDB partition key has at most 2048 bytes of UTF-8.',
            type: 'string',
            minLength: 1,
            maxLength: 2048,
          },
          occurredAt: {
            description:
              'When it happened, in whole seconds since the Unix epoch (UTC). Ends with the year 9999, so a time in milliseconds is refused.',
            type: 'integer',
            minimum: 0,
            maximum: 253402300799,
          },
        },
      },
    },
  };
}

function text(description: string): object {
  return { description, type: 'string', minLength: 1 };
}

function sampleOf({ name, source }: EventToMake): object {
  return {
    version: '0',
    id: '45c48cce-2e2d-4fbd-9e3a-b1c2d3e4f506',
    'detail-type': name,
    source,
    account: '123456789012',
    time: DELIVERED_AT,
    region: 'us-east-1',
    resources: [],
    detail: {
      metadata: {
        schemaVersion: 1,
        eventId: `${REGISTRATION_ID}:${name}`,
        correlationId: REGISTRATION_ID,
        causationId: REGISTRATION_ID,
      },
      data: { userId: 'u42', occurredAt: HAPPENED_AT },
    },
  };
}

/** `UserVerified` is "User verified". */
function sentence(name: string): string {
  const words = eventWords(name).join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** JSON as the formatter lays it out: short lists on one line. */
function json(value: object): string {
  const oneLine = (_: string, items: string) => `[${items.trim().split(/,\s+/).join(', ')}]`;
  return `${JSON.stringify(value, null, 2).replaceAll(/\[\n([^[\]{}]*)\]/g, oneLine)}\n`;
}
