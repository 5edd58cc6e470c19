import { describeFields, type FieldDescription } from './describe-fields.ts';
import { envelopeSchema, rulePattern } from './envelope-schema.ts';
import { markdownTable } from './markdown-table.ts';
import { type EventSchema, HEADER } from './read-event-schemas.ts';
import type { EventSample } from './read-samples.ts';

/**
 * Renders the page that documents every event, for the folder `docs/`.
 *
 * @param samples by `schemaName`, the plain one first
 */
export function renderEventsPage(
  events: readonly EventSchema[],
  samples: ReadonlyMap<string, readonly EventSample[]>,
): string {
  const names = [...new Set(events.map(({ detailType }) => detailType))];
  const sections = names.flatMap((name) => [
    `## ${name}`,
    ...events
      .filter(({ detailType }) => detailType === name)
      .toReversed() // the newest first
      .flatMap((event) => versionSection(event, samples.get(event.schemaName) ?? [])),
  ]);
  return `${[`<!-- ${HEADER.replace('// ', '')} -->`, ...introduction(events), ...sections].join('\n\n')}\n`;
}

function introduction(events: readonly EventSchema[]): string[] {
  const rows = events.map(({ detailType, version, source, description }) => [
    `[${detailType}](#${detailType.toLowerCase()}-version-${version})`,
    String(version),
    `\`${source}\``,
    description,
  ]);
  return [
    '# Events',
    `The events on the bus: who publishes each, when, and with which fields. The same for tools, as AsyncAPI:
[events.asyncapi.json](events.asyncapi.json). How to subscribe: [Adding a subscriber](adding-a-subscriber.md).`,
    markdownTable(['event', 'version', 'source', 'what it says'], rows),
    '## What all events share',
    `Every event is delivered at least once, in no particular order. It may be delivered again after a retry or by a replay.
Repeated deliveries have the same \`detail.metadata.eventId\`.`,
    `A queue gets the whole event. EventBridge writes the envelope. The producer writes \`detail\`, which has two parts:
\`metadata\`, the same for all events, and \`data\`.`,
    fieldTable(envelopeFields(events)),
    '### Versions',
    `\`detail.metadata.schemaVersion\` is the version of an event's contract. Within a version, events may only gain optional
fields: **ignore fields that you do not know**. A change that would break a reader becomes a new version with its own
schema, and both are published until no reader uses the old one.
For the rules and how they are checked, see [Event contracts](../schemas/README.md#changing-an-event).`,
  ];
}

/** The envelope's fields, as they are for every event. */
function envelopeFields([anyEvent]: readonly EventSchema[]): FieldDescription[] {
  if (!anyEvent) return [];
  return describeFields(envelopeSchema(anyEvent, '')).map((field) => {
    if (field.path === 'detail')
      return { ...field, type: 'object', meaning: 'The content of the event: see the tables below.' };
    return ['source', 'detail-type'].includes(field.path) ? { ...field, limits: "the event's" } : field;
  });
}

function versionSection(event: EventSchema, [plain, ...others]: readonly EventSample[]): string[] {
  const { detailType, version, source, description, published, fileName, typeName } = event;
  const links = others.map(({ fileName: sample, special }) => `[${special}](../schemas/samples/${sample})`);
  return [
    `### ${detailType}, version ${version}`,
    description,
    [
      `- **Source:** \`${source}\``,
      `- **Detail-type:** \`${detailType}\``,
      ...(published === '' ? [] : [`- **Published:** ${published}`]),
      `- **Contract:** [\`${fileName}\`](../schemas/${fileName}), in TypeScript \`${typeName}\``,
    ].join('\n'),
    fieldTable(describeFields(event.schema)),
    'As it arrives in a queue:',
    `\`\`\`json\n${JSON.stringify(plain?.event, null, 2)}\n\`\`\``,
    ...(links.length === 0 ? [] : [`More samples: ${links.join(', ')}.`]),
    `To subscribe, write \`event: '${detailType}'\` in a [subscription](adding-a-subscriber.md); with \`schemaVersion: ${event.version}\`
it takes this version alone. A rule of your own takes it by the pattern`,
    `\`\`\`json\n${JSON.stringify(rulePattern(event))}\n\`\`\``,
  ];
}

function fieldTable(fields: readonly FieldDescription[]): string {
  return markdownTable(
    ['field', 'type', 'limits', 'always there', 'meaning'],
    fields.map(({ path, type, limits, required, meaning }) => [
      `\`${path}\``,
      type,
      limits,
      required ? 'yes' : 'no',
      meaning,
    ]),
  );
}
