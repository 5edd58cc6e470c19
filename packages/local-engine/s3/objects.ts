import { AwsError } from '../core/aws-error.ts';
import { xmlResponse } from '../protocols/http.ts';
import { getOwnersAcl } from './bucket-settings.ts';
import { type Checksum, checksumOf, DEFAULT_ALGORITHM } from './checksums.ts';
import { invalidArgument, invalidRequest, malformedXml, noSuchKey, notImplemented } from './errors.ts';
import { checkReadable, checksumHeaders, ENCRYPTED, newProperties, objectHeaders } from './object-headers.ts';
import type { StoredObject } from './object-store.ts';
import { documentOf, type Payload, payloadOf } from './payload.ts';
import { checkRemoval, checkWrite, isUnchanged } from './preconditions.ts';
import { emptyAnswer, type Operation, type S3Request, type S3State, wholeSeconds } from './request.ts';
import { parseTagging, taggingDocument } from './tags.ts';
import { partNumber } from './uploads.ts';
import { documentAnswer, fields, parseXml, textOf } from './xml-document.ts';

/** Operations on objects. Source: S3 API reference; answers recorded on AWS. */
export const putObject: Operation = (state, request) => {
  const { bucket, key, headers, query } = request;
  const version = query.get('versionId');
  if (version !== null) throw invalidArgument('This operation does not accept a version-id.', 'versionId', version);
  const payload = payloadOf(request);
  const properties = newProperties(headers);
  checkWrite(headers, key, state.objects.find(bucket, key));
  const checksum = wholeChecksum(payload);
  const etag = `"${payload.md5.toString('hex')}"`;
  const object = { key, etag, properties: { ...properties, checksum } };
  replaceObject(state, bucket, { ...object, content: state.contents.add(payload.bytes), size: payload.bytes.length });
  return emptyAnswer(200, { etag, ...ENCRYPTED, ...checksumHeaders(checksum) });
};

/** The checksum that was sent, or the one that S3 computes itself. */
function wholeChecksum({ bytes, checksum }: Payload): Checksum {
  const algorithm = checksum?.algorithm ?? DEFAULT_ALGORITHM;
  return { algorithm, value: checksum?.value ?? checksumOf(algorithm, [bytes]), type: 'FULL_OBJECT' };
}

/**
 * Puts an object that is made now, in place of one with the same key. Uploads that began before lose their conditions.
 * @returns the time of the object
 */
export function replaceObject(state: S3State, bucket: string, object: Omit<StoredObject, 'modifiedAt'>): number {
  const modifiedAt = wholeSeconds(state.clock);
  state.objects.put(bucket, { ...object, modifiedAt });
  state.uploads.conflict(bucket, object.key);
  return modifiedAt;
}

/** @throws AwsError NoSuchKey, InvalidArgument for a version that does not exist */
export function findObject(state: S3State, { bucket, key, query }: Pick<S3Request, 'bucket' | 'key' | 'query'>) {
  checkVersion(query);
  const object = state.objects.find(bucket, key);
  if (object === undefined) throw noSuchKey(key);
  return object;
}

/** Buckets have no versions here: the only one is called null. @throws AwsError for another one */
function checkVersion(query: URLSearchParams): void {
  const version = query.get('versionId');
  if (version === null || version === 'null') return;
  if (version === '') throw invalidArgument('Version id cannot be the empty string', 'versionId', '');
  throw invalidArgument('Invalid version id specified', 'versionId', version);
}

/** GetObject, and HeadObject, whose body the gateway leaves out. */
export const getObject: Operation = (state, request) => {
  const { headers, query, method } = request;
  const object = findObject(state, request);
  if (isUnchanged(headers, object, state.clock.now())) {
    const { etag, 'last-modified': modified } = objectHeaders(object, query);
    return emptyAnswer(304, { etag, 'last-modified': modified });
  }
  const isRead = method === 'GET';
  if (isRead) checkReadable(object);
  const { properties, size } = object;
  const part = partOf(object, headers, query);
  const range = part ?? byteRange(headers.range, size);
  const [first, last] = range === undefined ? [0, size - 1] : [range.first, range.last];
  const isWhole = last - first + 1 === size;
  const wantsChecksum = headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED';
  const answer: Record<string, string> = {
    ...objectHeaders(object, query),
    'content-length': String(last - first + 1),
    ...(range !== undefined && { 'content-range': `bytes ${first}-${last}/${size}` }),
    ...(part?.count !== undefined && { 'x-amz-mp-parts-count': String(part.count) }),
    ...(isRead && properties.tags.length > 0 && { 'x-amz-tagging-count': String(properties.tags.length) }),
    ...(wantsChecksum && checksumsOf(object, isWhole, part)),
  };
  const status = range === undefined ? 200 : 206;
  if (!isRead) return emptyAnswer(status, answer);
  const bytes = state.contents.bytes(object.content);
  return { status, headers: answer, body: isWhole ? bytes : bytes.subarray(first, last + 1) };
};

/**
 * The bytes that a Range header asks for; undefined for all of them, also for a header that is invalid or has several ranges.
 * Source: answers recorded on AWS.
 * @throws AwsError InvalidRange
 */
function byteRange(header: string | undefined, size: number): { first: number; last: number } | undefined {
  const [, start, end] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (start === undefined || end === undefined || (start === '' && end === '')) return undefined;
  if (start !== '' && end !== '' && Number(start) > Number(end)) return undefined;
  const first = start === '' ? Math.max(size - Number(end), 0) : Number(start);
  const last = start === '' || end === '' ? size - 1 : Math.min(Number(end), size - 1);
  if (first <= last) return { first, last };
  throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, {
    RangeRequested: header,
    ActualObjectSize: size,
  });
}

/** Of the whole, or of a part; other ranges have none. */
function checksumsOf({ properties }: StoredObject, isWhole: boolean, part: { checksum?: string } | undefined) {
  const { checksum } = properties;
  if (part?.checksum !== undefined) return checksumHeaders({ ...checksum, value: part.checksum });
  return isWhole ? checksumHeaders(checksum) : {};
}

/** The range of the part that a request names by its number; undefined for an object without bytes. @throws AwsError */
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

export const getObjectAcl: Operation = (state, request) => {
  findObject(state, request);
  return getOwnersAcl(state, request);
};

export const getObjectTagging: Operation = ({ objects }, { bucket, key, query }) => {
  checkVersion(query);
  const object = objects.find(bucket, key);
  // The error of this operation names the bucket as well, as recorded on AWS.
  if (object === undefined) throw noSuchKey(`${bucket}/${key}`);
  return xmlResponse(taggingDocument(object.properties.tags));
};

export const putObjectTagging: Operation = (state, request) => {
  const { properties } = findObject(state, request);
  const tags = parseTagging(documentOf(request), 'object');
  state.objects.setProperties(request.bucket, request.key, { ...properties, tags });
  return emptyAnswer(200);
};

export const deleteObjectTagging: Operation = (state, request) => {
  const { properties } = findObject(state, request);
  state.objects.setProperties(request.bucket, request.key, { ...properties, tags: [] });
  return emptyAnswer(204);
};

/** Answers the same whether the object was there or not. */
export const deleteObject: Operation = (state, { bucket, key, query, headers }) => {
  checkVersion(query);
  removeObject(state, bucket, key, headers);
  return emptyAnswer(204);
};

/** @param conditions headers with the conditions of the removal @throws AwsError for a condition that does not hold */
function removeObject({ objects, uploads }: S3State, bucket: string, key: string, conditions: S3Request['headers']) {
  checkRemoval(conditions, key, objects.find(bucket, key));
  objects.remove(bucket, key);
  uploads.conflict(bucket, key);
}

/** One object that a request removes. */
interface Removal {
  readonly key: string;
  readonly version: string | undefined;
  readonly etag: string | undefined;
}

/** Source: S3 API reference, DeleteObjects. */
const MOST_OBJECTS = 1000;

/** Conditions that only directory buckets have. */
const DIRECTORY_ONLY = ['LastModifiedTime', 'Size'];

/** The objects in the document of a request. @throws AwsError */
export function removalsIn(document: string): { readonly removals: readonly Removal[]; readonly isQuiet: boolean } {
  const request = parseXml(document, 'Delete');
  const isQuiet = textOf(request, 'Quiet')?.trim().toLowerCase() === 'true';
  const elements = request.children.filter(({ name }) => name !== 'Quiet');
  if (elements.length === 0 || elements.length > MOST_OBJECTS) throw malformedXml();
  const removals = elements.map((element) => {
    const key = textOf(element, 'Key');
    if (element.name !== 'Object' || key === undefined || key === '') throw malformedXml();
    const other = DIRECTORY_ONLY.find((name) => textOf(element, name) !== undefined);
    if (other !== undefined) throw notImplemented(`${other} with s3:DeleteObjects, which is for directory buckets`);
    return { key, version: textOf(element, 'VersionId'), etag: textOf(element, 'ETag') };
  });
  return { removals, isQuiet };
}

/** S3 removes several objects only for a request that has a checksum of its body. */
const OF_INTEGRITY = /^(?:content-md5$|x-amz-trailer$|x-amz-checksum-)/;

/** Removes several objects, each by itself. */
export const deleteObjects: Operation = (state, request) => {
  const { bucket, headers } = request;
  if (!Object.keys(headers).some((name) => OF_INTEGRITY.test(name))) {
    throw invalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
  const { removals, isQuiet } = removalsIn(documentOf(request));
  const results = removals.map(({ key: Key, version: VersionId, etag }) => {
    try {
      if (VersionId !== undefined && VersionId !== 'null') {
        throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
      }
      removeObject(state, bucket, Key, { 'if-match': etag });
      return isQuiet ? '' : `<Deleted>${fields({ Key, VersionId })}</Deleted>`;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return `<Error>${fields({ Key, VersionId, Code: error.code, Message: error.message })}</Error>`;
    }
  });
  return documentAnswer('DeleteResult', results.join(''));
};
