import { randomBytes } from 'node:crypto';
import type { AwsError } from '../core/aws-error.ts';
import { type ApiResponse, xmlResponse } from '../protocols/http.ts';
import { copyRange } from './byte-range.ts';
import {
  type ChecksumAlgorithm,
  type ChecksumType,
  checksumOf,
  DEFAULT_ALGORITHM,
  elementOf,
  headerOf,
  parseAlgorithm,
} from './checksums.ts';
import { completeUpload } from './complete-upload.ts';
import type { Contents } from './contents.ts';
import { ENCRYPTED, newProperties } from './object-headers.ts';
import type { ObjectStore } from './object-store.ts';
import { partNumber } from './part-number.ts';
import type { S3Copy } from './s3-copy.ts';
import { invalidRequest, noSuchUpload } from './s3-errors.ts';
import type { S3Objects } from './s3-objects.ts';
import { etagOf, payloadOf } from './s3-payload.ts';
import type { S3Request } from './s3-request.ts';
import type { Upload, UploadedPart, Uploads } from './uploads.ts';
import { s3Document, xml } from './xml-document.ts';

interface MultipartProps {
  readonly uploads: Uploads;
  readonly contents: Contents;
  readonly store: ObjectStore;
  readonly objects: S3Objects;
  readonly copy: S3Copy;
}

/** Algorithms whose checksum of a whole can be that of its parts put together. Source: S3 user guide, checking integrity. */
const OF_WHOLE_OBJECTS: ReadonlySet<ChecksumAlgorithm> = new Set(['CRC32', 'CRC32C', 'CRC64NVME']);

/** Multipart uploads. Source: S3 API reference; answers recorded on AWS. */
export class S3Multipart {
  readonly #props: MultipartProps;

  constructor(props: MultipartProps) {
    this.#props = props;
  }

  create({ bucket, key, headers }: S3Request): ApiResponse {
    const named = headers['x-amz-checksum-algorithm'];
    const algorithm = named === undefined ? undefined : parseAlgorithm(named);
    const checksumType = typeFor(algorithm, headers['x-amz-checksum-type']);
    const upload: Upload = {
      id: randomBytes(48).toString('base64url'),
      bucket,
      key,
      initiatedAt: this.#props.objects.now(),
      hasConflict: false,
      properties: { ...newProperties(headers), checksumType, ...(algorithm !== undefined && { algorithm }) },
    };
    this.#props.uploads.add(upload);
    const result = xml('Bucket', bucket) + xml('Key', key) + xml('UploadId', upload.id);
    return xmlResponse(s3Document('InitiateMultipartUploadResult', result), 200, {
      ...ENCRYPTED,
      ...(algorithm !== undefined && {
        'x-amz-checksum-algorithm': algorithm,
        'x-amz-checksum-type': checksumType,
      }),
    });
  }

  uploadPart(request: S3Request): ApiResponse {
    const number = partNumber(request.query.get('partNumber'));
    const upload = this.find(request);
    const { bytes, checksum: sent } = payloadOf(request);
    const wanted = upload.properties.algorithm;
    if (sent !== undefined && wanted !== undefined && sent.algorithm !== wanted) {
      throw typeMismatch(wanted, sent.algorithm);
    }
    const part = this.#keep(upload, number, bytes, wanted ?? sent?.algorithm);
    return {
      status: 200,
      headers: { etag: part.etag, ...ENCRYPTED, [headerOf(part.algorithm)]: part.checksum },
      body: '',
    };
  }

  uploadPartCopy(request: S3Request): ApiResponse {
    const { contents, copy } = this.#props;
    const number = partNumber(request.query.get('partNumber'));
    const upload = this.find(request);
    const source = copy.source(request);
    const range = copyRange(request.headers['x-amz-copy-source-range'], source.size);
    const whole = contents.bytes(source.content);
    const bytes = range === undefined ? whole : whole.subarray(range.first, range.last + 1);
    const part = this.#keep(upload, number, bytes, upload.properties.algorithm ?? source.properties.checksum.algorithm);
    const result =
      xml('LastModified', new Date(part.modifiedAt).toISOString()) +
      xml('ETag', part.etag) +
      // As recorded on AWS: left out for an upload without an algorithm.
      (upload.properties.algorithm === undefined ? '' : xml(elementOf(part.algorithm), part.checksum));
    return xmlResponse(s3Document('CopyPartResult', result), 200, ENCRYPTED);
  }

  #keep(upload: Upload, number: number, bytes: Uint8Array, algorithm = DEFAULT_ALGORITHM): UploadedPart {
    const { uploads, contents, objects } = this.#props;
    const part: UploadedPart = {
      number,
      content: contents.add(bytes),
      size: bytes.length,
      etag: etagOf(bytes),
      modifiedAt: objects.now(),
      checksum: checksumOf(algorithm, [bytes]),
      algorithm,
    };
    uploads.putPart(upload, part);
    return part;
  }

  complete(request: S3Request): ApiResponse {
    return completeUpload(request, this.find(request), this.#props);
  }

  abort(request: S3Request): ApiResponse {
    this.#props.uploads.remove(this.find(request));
    return { status: 204, headers: {}, body: '' };
  }

  /** @throws AwsError NoSuchUpload */
  find({ bucket, key, query }: S3Request): Upload {
    const id = query.get('uploadId') ?? '';
    const upload = this.#props.uploads.find(bucket, key, id);
    if (upload === undefined) throw noSuchUpload(id);
    return upload;
  }
}

/** How the checksum of the whole is made. @throws AwsError for an algorithm that has no such one */
function typeFor(algorithm: ChecksumAlgorithm | undefined, named: string | undefined): ChecksumType {
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

function typeMismatch(expected: ChecksumAlgorithm, actual: ChecksumAlgorithm): AwsError {
  const [wanted, given] = [expected.toLowerCase(), actual.toLowerCase()];
  return invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${wanted}, actual checksum Type: ${given}`,
  );
}
