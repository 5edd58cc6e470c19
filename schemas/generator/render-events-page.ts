import { isJsonObject } from '../event-contract.ts';
import { envelopeSchema, rulePattern } from './envelope-schema.ts';
import { markdownTable } from './markdown-table.ts';
import { type EventSchema, HEADER, type JsonSchema } from './read-event-schemas.ts';
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

/** One field of an event, as the page's table shows it. */
export interface FieldDescription {
  /** `data.userId`; `data.lines[]` for what an array holds. */
  readonly path: string;
  /** `string`, `string or null`, `array of string`, `any` */
  readonly type: string;
  /** What its schema requires besides the type, in Markdown; may be empty. */
  readonly limits: string;
  /** Whether it is always there when its parent is. */
  readonly required: boolean;
  /** The schema's `description`; empty for none. */
  readonly meaning: string;
}

/** Describes every field that an object's schema names, parents before their fields. */
export function describeFields(root: JsonSchema): FieldDescription[] {
  return fieldsOf(root, '');

  function fieldsOf(schema: JsonSchema, path: string): FieldDescription[] {
    const required = Array.isArray(schema.required) ? schema.required : [];
    return Object.entries(isJsonObject(schema.properties) ? schema.properties : {}).flatMap(([name, field]) =>
      describe(resolve(field, root), path === '' ? name : `${path}.${name}`, required.includes(name)),
    );
  }

  function describe(schema: JsonSchema, path: string, required: boolean): FieldDescription[] {
    const items = isJsonObject(schema.items) ? resolve(schema.items, root) : undefined;
    const itemType = items && typeOf(items);
    const field: FieldDescription = {
      path,
      type: itemType && typeOf(schema) === 'array' ? `array of ${itemType}` : typeOf(schema),
      limits: limitsOf(schema),
      required,
      meaning: String(schema.description ?? ''),
    };
    // An item gets its own line if the array's line cannot hold everything.
    const itemHasMore = items && (items.properties || items.items || items.description || limitsOf(items) !== '');
    return [field, ...fieldsOf(schema, path), ...(itemHasMore ? describe(items, `${path}[]`, true) : [])];
  }
}

/** The target of a `$ref` into `$defs`, together with the keywords beside it. */
function resolve(schema: unknown, root: JsonSchema): JsonSchema {
  if (!isJsonObject(schema)) return {};
  const { $ref, ...beside } = schema;
  if (typeof $ref !== 'string') return schema;
  const definitions = isJsonObject(root.$defs) ? root.$defs : {};
  return { ...resolve(definitions[$ref.replace('#/$defs/', '')], root), ...beside };
}

function typeOf({ type, const: only }: JsonSchema): string {
  if (type !== undefined) return [type].flat().join(' or ');
  if (only === undefined || only === null) return 'any';
  return Number.isInteger(only) ? 'integer' : typeof only;
}

/** Keywords that are no limits, or that other columns and lines show. */
const NO_LIMITS = ['type', 'description', 'title', '$comment', 'examples', 'properties', 'required', 'items', '$defs'];

/** Keywords that make one phrase together. */
const RANGES: readonly { least: string; most: string; of: string }[] = [
  { least: 'minLength', most: 'maxLength', of: 'characters' },
  { least: 'minimum', most: 'maximum', of: '' },
  { least: 'minItems', most: 'maxItems', of: 'items' },
  { least: 'minProperties', most: 'maxProperties', of: 'fields' },
];

function limitsOf(schema: JsonSchema): string {
  const handled = new Set(NO_LIMITS);
  const ranges = RANGES.map(({ least, most, of }) => {
    handled.add(least).add(most);
    return rangeOf(schema[least], schema[most], of);
  });
  const others = Object.entries(schema)
    .filter(([keyword]) => !handled.has(keyword))
    .map(([keyword, value]) => phraseOf(keyword, value));
  return [...ranges, ...others].filter((phrase) => phrase !== '').join('; ');
}

function rangeOf(least: unknown, most: unknown, of: string): string {
  const counted = (limit: unknown) => (of === '' ? `${limit}` : `${limit} ${limit === 1 ? of.slice(0, -1) : of}`);
  if (least !== undefined && most !== undefined) return least === most ? counted(most) : `${least} to ${counted(most)}`;
  if (least !== undefined) return `at least ${counted(least)}`;
  return most === undefined ? '' : `at most ${counted(most)}`;
}

function phraseOf(keyword: string, value: unknown): string {
  switch (keyword) {
    case 'const':
      return `always ${code(value)}`;
    case 'enum':
      return `one of ${(value as unknown[]).map(code).join(', ')}`;
    case 'exclusiveMinimum':
      return `more than ${value}`;
    case 'exclusiveMaximum':
      return `less than ${value}`;
    case 'pattern':
      return `matches \`${value}\``;
    case 'deprecated':
      return value === true ? 'deprecated' : '';
    default:
      return `\`${keyword}\` ${code(value)}`;
  }
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}
