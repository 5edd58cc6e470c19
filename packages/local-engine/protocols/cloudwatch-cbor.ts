import { createRequire } from 'node:module';
import { checkCborForm } from './cbor-form.ts';

type Codec = typeof import('@smithy/core/cbor');

/** The codec of the AWS SDKs: loaded when a client speaks CBOR, which most do not. */
const codec = (): Codec => createRequire(import.meta.url)('@smithy/core/cbor');

/** What a CBOR message says, with its times as dates. @throws Error for bytes that are no CBOR */
export function decodeCbor(bytes: Uint8Array): unknown {
  checkCborForm(bytes);
  const { cbor, tagSymbol } = codec();
  return mapMembers(cbor.deserialize(bytes), (value) => {
    const { [tagSymbol]: isTag, value: seconds } = value as { [tagSymbol]?: true; value?: number };
    return isTag ? new Date(Number(seconds) * 1000) : undefined;
  });
}

/** What JSON could hold, and dates, as CBOR. Members that are undefined are left out. */
export function encodeCbor(value: object): Buffer {
  const { cbor, dateToTag } = codec();
  const tagged = mapMembers(value, (inner) => (inner instanceof Date ? dateToTag(inner) : undefined));
  // The codec writes into a buffer that it uses again.
  return Buffer.from(cbor.serialize(tagged));
}

/** A copy with some objects replaced, at every depth. @param replace gives undefined for one that stays */
function mapMembers(value: unknown, replace: (value: object) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const replaced = replace(value);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) return value.map((item) => mapMembers(item, replace));
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(members.map(([name, inner]) => [name, mapMembers(inner, replace)]));
}
