import { createHash } from 'node:crypto';
import type { Account } from '../core/account.ts';
import type { ApiResponse } from '../protocols/http.ts';
import { encodeToken, nameInToken } from '../protocols/operations.ts';
import { invalidArgument } from './errors.ts';
import { BEHIND_ALL_KEYS, type ObjectStore, type StoredObject } from './object-store.ts';
import type { Operation, S3Request, S3State } from './request.ts';
import { documentAnswer, fields, xml } from './xml-document.ts';

/** Of one page. Source: S3 API reference, ListObjectsV2. */
const MOST_KEYS = 1000;

interface KeyQuery {
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  /** The page begins behind this key. */
  readonly after: string;
  readonly limit: number;
}

interface KeyPage {
  /** Objects, or prefixes that represent all objects that begin with them. */
  readonly entries: readonly (StoredObject | string)[];
  readonly isTruncated: boolean;
}

/** One page. Its cost depends on its size alone: keys behind a common prefix are skipped. */
function pageOfKeys(objects: ObjectStore, bucket: string, query: KeyQuery): KeyPage {
  const { prefix, delimiter, after, limit } = query;
  if (limit === 0) return { entries: [], isTruncated: false };
  const end = prefix === '' ? BEHIND_ALL_KEYS : behind(prefix);
  const passed = commonPrefix(after, prefix, delimiter);
  let from = later(Buffer.from(prefix), passed === undefined ? behindKey(after) : behind(passed));
  const entries: (StoredObject | string)[] = [];
  for (let jumpsOn = true; jumpsOn; ) {
    jumpsOn = false;
    for (const object of objects.range(bucket, from, end)) {
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

/** The first bytes behind everything that begins with a prefix: no last byte of UTF-8 is the highest one. */
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

/** ListObjects. Source: S3 API reference; answers recorded on AWS. */
export const listObjects: Operation = (state, request) => {
  const asked = listParameters(request.query);
  const { encode, delimiter } = asked;
  const marker = request.query.get('marker') ?? '';
  const page = pageOfKeys(state.objects, request.bucket, { ...asked, after: marker });
  const next = page.isTruncated && delimiter !== '' ? encode(keyOf(page.entries.at(-1))) : undefined;
  const own = fields({ Marker: encode(marker), NextMarker: next });
  return listAnswer(state, request, { asked, page, own, owner: ownerXml(state.account) });
};

/** ListObjectsV2. Source: S3 API reference; answers recorded on AWS. */
export const listObjectsV2: Operation = (state, request) => {
  const { query, bucket } = request;
  const asked = listParameters(query);
  const token = query.get('continuation-token') ?? undefined;
  // As recorded on AWS, an answer to a token has no StartAfter.
  const startAfter = token === undefined ? (query.get('start-after') ?? '') : '';
  const after = token === undefined ? startAfter : nameInToken(token, invalidToken);
  const page = pageOfKeys(state.objects, bucket, { ...asked, after });
  const own = fields({
    StartAfter: startAfter === '' ? undefined : asked.encode(startAfter),
    ContinuationToken: token,
    NextContinuationToken: page.isTruncated ? encodeToken({ name: keyOf(page.entries.at(-1)) }) : undefined,
    KeyCount: page.entries.length,
  });
  const owner = query.get('fetch-owner') === 'true' ? ownerXml(state.account) : '';
  return listAnswer(state, request, { asked, page, own, owner });
};

/**
 * ListObjectVersions of a bucket without versions: each object is its own latest one, and is called null.
 * Source: S3 API reference; answers recorded on AWS.
 */
export const listObjectVersions: Operation = (state, request) => {
  const { query, bucket } = request;
  const asked = listParameters(query);
  const [keyMarker, idMarker] = [query.get('key-marker') ?? '', query.get('version-id-marker') ?? ''];
  if (idMarker !== '' && keyMarker === '') {
    const message = 'A version-id marker cannot be specified without a key marker.';
    throw invalidArgument(message, 'version-id-marker', idMarker);
  }
  const page = pageOfKeys(state.objects, bucket, { ...asked, after: keyMarker });
  const last = page.entries.at(-1);
  const own = fields({
    KeyMarker: asked.encode(keyMarker),
    VersionIdMarker: idMarker,
    NextKeyMarker: page.isTruncated ? asked.encode(keyOf(last)) : undefined,
    NextVersionIdMarker: page.isTruncated && typeof last === 'object' ? 'null' : undefined,
  });
  return listAnswer(state, request, { asked, page, own, owner: ownerXml(state.account), ofVersions: true });
};

interface List {
  readonly asked: ReturnType<typeof listParameters>;
  readonly page: KeyPage;
  /** The fields that lists of other kinds do not have. */
  readonly own: string;
  /** Of each object. */
  readonly owner: string;
  readonly ofVersions?: boolean;
}

function listAnswer({ buckets }: S3State, { bucket }: S3Request, list: List): ApiResponse {
  const { asked, page, own, owner, ofVersions = false } = list;
  const { prefix, delimiter, limit, encode, encoding } = asked;
  const objects = page.entries.map((entry) =>
    typeof entry === 'string' ? '' : objectXml(entry, encode(entry.key), owner, ofVersions),
  );
  const content =
    fields({ Name: bucket, Prefix: encode(prefix) }) +
    own +
    fields({
      MaxKeys: limit,
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      IsTruncated: page.isTruncated,
      EncodingType: encoding,
    }) +
    objects.join('') +
    commonPrefixesXml(page.entries, encode);
  if (ofVersions) return documentAnswer('ListVersionsResult', content);
  const region = buckets.find(bucket)?.region ?? '';
  return documentAnswer('ListBucketResult', content, { 'x-amz-bucket-region': region });
}

const invalidToken = () => invalidArgument('The continuation token provided is incorrect', 'continuation-token');

function keyOf(entry: StoredObject | string | undefined): string {
  return typeof entry === 'object' ? entry.key : (entry ?? '');
}

type Encode = (text: string) => string;

/** The parameters that lists of objects have in common. @throws AwsError */
function listParameters(query: URLSearchParams) {
  const limit = pageSize(query, 'max-keys', MOST_KEYS);
  return { prefix: query.get('prefix') ?? '', delimiter: query.get('delimiter') ?? '', limit, ...encodingIn(query) };
}

/** How keys are written: as they are, or percent-encoded. @throws AwsError */
export function encodingIn(query: URLSearchParams): { readonly encode: Encode; readonly encoding?: string } {
  const encoding = query.get('encoding-type');
  if (encoding === null) return { encode: (text) => text };
  if (encoding === 'url') return { encode: urlEncoded, encoding };
  throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
}

/** As a form is encoded, but slashes stay. */
function urlEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1).replaceAll('%2F', '/');
}

/**
 * A number of a list's request.
 * @param most is used for any larger number
 * @throws AwsError for a text that is not a number
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

export function commonPrefixesXml(entries: readonly unknown[], encode: Encode): string {
  const prefixes = entries.filter((entry) => typeof entry === 'string');
  return prefixes.map((prefix) => `<CommonPrefixes>${xml('Prefix', encode(prefix))}</CommonPrefixes>`).join('');
}

function objectXml(object: StoredObject, key: string, owner: string, isVersion: boolean): string {
  const { size, etag, modifiedAt, properties } = object;
  const { checksum, storageClass } = properties;
  const content =
    fields({
      Key: key,
      LastModified: new Date(modifiedAt).toISOString(),
      ETag: etag,
      ChecksumAlgorithm: checksum.algorithm,
      ChecksumType: checksum.type,
      Size: size,
      ...(isVersion && { VersionId: 'null', IsLatest: true }),
    }) +
    owner +
    xml('StorageClass', storageClass);
  return isVersion ? `<Version>${content}</Version>` : `<Contents>${content}</Contents>`;
}

/** Owners have no name any more. */
export function ownerXml(account: Account, name = 'Owner'): string {
  return `<${name}>${xml('ID', ownerId(account))}</${name}>`;
}

/** 64 hexadecimal digits. Source: S3 user guide, canonical user id. */
export function ownerId({ id }: Account): string {
  return createHash('sha256').update(id).digest('hex');
}
