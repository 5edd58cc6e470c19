/** Bytes that are no CBOR, or of a kind that AWS's protocol does not have. */
export class CborError extends Error {
  override readonly name = 'CborError';
}

/** Major types. Source: RFC 8949, section 3.1. */
const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;

const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const UNDEFINED = 0xf7;
const HALF = 0xf9;
const FLOAT = 0xfa;
const DOUBLE = 0xfb;
const BREAK = 0xff;

/** The tag of a time, in seconds since the Unix epoch. */
const EPOCH = 1;
const INDEFINITE = 31;

/** Values within values; no request of AWS's comes near it. */
const DEEPEST = 100;

/** Writes what JSON could hold, and dates, as CBOR. Members that are undefined are left out. */
export function encodeCbor(value: unknown): Buffer {
  if (value === null) return Buffer.from([NULL]);
  if (typeof value === 'boolean') return Buffer.from([value ? TRUE : FALSE]);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? integer(value) : double(value);
  if (typeof value === 'string') return Buffer.concat([head(TEXT, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Date) return Buffer.concat([head(TAG, EPOCH), double(value.getTime() / 1000)]);
  if (Array.isArray(value)) return Buffer.concat([head(ARRAY, value.length), ...value.map(encodeCbor)]);
  if (typeof value !== 'object') throw new CborError(`A ${typeof value} cannot be written as CBOR.`);
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Buffer.concat([head(MAP, members.length), ...members.flat().map(encodeCbor)]);
}

function integer(value: number): Buffer {
  return value < 0 ? head(NEGATIVE, -1 - value) : head(UNSIGNED, value);
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = DOUBLE;
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

/** A major type with its argument, in as few bytes as it takes. */
function head(major: number, argument: number): Buffer {
  const type = major << 5;
  if (argument < 24) return Buffer.from([type | argument]);
  if (argument < 0x100) return Buffer.from([type | 24, argument]);
  const bytes = Buffer.alloc(argument < 0x10000 ? 3 : argument < 0x100000000 ? 5 : 9);
  if (bytes.length === 3) bytes.writeUInt16BE(argument, 1);
  else if (bytes.length === 5) bytes.writeUInt32BE(argument, 1);
  else bytes.writeBigUInt64BE(BigInt(argument), 1);
  bytes[0] = type | { 3: 25, 5: 26, 9: 27 }[bytes.length as 3 | 5 | 9];
  return bytes;
}

/** Reads one value. Times become dates, other tags are left away. @throws CborError */
export function decodeCbor(bytes: Buffer): unknown {
  const reader = new Reader(bytes);
  const value = reader.value();
  if (reader.isAtEnd) return value;
  throw new CborError('There are bytes behind the value.');
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  #depth = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(): unknown {
    if (++this.#depth > DEEPEST) throw new CborError(`More than ${DEEPEST} values stand within each other.`);
    const value = this.#value(this.#take(1).readUInt8());
    this.#depth -= 1;
    return value;
  }

  #value(first: number): unknown {
    const major = first >> 5;
    const size = first & 0x1f;
    switch (major) {
      case UNSIGNED:
        return this.#argument(size);
      case NEGATIVE:
        return -1 - this.#argument(size);
      case BYTES:
        return this.#string(size);
      case TEXT:
        return this.#string(size).toString('utf8');
      case ARRAY:
        return this.#items(size, () => this.value());
      case MAP:
        return Object.fromEntries(this.#items(size, () => [String(this.value()), this.value()]));
      case TAG:
        return this.#argument(size) === EPOCH ? new Date(Number(this.value()) * 1000) : this.value();
      default:
        return this.#simple(first);
    }
  }

  #simple(first: number): unknown {
    switch (first) {
      case FALSE:
        return false;
      case TRUE:
        return true;
      case NULL:
        return null;
      case UNDEFINED:
        return undefined;
      case HALF:
        return half(this.#take(2).readUInt16BE());
      case FLOAT:
        return this.#take(4).readFloatBE();
      case DOUBLE:
        return this.#take(8).readDoubleBE();
      default:
        throw new CborError(`The byte ${first} begins no value.`);
    }
  }

  #argument(size: number): number {
    if (size < 24) return size;
    if (size === 24) return this.#take(1).readUInt8();
    if (size === 25) return this.#take(2).readUInt16BE();
    if (size === 26) return this.#take(4).readUInt32BE();
    if (size === 27) return Number(this.#take(8).readBigUInt64BE());
    throw new CborError(`There is no argument of the kind ${size}.`);
  }

  #string(size: number): Buffer {
    if (size !== INDEFINITE) return this.#take(this.#argument(size));
    return Buffer.concat(this.#items(size, () => this.#string(this.#take(1).readUInt8() & 0x1f)));
  }

  #items<T>(size: number, read: () => T): T[] {
    const items: T[] = [];
    const count = size === INDEFINITE ? Number.POSITIVE_INFINITY : this.#argument(size);
    while (items.length < count) {
      if (size === INDEFINITE && this.#bytes[this.#at] === BREAK) {
        this.#at += 1;
        return items;
      }
      items.push(read());
    }
    return items;
  }

  #take(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw new CborError('The bytes end in the middle of a value.');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

/** Source: RFC 8949, appendix D. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (mantissa + 1024) * 2 ** (exponent - 25);
}
