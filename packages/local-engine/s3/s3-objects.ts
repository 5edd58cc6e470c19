import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import { type ApiResponse, xmlResponse } from '../protocols/http.ts';
import { byteRange } from './byte-range.ts';
import { type Checksum, checksumOf, DEFAULT_ALGORITHM } from './checksums.ts';
import type { Contents } from './contents.ts';
import { checkReadable, checksumHeaders, ENCRYPTED, newProperties, objectHeaders } from './object-headers.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { partNumber } from './part-number.ts';
import { checkRemoval, checkWrite, isUnchanged } from './preconditions.ts';
import { invalidArgument, invalidRequest, noSuchKey } from './s3-errors.ts';
import { documentOf, type Payload, payloadOf } from './s3-payload.ts';
import type { S3Request } from './s3-request.ts';
import { parseTagging, taggingDocument } from './s3-tags.ts';
import type { Uploads } from './uploads.ts';

interface ObjectsProps {
  readonly store: ObjectStore;
  readonly contents: Contents;
  readonly uploads: Uploads;
  readonly clock: Clock;
}

/** Writes, reads and removes single objects. Source: S3 API reference; answers recorded on AWS. */
export class S3Objects {
  readonly #store: ObjectStore;
  readonly #contents: Contents;
  readonly #uploads: Uploads;
  readonly #clock: Clock;

  constructor({ store, contents, uploads, clock }: ObjectsProps) {
    this.#store = store;
    this.#contents = contents;
    this.#uploads = uploads;
    this.#clock = clock;
  }

  /** @throws AwsError */
  put(request: S3Request): ApiResponse {
    const { bucket, key, headers } = request;
    refuseVersion(request);
    const payload = payloadOf(request);
    const properties = newProperties(headers);
    checkWrite(headers, key, this.#store.find(bucket, key));
    const checksum = wholeChecksum(payload);
    const etag = `"${payload.md5.toString('hex')}"`;
    const size = payload.bytes.length;
    const content = this.#contents.add(payload.bytes);
    this.replace(bucket, { key, content, size, etag, modifiedAt: this.now(), properties: { ...properties, checksum } });
    return { status: 200, headers: { etag, ...ENCRYPTED, ...checksumHeaders(checksum) }, body: '' };
  }

  /** An object in the place of what was there. Uploads that began before lose their conditions. */
  replace(bucket: string, object: StoredObject): void {
    this.#store.put(bucket, object);
    this.#uploads.conflict(bucket, object.key);
  }

  /** Unix epoch milliseconds, in whole seconds: S3 has no more. */
  now(): number {
    return Math.floor(this.#clock.now() / 1000) * 1000;
  }

  /** @throws AwsError NoSuchKey, InvalidArgument for a version that is not there */
  find({ bucket, key, query }: Pick<S3Request, 'bucket' | 'key' | 'query'>): StoredObject {
    checkVersion(query);
    const object = this.#store.find(bucket, key);
    if (object === undefined) throw noSuchKey(key);
    return object;
  }

  /** GetObject, and HeadObject, whose body the gateway leaves out. @throws AwsError */
  get(request: S3Request): ApiResponse {
    const { headers, query, method } = request;
    const object = this.find(request);
    if (isUnchanged(headers, object, this.#clock.now())) {
      const { etag, 'last-modified': modified } = objectHeaders(object, query);
      return { status: 304, headers: { etag, 'last-modified': modified }, body: '' };
    }
    const isRead = method === 'GET';
    if (isRead) checkReadable(object);
    const { properties, size } = object;
    const part = partOf(object, headers, query);
    const range = part ?? byteRange(headers.range, size);
    const [first, last] = range === undefined ? [0, size - 1] : [range.first, range.last];
    const isWhole = last - first + 1 === size;
    const answer: Record<string, string> = {
      ...objectHeaders(object, query),
      'content-length': String(last - first + 1),
      ...(range !== undefined && { 'content-range': `bytes ${first}-${last}/${size}` }),
      ...(part?.count !== undefined && { 'x-amz-mp-parts-count': String(part.count) }),
      ...(isRead && properties.tags.length > 0 && { 'x-amz-tagging-count': String(properties.tags.length) }),
      ...(wantsChecksum(headers) && checksumsOf(object, isWhole, part)),
    };
    const status = range === undefined ? 200 : 206;
    if (!isRead) return { status, headers: answer, body: '' };
    const bytes = this.#contents.bytes(object.content);
    return { status, headers: answer, body: isWhole ? bytes : bytes.subarray(first, last + 1) };
  }

  /** @throws AwsError also for a condition that does not hold */
  delete({ bucket, key, query, headers }: S3Request): ApiResponse {
    checkVersion(query);
    checkRemoval(headers, key, this.#store.find(bucket, key));
    this.remove(bucket, key);
    return { status: 204, headers: {}, body: '' };
  }

  /** Whether it was there says nothing. */
  remove(bucket: string, key: string): void {
    this.#store.remove(bucket, key);
    this.#uploads.conflict(bucket, key);
  }

  getTagging(request: S3Request): ApiResponse {
    checkVersion(request.query);
    const object = this.#store.find(request.bucket, request.key);
    // This operation names the bucket as well, as recorded on AWS.
    if (object === undefined) throw noSuchKey(`${request.bucket}/${request.key}`);
    return xmlResponse(taggingDocument(object.properties.tags));
  }

  putTagging(request: S3Request): ApiResponse {
    const { properties } = this.find(request);
    const tags = parseTagging(documentOf(request), 'object');
    this.#store.setProperties(request.bucket, request.key, { ...properties, tags });
    return { status: 200, headers: {}, body: '' };
  }

  deleteTagging(request: S3Request): ApiResponse {
    const { properties } = this.find(request);
    this.#store.setProperties(request.bucket, request.key, { ...properties, tags: [] });
    return { status: 204, headers: {}, body: '' };
  }
}

/** The checksum that was sent, or the one that S3 takes by itself. */
function wholeChecksum({ bytes, checksum }: Payload): Checksum {
  const algorithm = checksum?.algorithm ?? DEFAULT_ALGORITHM;
  return { algorithm, value: checksum?.value ?? checksumOf(algorithm, [bytes]), type: 'FULL_OBJECT' };
}

/** Of the whole, or of the part that was asked for; of other ranges there is none. */
function checksumsOf({ properties }: StoredObject, isWhole: boolean, part: { checksum?: string } | undefined) {
  const { checksum } = properties;
  if (part?.checksum !== undefined) return checksumHeaders({ ...checksum, value: part.checksum });
  return isWhole ? checksumHeaders(checksum) : {};
}

function wantsChecksum(headers: S3Request['headers']): boolean {
  return headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED';
}

/** Buckets have no versions here: the only one is called null. @throws AwsError for another one */
export function checkVersion(query: URLSearchParams): void {
  const version = query.get('versionId');
  if (version === null || version === 'null') return;
  if (version === '') throw invalidArgument('Version id cannot be the empty string', 'versionId', '');
  throw invalidArgument('Invalid version id specified', 'versionId', version);
}

function refuseVersion({ query }: S3Request): void {
  const version = query.get('versionId');
  if (version === null) return;
  throw invalidArgument('This operation does not accept a version-id.', 'versionId', version);
}

/** The bytes of a part that a client asks for by its number; undefined for an object without bytes. @throws AwsError */
function partOf({ size, properties }: StoredObject, headers: S3Request['headers'], query: URLSearchParams) {
  const number = query.get('partNumber');
  if (number === null) return undefined;
  if (headers.range !== undefined) {
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  }
  const wanted = partNumber(number);
  const parts = properties.parts ?? [{ number: 1, size }];
  const index = parts.findIndex((part) => part.number === wanted);
  if (index < 0) {
    throw new AwsError('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416, {
      ActualPartCount: parts.length,
      PartNumberRequested: wanted,
    });
  }
  if (size === 0) return undefined;
  const first = parts.slice(0, index).reduce((sum, part) => sum + part.size, 0);
  const { size: bytes = 0, checksum } = parts[index] ?? {};
  const ofUpload = properties.parts && { count: parts.length, ...(checksum !== undefined && { checksum }) };
  return { first, last: first + bytes - 1, ...ofUpload };
}
