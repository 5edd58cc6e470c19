import { createHash } from 'node:crypto';
import type { Account } from '../core/account.ts';
import { type ApiResponse, xmlResponse } from '../protocols/http.ts';
import { decodeToken, encodeToken } from '../protocols/operations.ts';
import { BEHIND_ALL_KEYS, type ObjectStore, type StoredObject } from './object-store.ts';
import { invalidArgument } from './s3-errors.ts';
import type { S3Request } from './s3-request.ts';
import { optionalXml, s3Document, xml } from './xml-document.ts';

/** Of one page. Source: S3 API reference, ListObjectsV2. */
const MOST_KEYS = 1000;

/** What a list asks for. */
interface KeyQuery {
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  /** Only what stands behind it. */
  readonly after: string;
  readonly limit: number;
}

/** Objects, or prefixes that stand for all objects which they begin, and whether there is more. */
interface KeyPage {
  readonly entries: readonly (StoredObject | string)[];
  readonly isTruncated: boolean;
}

/** One page. It costs as much as it holds: keys that a common prefix stands for are skipped. */
function pageOfKeys(store: ObjectStore, bucket: string, query: KeyQuery): KeyPage {
  const { prefix, delimiter, after, limit } = query;
  if (limit === 0) return { entries: [], isTruncated: false };
  const end = prefix === '' ? BEHIND_ALL_KEYS : behind(prefix);
  const passed = commonPrefix(after, prefix, delimiter);
  let from = later(Buffer.from(prefix), passed === undefined ? behindKey(after) : behind(passed));
  const entries: (StoredObject | string)[] = [];
  for (let jumpsOn = true; jumpsOn; ) {
    jumpsOn = false;
    for (const object of store.range(bucket, from, end)) {
      if (entries.length === limit) return { entries, isTruncated: true };
      const common = commonPrefix(object.key, prefix, delimiter);
      entries.push(common ?? object);
      if (common === undefined) continue;
      from = behind(common);
      jumpsOn = true;
      break;
    }
  }
  return { entries, isTruncated: false };
}

/** The key up to its first delimiter behind the prefix; undefined if there is none. */
export function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '' || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** The first bytes behind everything that begins so: no last byte of UTF-8 is the highest one. */
function behind(prefix: string): Buffer {
  const bytes = Buffer.from(prefix);
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) + 1;
  return bytes;
}

/** The first bytes behind a key. */
function behindKey(key: string): Buffer {
  return key === '' ? Buffer.alloc(0) : Buffer.concat([Buffer.from(key), Buffer.from([0])]);
}

function later(one: Buffer, other: Buffer): Buffer {
  return Buffer.compare(one, other) < 0 ? other : one;
}

/** Source: S3 API reference, ListObjects; answers recorded on AWS. @throws AwsError */
export function listObjects(store: ObjectStore, account: Account, { bucket, query }: S3Request): ApiResponse {
  const { asked, encode, encoding } = listParameters(query);
  const marker = query.get('marker') ?? '';
  const { entries, isTruncated } = pageOfKeys(store, bucket, { ...asked, after: marker });
  const last = entries.at(-1);
  const next = isTruncated && asked.delimiter !== '' ? keyOf(last) : undefined;
  return xmlResponse(
    s3Document(
      'ListBucketResult',
      xml('Name', bucket) +
        xml('Prefix', encode(asked.prefix)) +
        xml('Marker', encode(marker)) +
        optionalXml('NextMarker', next === undefined ? undefined : encode(next)) +
        xml('MaxKeys', asked.limit) +
        optionalXml('Delimiter', asked.delimiter === '' ? undefined : encode(asked.delimiter)) +
        xml('IsTruncated', isTruncated) +
        optionalXml('EncodingType', encoding) +
        entriesXml(entries, encode, ownerXml(account)),
    ),
  );
}

/** Source: S3 API reference, ListObjectsV2; answers recorded on AWS. @throws AwsError */
export function listObjectsV2(store: ObjectStore, account: Account, { bucket, query }: S3Request): ApiResponse {
  const { asked, encode, encoding } = listParameters(query);
  const token = query.get('continuation-token');
  // As recorded on AWS, an answer to a token has no StartAfter.
  const startAfter = token === null ? (query.get('start-after') ?? '') : '';
  const after = token === null ? startAfter : placeIn(token);
  const { entries, isTruncated } = pageOfKeys(store, bucket, { ...asked, after });
  const next = isTruncated ? encodeToken({ after: keyOf(entries.at(-1)) }) : undefined;
  const owner = query.get('fetch-owner') === 'true' ? ownerXml(account) : '';
  return xmlResponse(
    s3Document(
      'ListBucketResult',
      xml('Name', bucket) +
        xml('Prefix', encode(asked.prefix)) +
        optionalXml('StartAfter', startAfter === '' ? undefined : encode(startAfter)) +
        optionalXml('ContinuationToken', token ?? undefined) +
        optionalXml('NextContinuationToken', next) +
        xml('KeyCount', entries.length) +
        xml('MaxKeys', asked.limit) +
        optionalXml('Delimiter', asked.delimiter === '' ? undefined : encode(asked.delimiter)) +
        xml('IsTruncated', isTruncated) +
        optionalXml('EncodingType', encoding) +
        entriesXml(entries, encode, owner),
    ),
  );
}

/**
 * ListObjectVersions of a bucket without versions: each object is its own latest one, and is called null.
 * Source: S3 API reference; answers recorded on AWS.
 * @throws AwsError
 */
export function listVersions(store: ObjectStore, account: Account, { bucket, query }: S3Request): ApiResponse {
  const { asked, encode, encoding } = listParameters(query);
  const [keyMarker, idMarker] = [query.get('key-marker') ?? '', query.get('version-id-marker') ?? ''];
  if (idMarker !== '' && keyMarker === '') {
    const message = 'A version-id marker cannot be specified without a key marker.';
    throw invalidArgument(message, 'version-id-marker', idMarker);
  }
  const { entries, isTruncated } = pageOfKeys(store, bucket, { ...asked, after: keyMarker });
  const last = entries.at(-1);
  const next = isTruncated
    ? xml('NextKeyMarker', encode(keyOf(last))) + (typeof last === 'object' ? xml('NextVersionIdMarker', 'null') : '')
    : '';
  return xmlResponse(
    s3Document(
      'ListVersionsResult',
      xml('Name', bucket) +
        xml('Prefix', encode(asked.prefix)) +
        xml('KeyMarker', encode(keyMarker)) +
        xml('VersionIdMarker', idMarker) +
        next +
        xml('MaxKeys', asked.limit) +
        optionalXml('Delimiter', asked.delimiter === '' ? undefined : encode(asked.delimiter)) +
        xml('IsTruncated', isTruncated) +
        optionalXml('EncodingType', encoding) +
        entriesXml(entries, encode, ownerXml(account), 'Version'),
    ),
  );
}

function placeIn(token: string): string {
  const { after } = (decodeToken(token) ?? {}) as { after?: unknown };
  if (typeof after === 'string') return after;
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
}

function keyOf(entry: StoredObject | string | undefined): string {
  return typeof entry === 'object' ? entry.key : (entry ?? '');
}

type Encode = (text: string) => string;

/** What lists of all kinds have in common. @throws AwsError */
function listParameters(query: URLSearchParams) {
  const asked = {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    limit: pageSize(query, 'max-keys', MOST_KEYS),
  };
  return { asked, ...encodingIn(query) };
}

/** How keys are written: as they are, or percent-encoded. @throws AwsError */
export function encodingIn(query: URLSearchParams): { readonly encode: Encode; readonly encoding?: string } {
  const encoding = query.get('encoding-type');
  if (encoding === null) return { encode: (text) => text };
  if (encoding === 'url') return { encode: urlEncoded, encoding };
  throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
}

/** As a form is encoded, with slashes left alone. */
function urlEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1).replaceAll('%2F', '/');
}

/**
 * A number of a list's request.
 * @param most what a larger number stands for
 * @throws AwsError for what is no number
 */
export function pageSize(query: URLSearchParams, name: string, most: number, unset = most): number {
  const text = query.get(name);
  if (text === null || text === '') return unset;
  const number = Number(text);
  if (!/^-?\d+$/.test(text) || number > 2 ** 31 - 1) {
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  }
  if (number >= 0) return Math.min(number, most);
  const member = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  throw invalidArgument(`Argument ${member} must be an integer between 0 and 2147483647`, name, text);
}

function entriesXml(entries: KeyPage['entries'], encode: Encode, owner: string, name = 'Contents'): string {
  const objects = entries.map((entry) => (typeof entry === 'string' ? '' : objectXml(entry, encode, owner, name)));
  const prefixes = entries.map((entry) => (typeof entry === 'string' ? commonPrefixXml(entry, encode) : ''));
  return objects.join('') + prefixes.join('');
}

/** A prefix that stands for all keys which it begins. */
export function commonPrefixXml(prefix: string, encode: Encode): string {
  return `<CommonPrefixes>${xml('Prefix', encode(prefix))}</CommonPrefixes>`;
}

function objectXml(object: StoredObject, encode: Encode, owner: string, name: string): string {
  const { key, size, etag, modifiedAt, properties } = object;
  const { checksum, storageClass } = properties;
  const fields =
    xml('Key', encode(key)) +
    xml('LastModified', new Date(modifiedAt).toISOString()) +
    xml('ETag', etag) +
    xml('ChecksumAlgorithm', checksum.algorithm) +
    xml('ChecksumType', checksum.type) +
    xml('Size', size);
  const version = name === 'Version' ? xml('VersionId', 'null') + xml('IsLatest', true) : '';
  return `<${name}>${fields}${version}${owner}${xml('StorageClass', storageClass)}</${name}>`;
}

/** Owners have no name any more. */
export function ownerXml(account: Account, name = 'Owner'): string {
  return `<${name}>${xml('ID', ownerId(account))}</${name}>`;
}

/** 64 hexadecimal digits. Source: S3 user guide, canonical user id. */
export function ownerId({ id }: Account): string {
  return createHash('sha256').update(id).digest('hex');
}
