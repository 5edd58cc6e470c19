import { type Checksum, checksumOf, elementOf, parseAlgorithm } from './checksums.ts';
import { accessDenied, invalidArgument, invalidRequest, noSuchBucket } from './errors.ts';
import { checkReadable, ENCRYPTED, newProperties } from './object-headers.ts';
import type { ObjectProperties, StoredObject } from './object-store.ts';
import { findObject, replaceObject } from './objects.ts';
import { etagOf } from './payload.ts';
import { checkCopySource, checkWrite } from './preconditions.ts';
import { type Operation, percentDecoded, type S3Request, type S3State } from './request.ts';
import { documentAnswer, fields } from './xml-document.ts';

const SOURCE = 'x-amz-copy-source';
const REDIRECT = 'x-amz-website-redirect-location';

/** One of these makes a copy of an object to itself legal. */
const CHANGES = ['x-amz-storage-class', REDIRECT, 'x-amz-server-side-encryption'];

/** Where a copy comes from. @throws AwsError */
export function copySource(header: string): Pick<S3Request, 'bucket' | 'key' | 'query'> {
  const [path = '', version] = header.replace(/^\//, '').split('?', 2);
  const decoded = percentDecoded(path);
  const slash = decoded.indexOf('/');
  const query = new URLSearchParams(version ?? '');
  if (slash > 0 && slash < decoded.length - 1 && !decoded.startsWith('arn:')) {
    return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1), query };
  }
  throw invalidArgument('Copy Source must mention the source bucket and key: sourcebucket/sourcekey', SOURCE, header);
}

/** The object that a request copies, after all its conditions. @throws AwsError */
export function findCopySource(state: S3State, { headers }: S3Request): StoredObject {
  const from = copySource(headers[SOURCE] ?? '');
  if (state.buckets.find(from.bucket) === undefined) throw noSuchBucket(from.bucket);
  const owner = headers['x-amz-source-expected-bucket-owner'];
  if (owner !== undefined && owner !== state.account.id) throw accessDenied();
  const source = findObject(state, from);
  checkCopySource(headers, source, state.clock.now());
  checkReadable(source);
  return source;
}

/** Copies an object. Source: S3 API reference, CopyObject; answers recorded on AWS. */
export const copyObject: Operation = (state, request) => {
  const { bucket, key, headers } = request;
  const metadata = directive(headers, 'x-amz-metadata-directive', 'Unknown metadata directive.');
  const tagging = directive(headers, 'x-amz-tagging-directive', 'Unknown tagging directive.');
  const source = findCopySource(state, request);
  const given = newProperties(headers);
  const from = copySource(headers[SOURCE] ?? '');
  const isToItself = from.bucket === bucket && from.key === key;
  if (isToItself && metadata === 'COPY' && !CHANGES.some((name) => headers[name] !== undefined)) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's " +
        'metadata, storage class, website redirect location or encryption attributes.',
    );
  }
  checkWrite(headers, key, state.objects.find(bucket, key));
  const bytes = state.contents.bytes(source.content);
  const checksum = copiedChecksum(headers, source, bytes);
  const properties: ObjectProperties = {
    headers: metadata === 'REPLACE' ? given.headers : copiedHeaders(source, given.headers),
    tags: tagging === 'REPLACE' ? given.tags : source.properties.tags,
    storageClass: given.storageClass,
    checksum,
  };
  const etag = etagOf(bytes);
  const content = state.contents.add(bytes);
  const modifiedAt = replaceObject(state, bucket, { key, content, size: bytes.length, etag, properties });
  // As recorded on AWS, without the checksum's type.
  const result = { ETag: etag, [elementOf(checksum.algorithm)]: checksum.value };
  const LastModified = new Date(modifiedAt).toISOString();
  return documentAnswer('CopyObjectResult', fields({ LastModified, ...result }), ENCRYPTED);
};

/** @throws AwsError InvalidArgument */
function directive(headers: S3Request['headers'], name: string, message: string): 'COPY' | 'REPLACE' {
  const wanted = headers[name] ?? 'COPY';
  if (wanted === 'COPY' || wanted === 'REPLACE') return wanted;
  throw invalidArgument(message, name, wanted);
}

/** A redirect is never copied, and can be given with a copy. Source: S3 API reference, CopyObject. */
function copiedHeaders({ properties }: StoredObject, given: Readonly<Record<string, string>>): Record<string, string> {
  const { [REDIRECT]: _, ...copied } = properties.headers;
  return given[REDIRECT] === undefined ? copied : { ...copied, [REDIRECT]: given[REDIRECT] };
}

/** Of the source's algorithm, or of the one that the request names; a copy has no parts. */
function copiedChecksum(headers: S3Request['headers'], { properties }: StoredObject, bytes: Buffer): Checksum {
  const named = headers['x-amz-checksum-algorithm'];
  const algorithm = named === undefined ? properties.checksum.algorithm : parseAlgorithm(named);
  const isKept = algorithm === properties.checksum.algorithm && properties.checksum.type === 'FULL_OBJECT';
  const value = isKept ? properties.checksum.value : checksumOf(algorithm, [bytes]);
  return { algorithm, value, type: 'FULL_OBJECT' };
}

/** The range of a part's copy, which must lie within its source. @throws AwsError */
export function copyRange(header: string | undefined, size: number): { first: number; last: number } | undefined {
  if (header === undefined) return undefined;
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  const refusal = (message: string) => invalidArgument(message, 'x-amz-copy-source-range', header);
  if (start === undefined || end === undefined || Number(start) > Number(end)) {
    throw refusal(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
    );
  }
  if (Number(start) >= size) throw invalidRequest('The specified copy range is invalid for the source object size');
  if (Number(end) < size) return { first: Number(start), last: Number(end) };
  throw refusal(`Range specified is not valid for source object of size: ${size}`);
}
