import { AwsError } from '../core/aws-error.ts';
import { type Checksum, headerOf } from './checksums.ts';
import { headerNotImplemented, invalidArgument, invalidRequest } from './errors.ts';
import type { ObjectProperties, StoredObject } from './object-store.ts';
import { contentEncoding } from './payload.ts';
import type { S3Request } from './request.ts';
import { tagsOfHeader } from './tags.ts';

type Headers = S3Request['headers'];

const PLAIN = ['cache-control', 'content-disposition', 'content-language', 'content-type', 'expires'];

/** Headers that an object keeps, besides its metadata and its content encoding. */
const KEPT = [...PLAIN, 'x-amz-website-redirect-location'];

/** The content type of an object that is sent without one. */
const DEFAULT_TYPE = 'binary/octet-stream';

/** Source: S3 user guide, object metadata: 2 KB, names and values together. */
const MOST_METADATA_BYTES = 2048;
const METADATA = 'x-amz-meta-';

/** Of general purpose buckets. Source: S3 user guide, storage classes. */
export const STORAGE_CLASSES: ReadonlySet<string> = new Set(
  'STANDARD REDUCED_REDUNDANCY STANDARD_IA ONEZONE_IA INTELLIGENT_TIERING GLACIER DEEP_ARCHIVE GLACIER_IR'.split(' '),
);

/** Objects of these classes must be restored before they can be read. */
const ARCHIVED = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Properties of a new object, from the headers of its request. @throws AwsError for headers that S3 or the engine refuses */
export function newProperties(headers: Headers): Omit<ObjectProperties, 'checksum'> {
  checkSupported(headers);
  return {
    headers: keptHeaders(headers),
    tags: tagsOfHeader(headers['x-amz-tagging']),
    storageClass: storageClassOf(headers),
  };
}

/** @throws AwsError MetadataTooLarge */
function keptHeaders(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = { 'content-type': headers['content-type'] || DEFAULT_TYPE };
  const encoding = contentEncoding(headers);
  if (encoding !== undefined) kept['content-encoding'] = encoding;
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    if (KEPT.includes(name) && value !== '') kept[name] = value;
    if (!name.startsWith(METADATA)) continue;
    kept[name] = value;
    bytes += name.length - METADATA.length + value.length;
  }
  if (bytes > MOST_METADATA_BYTES) {
    throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', 400, {
      Size: bytes,
      MaxSizeAllowed: MOST_METADATA_BYTES,
    });
  }
  return kept;
}

/** @throws AwsError InvalidStorageClass */
function storageClassOf(headers: Headers): string {
  const wanted = headers['x-amz-storage-class'] ?? 'STANDARD';
  if (STORAGE_CLASSES.has(wanted)) return wanted;
  throw new AwsError('InvalidStorageClass', 'The storage class you specified is not valid', 400, {
    StorageClassRequested: wanted,
  });
}

/** @throws AwsError InvalidObjectState for an object in an archive */
export function checkReadable({ properties: { storageClass } }: StoredObject): void {
  if (!ARCHIVED.has(storageClass)) return;
  const message = "The operation is not valid for the object's storage class";
  throw new AwsError('InvalidObjectState', message, 403, { StorageClass: storageClass });
}

/** Encryption by S3's own keys, which every object has. */
const ENCRYPTION = 'x-amz-server-side-encryption';
export const ENCRYPTED = { [ENCRYPTION]: 'AES256' } as const;

/** What the engine does not have is refused before it keeps anything, so that no object lacks a part of its request. */
function checkSupported(headers: Headers): void {
  const encryption = headers[ENCRYPTION];
  if (encryption !== undefined && encryption !== 'AES256') {
    if (encryption.startsWith('aws:')) throw headerNotImplemented(ENCRYPTION);
    throw invalidArgument('The encryption method specified is not supported', ENCRYPTION, encryption);
  }
  if (Object.keys(headers).some((name) => name.startsWith('x-amz-object-lock-'))) {
    throw invalidRequest('Bucket is missing Object Lock Configuration');
  }
  const other = Object.keys(headers).find(
    (name) =>
      name.startsWith(`${ENCRYPTION}-`) || name.startsWith('x-amz-grant-') || name === 'x-amz-write-offset-bytes',
  );
  if (other !== undefined) throw headerNotImplemented(other);
}

export function checksumHeaders({ algorithm, value, type }: Checksum): Record<string, string> {
  return { [headerOf(algorithm)]: value, 'x-amz-checksum-type': type };
}

/** Headers of the answer that a client can choose with `response-…` parameters. Source: S3 API reference, GetObject. */
const OVERRIDABLE = [...PLAIN, 'content-encoding'];

/** Headers of an answer about an object. @throws AwsError for an override that cannot be a header */
export function objectHeaders({ etag, modifiedAt, properties }: StoredObject, query: URLSearchParams) {
  const { headers, storageClass } = properties;
  return {
    ...headers,
    ...overrides(query),
    etag,
    'last-modified': new Date(modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
    ...ENCRYPTED,
    ...(storageClass !== 'STANDARD' && { 'x-amz-storage-class': storageClass }),
  };
}

function overrides(query: URLSearchParams): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of OVERRIDABLE) {
    const parameter = `response-${name}`;
    const value = query.get(parameter);
    if (value === null) continue;
    if ([...value].some(isControl)) {
      throw invalidArgument('Header value cannot be represented using ISO-8859-1.', parameter, value);
    }
    // As bytes of UTF-8, as headers are sent.
    found[name] = Buffer.from(value, 'utf8').toString('latin1');
  }
  return found;
}

/** Characters that a header cannot contain. */
function isControl(character: string): boolean {
  return (character < ' ' && character !== '\t') || character === '\x7f';
}
