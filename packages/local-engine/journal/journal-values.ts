import { isObject } from '../core/json-text.ts';
import type { JournalEntry } from './journal.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fields of entries that hold what clients and functions have sent, on every hop. */
const PAYLOADS: ReadonlySet<string> = new Set(['detail', 'body', 'result']);

/** In the place of a text. */
const LEFT_OUT = 'left out, since the journal keeps types only';

/** Members of an event's envelope that say nothing about a person. Source: EventBridge events reference. */
const ENVELOPE = ['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'replay-name'];

/** Ids as AWS and the event contracts make them (UUIDs, digests), by which entries belong together; times; names of resources. */
const KEPT =
  /^(?:[0-9a-f]{32,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|arn:aws[a-z-]*:\S+|s3:\/\/\S+)$/i;

/**
 * An entry without the values that are in rows, messages, events, answers and error messages: of each there are its keys and
 * the types of its values. Row keys, ids, times and names of AWS resources stay, so that a registration can be followed.
 * Log lines stay as functions wrote them.
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

/** Of an item in DynamoDB's typed JSON: `{ email: { S: 'a@b' } }` is `{ email: 'S' }`. */
function attributeTypes(item: unknown): unknown {
  if (!isObject(item)) return typeOf(item);
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => {
      const [type, inner] = Object.entries(value as object)[0] ?? [];
      return [name, isKept(inner) ? value : type];
    }),
  );
}

/** Stays a text: a body is JSON, and what is no JSON has no keys. */
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

/** No text itself, so that no reader takes it for the value. A text's length helps where something is too large or empty. */
function typeOf(value: unknown): Fields {
  if (typeof value === 'string') return { type: 'string', length: value.length };
  return { type: value === null ? 'null' : typeof value };
}
