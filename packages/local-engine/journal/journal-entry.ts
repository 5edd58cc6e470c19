import { isObject } from '../core/json-text.ts';

/** The kinds of entries, in the order in which an event passes through them. */
export type Hop =
  | 'stream-record'
  | 'pipe-filter'
  | 'pipe-delivery'
  | 'pipe-dlq'
  | 'pipe-log'
  | 'event'
  | 'archived'
  | 'replay'
  | 'rule'
  | 'rule-delivery'
  | 'rule-dlq'
  | 'batch'
  | 'invocation'
  | 'message'
  | 'redriven-to-dlq'
  | 'message-deleted'
  | 'message-move'
  | 'log'
  | 'api-call'
  | 'denied'
  | 'refused'
  | 'bug'
  | 'fault'
  | 'pipe-state'
  | 'lab'
  | 'resource';

export interface JournalEntry {
  /** 1 for the first entry, without gaps. */
  readonly sequence: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly hop: Hop;
  /** What happened; the fields depend on the hop. */
  readonly [field: string]: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** Fields that hold what clients and functions have sent. */
const PAYLOADS: ReadonlySet<string> = new Set(['detail', 'body', 'result']);

/** In place of a text. */
const LEFT_OUT = 'left out, since the journal keeps types only';

/** Members of an event's envelope that say nothing about a person. Source: EventBridge events reference. */
const ENVELOPE = ['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'replay-name'];

/** Ids (UUIDs, digests), which show what belongs together; times; names of resources. */
const KEPT =
  /^(?:[0-9a-f]{32,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|arn:aws[a-z-]*:\S+|s3:\/\/\S+)$/i;

/**
 * An entry with keys and types in place of the values of rows, messages, events, answers and error messages. Row keys, ids,
 * times and names of AWS resources stay, so that one event can be followed. Log lines stay as functions wrote them.
 */
export function withoutValues(entry: JournalEntry): JournalEntry {
  const fields = Object.entries(entry).map(([name, value]): [string, unknown] => {
    if (value === undefined) return [name, value];
    if (name === 'newImage') return [name, attributeTypes(value)];
    if (name === 'message') return [name, LEFT_OUT];
    return [name, PAYLOADS.has(name) ? payloadTypes(value) : value];
  });
  return Object.fromEntries(fields) as unknown as JournalEntry;
}

/** The types in an item of DynamoDB's typed JSON: `{ email: { S: 'a@b' } }` becomes `{ email: 'S' }`. */
function attributeTypes(item: unknown): unknown {
  if (!isObject(item)) return typeOf(item);
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => {
      const [type, inner] = Object.entries(value as object)[0] ?? [];
      return [name, isKept(inner) ? value : type];
    }),
  );
}

/** A text that is JSON stays a text, of the types in it. */
function payloadTypes(value: unknown): unknown {
  if (typeof value !== 'string') return types(value);
  try {
    return JSON.stringify(types(JSON.parse(value)));
  } catch {
    return LEFT_OUT;
  }
}

function types(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(types);
  if (!isObject(value)) return isKept(value) ? value : typeOf(value);
  const isEnvelope = 'detail-type' in value && 'detail' in value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isEnvelope && ENVELOPE.includes(name) ? inner : types(inner)]),
  );
}

function isKept(value: unknown): boolean {
  return typeof value === 'string' && KEPT.test(value);
}

/** Not a text, so that it cannot be taken for the value. The length of a text helps if something is too large or empty. */
function typeOf(value: unknown): Fields {
  if (typeof value === 'string') return { type: 'string', length: value.length };
  return { type: value === null ? 'null' : typeof value };
}

/** About how many characters of JSON a field of an entry may have; larger fields are cut. */
export const LARGEST_FIELD = 64 * 1024;

/** Characters kept of each text in a field that is cut: short texts, such as ids, stay whole. */
const TEXT_IN_CUT_FIELD = 1024;

/**
 * Limits the size of an entry's fields, so that the memory of all entries is limited. A field that is cut says so, with its
 * size. Small fields stay the same objects.
 */
export function bounded(fields: Record<string, unknown>): Record<string, unknown> {
  // Nearly always: most fields are short texts.
  if (sizeOf(fields, LARGEST_FIELD) <= LARGEST_FIELD) return fields;
  if (Object.values(fields).every((value) => sizeOf(value, LARGEST_FIELD) <= LARGEST_FIELD)) return fields;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, boundedField(value)]));
}

function boundedField(value: unknown): unknown {
  if (typeof value === 'string') return cutText(value, LARGEST_FIELD);
  return sizeOf(value, LARGEST_FIELD) <= LARGEST_FIELD ? value : cutMembers(value, { left: LARGEST_FIELD });
}

/** About how many characters a value has as JSON. Stops counting after `limit`. */
function sizeOf(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  let size = 2;
  // Not `for in`: over objects of ever other shapes it makes V8 compile this function again and again.
  for (const name of Object.keys(value)) {
    size += name.length + 1 + sizeOf((value as Fields)[name], limit - size);
    if (size > limit) return size;
  }
  return size;
}

/** The members that fit, in their order, with long texts cut. */
function cutMembers(value: unknown, room: { left: number }): unknown {
  if (typeof value !== 'object' || value === null) {
    const cut = typeof value === 'string' ? cutText(value, TEXT_IN_CUT_FIELD) : value;
    room.left -= sizeOf(cut, Number.POSITIVE_INFINITY);
    return cut;
  }
  const members: [string, unknown][] = [];
  const all = Object.entries(value);
  for (const [name, member] of all) {
    room.left -= name.length + 1;
    if (room.left <= 0) break;
    members.push([name, cutMembers(member, room)]);
  }
  const mark = members.length < all.length ? [`… cut: ${all.length} members`] : [];
  if (Array.isArray(value)) return [...members.map(([, member]) => member), ...mark];
  return Object.fromEntries([...members, ...mark.map((text) => [text, true] as const)]);
}

function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… cut: ${text.length} characters`;
}
