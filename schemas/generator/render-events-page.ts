import { describeFields, type FieldDescription } from './describe-fields.ts';
import { envelopeSchema } from './envelope-schema.ts';
import { HEADER } from './header.ts';
import { markdownTable } from './markdown-table.ts';
import type { EventSchema } from './read-event-schemas.ts';
import type { EventSample } from './read-samples.ts';
import { rulePattern } from './rule-pattern.ts';

/**
 * Renders the page that tells people of every event, for the folder `docs/`.
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
    `What is said on the bus: by whom, when, and in which words. The same for tools, as AsyncAPI:
[events.asyncapi.json](events.asyncapi.json). How to listen: [Adding a subscriber](adding-a-subscriber.md).`,
    markdownTable(['event', 'version', 'source', 'what it says'], rows),
    '## What all events share',
    `Every event is delivered at least once, in no certain order, and may come again: after a retry, or from the archive.
What makes it the same event is \`detail.metadata.eventId\`.`,
    `A queue gets the event whole. EventBridge writes the envelope; what the producer says is \`detail\`, in two halves:
\`metadata\`, which all events have, and \`data\`.`,
    fieldTable(envelopeFields(events)),
    '### Versions',
    `\`detail.metadata.schemaVersion\` is the version of an event's contract. Within a version, events may gain optional
fields, and change in no other way: **pass over fields that you do not know**. Whatever would break a reader is a new
version, with a schema of its own, and both are published until no reader is left on the old one.
The rules, and how they are kept: [Event contracts](../schemas/README.md#changing-an-event).`,
  ];
}

/** The envelope's fields, as they are for every event. */
function envelopeFields([anyEvent]: readonly EventSchema[]): FieldDescription[] {
  if (!anyEvent) return [];
  return describeFields(envelopeSchema(anyEvent, '')).map((field) => {
    if (field.path === 'detail') return { ...field, type: 'object', meaning: 'What the event says: the tables below.' };
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
