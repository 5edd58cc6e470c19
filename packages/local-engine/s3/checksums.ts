import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { invalidRequest, notImplemented } from './errors.ts';

/** The algorithms that the engine computes. */
export const ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'MD5', 'SHA1', 'SHA256', 'SHA512'] as const;
export type ChecksumAlgorithm = (typeof ALGORITHMS)[number];

/** Algorithms that only S3 has. */
const REFUSED = ['XXHASH64', 'XXHASH3', 'XXHASH128'];

/** Of the whole object, or of the checksums of its parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; a composite one ends with the number of parts. */
  readonly value: string;
  readonly type: ChecksumType;
}

/** Bytes of each algorithm's value. */
const LENGTHS: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  MD5: 16,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
};

/** The algorithm where a client names none. Source: S3 user guide, checking object integrity. */
export const DEFAULT_ALGORITHM: ChecksumAlgorithm = 'CRC64NVME';

export function headerOf(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** Name of the element in a document, such as `ChecksumCRC32`. */
export function elementOf(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

/** @throws AwsError for an algorithm that S3 or the engine does not have */
export function parseAlgorithm(text: string): ChecksumAlgorithm {
  const wanted = text.toUpperCase();
  const found = ALGORITHMS.find((algorithm) => algorithm === wanted);
  if (found !== undefined) return found;
  if (REFUSED.includes(wanted)) throw notImplemented(`checksums by ${wanted}`);
  const valid = ALGORITHMS.join(', ');
  throw invalidRequest(
    `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${valid}]`,
  );
}

/** A checksum that a client sent, in base64. @throws AwsError for a text that cannot be one */
export function checkedValue(algorithm: ChecksumAlgorithm, value: string): string {
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(value);
  if (isBase64 && Buffer.from(value, 'base64').length === LENGTHS[algorithm]) return value;
  throw invalidRequest(`Value for ${headerOf(algorithm)} header is invalid.`);
}

/** Their checksum of a whole can be made from those of its parts. Source: S3 user guide, checking integrity. */
const OF_WHOLE_OBJECTS: ReadonlySet<ChecksumAlgorithm> = new Set(['CRC32', 'CRC32C', 'CRC64NVME']);

/** How the checksum of the whole is made. @throws AwsError for a type that the algorithm does not have */
export function checksumTypeFor(algorithm: ChecksumAlgorithm | undefined, named: string | undefined): ChecksumType {
  if (algorithm === undefined) {
    if (named === undefined) return 'FULL_OBJECT';
    throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
  }
  const type = named ?? (algorithm === DEFAULT_ALGORITHM ? 'FULL_OBJECT' : 'COMPOSITE');
  if (type !== 'FULL_OBJECT' && type !== 'COMPOSITE') {
    throw invalidRequest('Value for x-amz-checksum-type header is invalid.');
  }
  const isLegal = type === 'FULL_OBJECT' ? OF_WHOLE_OBJECTS.has(algorithm) : algorithm !== DEFAULT_ALGORITHM;
  if (isLegal) return type;
  throw invalidRequest(
    `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
  );
}

/** Checksum of bytes that come in chunks, base64. */
export function checksumOf(algorithm: ChecksumAlgorithm, chunks: Iterable<Uint8Array>): string {
  switch (algorithm) {
    case 'CRC32':
      return word(fold(chunks, 0, (state, chunk) => crc32(chunk, state)));
    case 'CRC32C':
      return word(~fold(chunks, ~0, crc32c) >>> 0);
    case 'CRC64NVME':
      return crc64Nvme(chunks);
    default: {
      const hash = createHash(algorithm.toLowerCase());
      for (const chunk of chunks) hash.update(chunk);
      return hash.digest('base64');
    }
  }
}

function fold(chunks: Iterable<Uint8Array>, start: number, add: (state: number, chunk: Uint8Array) => number): number {
  let state = start;
  for (const chunk of chunks) state = add(state, chunk);
  return state;
}

function word(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes.toString('base64');
}

/** Castagnoli's polynomial, reflected. Source: RFC 3720, appendix B.4. */
const CRC32C_POLYNOMIAL = 0x82f63b78;
let crc32cTable: Uint32Array | undefined;

function crc32c(state: number, bytes: Uint8Array): number {
  crc32cTable ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ CRC32C_POLYNOMIAL : value >>> 1;
    return value >>> 0;
  });
  const table = crc32cTable;
  let crc = state;
  // An index, since an iterator costs ten times as much here.
  for (let index = 0; index < bytes.length; index++) {
    crc = (table[(crc ^ (bytes[index] as number)) & 0xff] as number) ^ (crc >>> 8);
  }
  return crc;
}

/** Reflected polynomial of CRC-64/NVME. Source: NVM Express NVM command set specification 1.0, section 5.2.1.3.4. */
const CRC64_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;
/** Both halves of each entry: numbers of 64 bits would cost twenty times as much. */
let crc64Tables: { readonly high: Uint32Array; readonly low: Uint32Array } | undefined;

function crc64Nvme(chunks: Iterable<Uint8Array>): string {
  crc64Tables ??= makeCrc64Tables();
  const { high: highs, low: lows } = crc64Tables;
  let high = ~0;
  let low = ~0;
  for (const chunk of chunks) {
    for (let index = 0; index < chunk.length; index++) {
      const entry = (low ^ (chunk[index] as number)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (lows[entry] as number);
      high = (high >>> 8) ^ (highs[entry] as number);
    }
  }
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(~high >>> 0, 0);
  bytes.writeUInt32BE(~low >>> 0, 4);
  return bytes.toString('base64');
}

function makeCrc64Tables() {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ CRC64_POLYNOMIAL : value >> 1n;
    high[byte] = Number(value >> 32n);
    low[byte] = Number(value & 0xffffffffn);
  }
  return { high, low };
}
