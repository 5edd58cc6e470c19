import { createHash } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import { type ApiResponse, xmlResponse } from '../protocols/http.ts';
import { ALGORITHMS, type Checksum, checksumOf, DEFAULT_ALGORITHM, elementOf, headerOf } from './checksums.ts';
import type { Contents } from './contents.ts';
import { ENCRYPTED } from './object-headers.ts';
import type { ObjectStore } from './object-store.ts';
import { MOST_PARTS } from './part-number.ts';
import { checkWrite } from './preconditions.ts';
import { invalidRequest, malformedXml } from './s3-errors.ts';
import type { S3Objects } from './s3-objects.ts';
import { badChecksum } from './s3-payload.ts';
import type { S3Request } from './s3-request.ts';
import type { Upload, UploadedPart, Uploads } from './uploads.ts';
import { childrenOf, parseXml, s3Document, textOf, xml } from './xml-document.ts';

interface CompletionProps {
  readonly uploads: Uploads;
  readonly contents: Contents;
  readonly store: ObjectStore;
  readonly objects: S3Objects;
}

/** Of every part but the last. Source: S3 user guide, multipart upload limits. */
const LEAST_PART_BYTES = 5 * 1024 * 1024;

/** An answer holds an object whole. */
const MOST_BYTES = 1024 * 1024 * 1024;

/** Makes an object of the parts that a request names. @throws AwsError, and then the upload stays */
export function completeUpload(request: S3Request, upload: Upload, props: CompletionProps): ApiResponse {
  const { uploads, contents, store, objects } = props;
  const { bucket, key, headers } = request;
  const parts = chosenParts(request, upload, uploads.parts(upload));
  checkConditions(request, upload, store);
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
  const object = { key, content, size, etag, modifiedAt: objects.now() };
  objects.replace(bucket, { ...object, properties: { ...properties, checksum, parts: described } });
  const path = key.split('/').map(encodeURIComponent).join('/');
  const result =
    xml('Location', `http://${headers.host ?? 'localhost'}/${bucket}/${path}`) +
    xml('Bucket', bucket) +
    xml('Key', key) +
    xml('ETag', etag) +
    xml(elementOf(checksum.algorithm), checksum.value) +
    xml('ChecksumType', checksum.type);
  return xmlResponse(s3Document('CompleteMultipartUploadResult', result), 200, ENCRYPTED);
}

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

/** An object that came or went meanwhile breaks a condition too. @throws AwsError */
function checkConditions({ bucket, key, headers }: S3Request, { hasConflict }: Upload, store: ObjectStore): void {
  checkWrite(headers, key, store.find(bucket, key));
  const Condition = ['If-Match', 'If-None-Match'].find((name) => headers[name.toLowerCase()] !== undefined);
  if (!hasConflict || Condition === undefined) return;
  const message = 'The conditional request cannot succeed due to a conflicting operation against this resource.';
  throw new AwsError('ConditionalRequestConflict', message, 409, { Condition, Key: key });
}

/** Bytes of the whole. @param expected as the request says @throws AwsError */
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

/** What the request says of the whole. @throws AwsError */
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
  const isSame = sent === algorithm && withoutCount(headers[headerOf(sent)] ?? '') === withoutCount(value);
  if (!isSame) throw badChecksum(sent);
}

/** The number of parts behind a composite checksum may be left out. */
function withoutCount(value: string): string {
  return value.replace(/-\d+$/, '');
}

/** Source: S3 API reference, common response headers: the digest of the parts' digests, and how many there are. */
function etagOfParts(parts: readonly UploadedPart[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(bare(etag), 'hex');
  return `"${hash.digest('hex')}-${parts.length}"`;
}
