import { createRequire } from 'node:module';
import { MOST_LEVELS } from '../core/json-text.ts';

/** Kinds of items, by the first three bits. Source: RFC 8949, section 3.1. */
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const LIST = 4;
const MAP = 5;
const TAG = 6;
const SIMPLE = 7;

const INDEFINITE = 31;
const BREAK = 0xff;

/** The tag of seconds since the Unix epoch, the only one in AWS's requests. Source: Smithy, RPC v2 CBOR protocol, timestamps. */
const TIME = 1;

/**
 * Refuses bytes that are not exactly one CBOR item, before the SDKs' codec reads them. The codec trusts every length, follows every
 * level by recursion, prints a stack for numbers that JavaScript cannot hold, and needs minutes for a number of 100 KB (tag 2).
 * Source: RFC 8949, sections 3 and 5.3.1.
 * @throws Error
 */
export function checkCborForm(bytes: Uint8Array): void {
  const end = endOfItem(bytes, 0, 0);
  if (end !== bytes.length) throw new Error('there is more than one item');
}

/** The end of the item that starts at an index. */
function endOfItem(bytes: Uint8Array, at: number, level: number): number {
  if (level > MOST_LEVELS) throw new Error(`it is nested deeper than ${MOST_LEVELS} levels`);
  const [kind, length, start] = headOf(bytes, at);
  if (kind === BYTES || kind === TEXT) {
    if (length === undefined) return endOfPieces(bytes, start, kind);
    return within(bytes, start + length);
  }
  if (kind === TAG && length !== TIME) throw new Error(`there is a tag ${length}`);
  if (kind === TAG) {
    within(bytes, start + 1);
    if (!isNumber(bytes[start] ?? 0)) throw new Error('a time is not a number of seconds');
    return endOfItem(bytes, start, level + 1);
  }
  if (kind !== LIST && kind !== MAP) return start;
  const items = (length ?? Number.POSITIVE_INFINITY) * (kind === MAP ? 2 : 1);
  let next = start;
  for (let item = 0; item < items; item++) {
    if (length === undefined && bytes[next] === BREAK) return next + 1;
    // The codec takes whatever stands there for a text, and any number in it for a length.
    if (kind === MAP && item % 2 === 0) checkKind(bytes, next, TEXT);
    next = endOfItem(bytes, next, level + 1);
  }
  return next;
}

/** @throws Error for an item of another kind */
function checkKind(bytes: Uint8Array, at: number, kind: number): void {
  within(bytes, at + 1);
  if ((bytes[at] ?? 0) >> 5 !== kind)
    throw new Error(`there is no ${kind === TEXT ? 'text' : 'list of bytes'} where one must be`);
}

/** Whether an item that begins so is a whole number, or a floating point number of any size. */
function isNumber(first: number): boolean {
  return first >> 5 <= NEGATIVE || (first >= 0xf9 && first <= 0xfb);
}

/** The end of a text or bytes that come in pieces. */
function endOfPieces(bytes: Uint8Array, start: number, kind: number): number {
  let next = start;
  while (bytes[next] !== BREAK) {
    checkKind(bytes, next, kind);
    const [, length, content] = headOf(bytes, next);
    if (length === undefined) throw new Error('a piece of a text has pieces');
    next = within(bytes, content + length);
  }
  return next + 1;
}

/** The kind of an item, its number or length (none for an indefinite one), and the start of its content. */
function headOf(bytes: Uint8Array, at: number): [kind: number, length: number | undefined, start: number] {
  within(bytes, at + 1);
  const first = bytes[at] ?? 0;
  const [kind, info] = [first >> 5, first & 0x1f];
  if (info < 24) return [kind, info, at + 1];
  if (info === INDEFINITE && kind >= BYTES && kind <= MAP) return [kind, undefined, at + 1];
  if (info > 27) throw new Error(`no item starts with the byte ${first}`);
  const size = 2 ** (info - 24);
  const start = within(bytes, at + 1 + size);
  let length = 0;
  for (const byte of bytes.subarray(at + 1, start)) length = length * 256 + byte;
  // The eight bytes of a floating point number are not a length.
  if (kind !== SIMPLE && length > Number.MAX_SAFE_INTEGER - (kind === NEGATIVE ? 1 : 0)) {
    throw new Error('a number is too large');
  }
  return [kind, length, start];
}

function within(bytes: Uint8Array, end: number): number {
  if (end <= bytes.length) return end;
  throw new Error('it ends too early');
}

type Codec = typeof import('@smithy/core/cbor');

/** The codec of the AWS SDKs, loaded at the first request in CBOR: most clients send none. */
const codec = (): Codec => createRequire(import.meta.url)('@smithy/core/cbor');

/** Decodes a message, with its times as dates. @throws Error for bytes that are not CBOR */
export function decodeCbor(bytes: Uint8Array): unknown {
  checkCborForm(bytes);
  const { cbor, tagSymbol } = codec();
  return mapMembers(cbor.deserialize(bytes), (value) => {
    const { [tagSymbol]: isTag, value: seconds } = value as { [tagSymbol]?: true; value?: number };
    return isTag ? new Date(Number(seconds) * 1000) : undefined;
  });
}

/** Encodes JSON values and dates. Undefined members are left out. */
export function encodeCbor(value: object): Buffer {
  const { cbor, dateToTag } = codec();
  const tagged = mapMembers(value, (inner) => (inner instanceof Date ? dateToTag(inner) : undefined));
  // The codec reuses its buffer.
  return Buffer.from(cbor.serialize(tagged));
}

/** A copy with some objects replaced, at every depth. @param replace returns undefined for an object that stays */
function mapMembers(value: unknown, replace: (value: object) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const replaced = replace(value);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) return value.map((item) => mapMembers(item, replace));
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(members.map(([name, inner]) => [name, mapMembers(inner, replace)]));
}
