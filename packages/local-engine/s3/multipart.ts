import { createHash, randomBytes } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import {
  ALGORITHMS,
  type Checksum,
  checksumOf,
  checksumTypeFor,
  DEFAULT_ALGORITHM,
  elementOf,
  headerOf,
  parseAlgorithm,
} from './checksums.ts';
import { copyRange, findCopySource } from './copy.ts';
import { invalidRequest, malformedXml, noSuchUpload } from './errors.ts';
import { ENCRYPTED, newProperties } from './object-headers.ts';
import type { Contents } from './object-store.ts';
import { replaceObject } from './objects.ts';
import { badChecksum, etagOf, payloadOf } from './payload.ts';
import { checkWrite } from './preconditions.ts';
import { emptyAnswer, type Operation, type S3Request, type S3State, wholeSeconds } from './request.ts';
import { MOST_PARTS, partNumber, type Upload, type UploadedPart } from './uploads.ts';
import { childrenOf, documentAnswer, fields, parseXml, textOf } from './xml-document.ts';

/** Of every part but the last. Source: S3 user guide, multipart upload limits. */
const LEAST_PART_BYTES = 5 * 1024 * 1024;

/** The engine's own limit, since an answer holds an object whole. */
const MOST_BYTES = 1024 * 1024 * 1024;

/** Multipart uploads. Source: S3 API reference; answers recorded on AWS. */
export const createMultipartUpload: Operation = (state, { bucket, key, headers }) => {
  const named = headers['x-amz-checksum-algorithm'];
  const algorithm = named === undefined ? undefined : parseAlgorithm(named);
  const checksumType = checksumTypeFor(algorithm, headers['x-amz-checksum-type']);
  const id = randomBytes(48).toString('base64url');
  const properties = { ...newProperties(headers), checksumType, ...(algorithm !== undefined && { algorithm }) };
  state.uploads.add({ id, bucket, key, initiatedAt: wholeSeconds(state.clock), hasConflict: false, properties });
  return documentAnswer('InitiateMultipartUploadResult', fields({ Bucket: bucket, Key: key, UploadId: id }), {
    ...ENCRYPTED,
    ...(algorithm !== undefined && { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': checksumType }),
  });
};

/** @throws AwsError NoSuchUpload */
export function findUpload({ uploads }: S3State, { bucket, key, query }: S3Request): Upload {
  const id = query.get('uploadId') ?? '';
  const upload = uploads.find(bucket, key, id);
  if (upload === undefined) throw noSuchUpload(id);
  return upload;
}

export const uploadPart: Operation = (state, request) => {
  const number = partNumber(request.query.get('partNumber'));
  const upload = findUpload(state, request);
  const { bytes, checksum: sent } = payloadOf(request);
  const wanted = upload.properties.algorithm;
  if (sent !== undefined && wanted !== undefined && sent.algorithm !== wanted) {
    const [expected, actual] = [wanted.toLowerCase(), sent.algorithm.toLowerCase()];
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`,
    );
  }
  const part = keepPart(state, upload, number, bytes, wanted ?? sent?.algorithm);
  return emptyAnswer(200, { etag: part.etag, ...ENCRYPTED, [headerOf(part.algorithm)]: part.checksum });
};

export const uploadPartCopy: Operation = (state, request) => {
  const number = partNumber(request.query.get('partNumber'));
  const upload = findUpload(state, request);
  const source = findCopySource(state, request);
  const range = copyRange(request.headers['x-amz-copy-source-range'], source.size);
  const whole = state.contents.bytes(source.content);
  const bytes = range === undefined ? whole : whole.subarray(range.first, range.last + 1);
  const { algorithm } = upload.properties;
  const part = keepPart(state, upload, number, bytes, algorithm ?? source.properties.checksum.algorithm);
  const result = {
    LastModified: new Date(part.modifiedAt).toISOString(),
    ETag: part.etag,
    // As recorded on AWS: left out for an upload without an algorithm.
    ...(algorithm !== undefined && { [elementOf(part.algorithm)]: part.checksum }),
  };
  return documentAnswer('CopyPartResult', fields(result), ENCRYPTED);
};

function keepPart(
  { uploads, contents, clock }: S3State,
  upload: Upload,
  number: number,
  bytes: Uint8Array,
  algorithm = DEFAULT_ALGORITHM,
): UploadedPart {
  const part: UploadedPart = {
    number,
    content: contents.add(bytes),
    size: bytes.length,
    etag: etagOf(bytes),
    modifiedAt: wholeSeconds(clock),
    checksum: checksumOf(algorithm, [bytes]),
    algorithm,
  };
  uploads.putPart(upload, part);
  return part;
}

export const abortMultipartUpload: Operation = (state, request) => {
  state.uploads.remove(findUpload(state, request));
  return emptyAnswer(204);
};

/** Makes an object of the parts that a request names. @throws AwsError, and then the upload stays */
export const completeMultipartUpload: Operation = (state, request) => {
  const { uploads, contents } = state;
  const { bucket, key, headers } = request;
  const upload = findUpload(state, request);
  const parts = chosenParts(request, upload, uploads.parts(upload));
  checkConditions(state, request, upload);
  const size = checkedSize(parts, headers['x-amz-mp-object-size']);
  const checksum = checksumOfParts(upload, parts, contents);
  checkChecksum(request, upload, checksum);
  const { algorithm: _, checksumType: _type, ...properties } = upload.properties;
  const etag = etagOfParts(parts);
  const content = contents.join(parts.map((part) => part.content));
  uploads.remove(upload, parts);
  const described = parts.map(({ number, size: bytes, checksum: value, algorithm }) => ({
    number,
    size: bytes,
    ...(algorithm === checksum.algorithm && { checksum: value }),
  }));
  replaceObject(state, bucket, { key, content, size, etag, properties: { ...properties, checksum, parts: described } });
  const path = key.split('/').map(encodeURIComponent).join('/');
  const result = {
    Location: `http://${headers.host ?? 'localhost'}/${bucket}/${path}`,
    Bucket: bucket,
    Key: key,
    ETag: etag,
    [elementOf(checksum.algorithm)]: checksum.value,
    ChecksumType: checksum.type,
  };
  return documentAnswer('CompleteMultipartUploadResult', fields(result), ENCRYPTED);
};

/** The parts that the request names, each as it was uploaded. Its checksum headers are of the whole. @throws AwsError */
function chosenParts(request: S3Request, upload: Upload, uploaded: readonly UploadedPart[]): UploadedPart[] {
  const named = childrenOf(parseXml(request.body.toString('utf8'), 'CompleteMultipartUpload'), 'Part');
  if (named.length === 0 || named.length > MOST_PARTS) throw malformedXml();
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  const { algorithm, checksumType } = upload.properties;
  let before = 0;
  return named.map((element) => {
    const [number, etag] = [Number(textOf(element, 'PartNumber') ?? Number.NaN), textOf(element, 'ETag')];
    if (!Number.isSafeInteger(number) || etag === undefined) throw malformedXml();
    if (number <= before) {
      const message = 'The list of parts was not in ascending order. Parts must be ordered by part number.';
      throw new AwsError('InvalidPartOrder', message, 400, { UploadId: upload.id });
    }
    before = number;
    const part = byNumber.get(number);
    const sent = algorithm === undefined ? undefined : textOf(element, elementOf(algorithm));
    if (algorithm !== undefined && checksumType === 'COMPOSITE' && sent === undefined) {
      throw invalidRequest(
        `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the ` +
          `checksum for each part. It was missing for part ${number} in the request.`,
      );
    }
    const isRight = part !== undefined && bare(part.etag) === bare(etag) && (sent ?? part.checksum) === part.checksum;
    if (isRight) return part;
    const message =
      'One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified ' +
      "entity tag may not match the part's entity tag.";
    throw new AwsError('InvalidPart', message, 400, { UploadId: upload.id, PartNumber: number, ETag: bare(etag) });
  });
}

function bare(etag: string): string {
  return etag.replace(/^"|"$/g, '');
}

/** An object that was put or removed meanwhile breaks a condition too. @throws AwsError */
function checkConditions({ objects }: S3State, { bucket, key, headers }: S3Request, { hasConflict }: Upload): void {
  checkWrite(headers, key, objects.find(bucket, key));
  const Condition = ['If-Match', 'If-None-Match'].find((name) => headers[name.toLowerCase()] !== undefined);
  if (!hasConflict || Condition === undefined) return;
  const message = 'The conditional request cannot succeed due to a conflicting operation against this resource.';
  throw new AwsError('ConditionalRequestConflict', message, 409, { Condition, Key: key });
}

/** Bytes of the whole. @param expected from the request @throws AwsError */
function checkedSize(parts: readonly UploadedPart[], expected: string | undefined): number {
  const small = parts.slice(0, -1).find(({ size }) => size < LEAST_PART_BYTES);
  if (small !== undefined) {
    throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, {
      ETag: bare(small.etag),
      MinSizeAllowed: LEAST_PART_BYTES,
      PartNumber: small.number,
      ProposedSize: small.size,
    });
  }
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (size > MOST_BYTES) {
    throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, {
      ProposedSize: size,
      MaxSizeAllowed: MOST_BYTES,
    });
  }
  if (expected === undefined || Number(expected) === size) return size;
  throw invalidRequest(
    `The provided 'x-amz-mp-object-size' header value ${expected} does not match what was computed: ${size}`,
  );
}

function checksumOfParts({ properties }: Upload, parts: readonly UploadedPart[], contents: Contents): Checksum {
  const { algorithm = DEFAULT_ALGORITHM, checksumType: type } = properties;
  if (type === 'FULL_OBJECT') return { algorithm, value: checksumOf(algorithm, chunksOf(parts, contents)), type };
  const ofParts = parts.map(({ checksum }) => Buffer.from(checksum, 'base64'));
  return { algorithm, value: `${checksumOf(algorithm, ofParts)}-${parts.length}`, type };
}

function* chunksOf(parts: readonly UploadedPart[], contents: Contents): Generator<Uint8Array> {
  for (const { content } of parts) yield* contents.chunks(content);
}

/** Compares the checksum that the request has of the whole. @throws AwsError */
function checkChecksum({ headers }: S3Request, { properties }: Upload, { algorithm, value }: Checksum): void {
  const type = headers['x-amz-checksum-type'];
  if (type !== undefined && type !== properties.checksumType) {
    throw invalidRequest(
      `The upload was created using the ${properties.checksumType} checksum mode. The complete request must use the ` +
        'same checksum mode.',
    );
  }
  const sent = ALGORITHMS.find((each) => headers[headerOf(each)] !== undefined);
  if (sent === undefined) return;
  // The number of parts at the end of a composite checksum may be left out.
  const withoutCount = (text: string) => text.replace(/-\d+$/, '');
  const isSame = sent === algorithm && withoutCount(headers[headerOf(sent)] ?? '') === withoutCount(value);
  if (!isSame) throw badChecksum(sent);
}

/** Source: S3 API reference, common response headers: the digest of the parts' digests, and how many there are. */
function etagOfParts(parts: readonly UploadedPart[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(bare(etag), 'hex');
  return `"${hash.digest('hex')}-${parts.length}"`;
}
