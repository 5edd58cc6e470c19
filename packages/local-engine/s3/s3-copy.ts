import type { Clock } from '../core/clock.ts';
import { type ApiResponse, xmlResponse } from '../protocols/http.ts';
import { type Checksum, checksumOf, elementOf, parseAlgorithm } from './checksums.ts';
import type { Contents } from './contents.ts';
import { checkReadable, ENCRYPTED, newProperties } from './object-headers.ts';
import type { ObjectProperties, ObjectStore, StoredObject } from './object-store.ts';
import { checkCopySource, checkWrite } from './preconditions.ts';
import { accessDenied, invalidArgument, invalidRequest, noSuchBucket } from './s3-errors.ts';
import { checkVersion, type S3Objects } from './s3-objects.ts';
import { etagOf } from './s3-payload.ts';
import { percentDecoded, type S3Request } from './s3-request.ts';
import { s3Document, xml } from './xml-document.ts';

const SOURCE = 'x-amz-copy-source';

interface CopyProps {
  readonly hasBucket: (name: string) => boolean;
  readonly accountId: string;
  readonly objects: S3Objects;
  readonly store: ObjectStore;
  readonly contents: Contents;
  readonly clock: Clock;
}

/** Where a copy comes from. @throws AwsError */
export function copySource(header: string): {
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
} {
  const [path = '', version] = header.replace(/^\//, '').split('?', 2);
  const decoded = percentDecoded(path);
  const slash = decoded.indexOf('/');
  const query = new URLSearchParams(version ?? '');
  if (slash > 0 && slash < decoded.length - 1 && !decoded.startsWith('arn:')) {
    return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1), query };
  }
  throw invalidArgument('Copy Source must mention the source bucket and key: sourcebucket/sourcekey', SOURCE, header);
}

/** Copies objects, whole. Source: S3 API reference, CopyObject; answers recorded on AWS. */
export class S3Copy {
  readonly #props: CopyProps;

  constructor(props: CopyProps) {
    this.#props = props;
  }

  /** The object that a request copies, with all its conditions. @throws AwsError */
  source({ headers }: S3Request): StoredObject {
    const { hasBucket, accountId, objects, clock } = this.#props;
    const from = copySource(headers[SOURCE] ?? '');
    if (!hasBucket(from.bucket)) throw noSuchBucket(from.bucket);
    const owner = headers['x-amz-source-expected-bucket-owner'];
    if (owner !== undefined && owner !== accountId) throw accessDenied();
    checkVersion(from.query);
    const source = objects.find(from);
    checkCopySource(headers, source, clock.now());
    checkReadable(source);
    return source;
  }

  copy(request: S3Request): ApiResponse {
    const { bucket, key, headers } = request;
    const { store, contents, objects } = this.#props;
    const metadata = directive(headers, 'x-amz-metadata-directive', 'Unknown metadata directive.');
    const tagging = directive(headers, 'x-amz-tagging-directive', 'Unknown tagging directive.');
    const source = this.source(request);
    const given = newProperties(headers);
    const from = copySource(headers[SOURCE] ?? '');
    if (from.bucket === bucket && from.key === key && metadata === 'COPY' && !changesItself(headers)) {
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's " +
          'metadata, storage class, website redirect location or encryption attributes.',
      );
    }
    checkWrite(headers, key, store.find(bucket, key));
    const bytes = contents.bytes(source.content);
    const checksum = copiedChecksum(headers, source, bytes);
    const properties: ObjectProperties = {
      headers: metadata === 'REPLACE' ? given.headers : copiedHeaders(source, given.headers),
      tags: tagging === 'REPLACE' ? given.tags : source.properties.tags,
      storageClass: given.storageClass,
      checksum,
    };
    const etag = etagOf(bytes);
    const modifiedAt = objects.now();
    const content = contents.add(bytes);
    objects.replace(bucket, { key, content, size: bytes.length, etag, modifiedAt, properties });
    const result =
      xml('LastModified', new Date(modifiedAt).toISOString()) +
      xml('ETag', etag) +
      // As recorded on AWS, without the checksum's type.
      xml(elementOf(checksum.algorithm), checksum.value);
    return xmlResponse(s3Document('CopyObjectResult', result), 200, ENCRYPTED);
  }
}

/** @throws AwsError InvalidArgument */
function directive(headers: S3Request['headers'], name: string, message: string): 'COPY' | 'REPLACE' {
  const wanted = headers[name] ?? 'COPY';
  if (wanted === 'COPY' || wanted === 'REPLACE') return wanted;
  throw invalidArgument(message, name, wanted);
}

/** What makes a copy of an object to itself something else. */
const CHANGES = ['x-amz-storage-class', 'x-amz-website-redirect-location', 'x-amz-server-side-encryption'];

function changesItself(headers: S3Request['headers']): boolean {
  return CHANGES.some((name) => headers[name] !== undefined);
}

/** A redirect is never copied, and can be given with a copy. Source: S3 API reference, CopyObject. */
function copiedHeaders({ properties }: StoredObject, given: Readonly<Record<string, string>>): Record<string, string> {
  const name = 'x-amz-website-redirect-location';
  const { [name]: _, ...copied } = properties.headers;
  return given[name] === undefined ? copied : { ...copied, [name]: given[name] };
}

/** Of the source's algorithm, or of the one that the request names; a copy is one whole. */
function copiedChecksum(headers: S3Request['headers'], { properties }: StoredObject, bytes: Buffer): Checksum {
  const named = headers['x-amz-checksum-algorithm'];
  const algorithm = named === undefined ? properties.checksum.algorithm : parseAlgorithm(named);
  const isKept = algorithm === properties.checksum.algorithm && properties.checksum.type === 'FULL_OBJECT';
  const value = isKept ? properties.checksum.value : checksumOf(algorithm, [bytes]);
  return { algorithm, value, type: 'FULL_OBJECT' };
}
