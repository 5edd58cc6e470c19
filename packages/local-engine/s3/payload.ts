import { createHash } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import { type ChecksumAlgorithm, checkedValue, checksumOf, parseAlgorithm } from './checksums.ts';
import { invalidRequest } from './errors.ts';
import type { S3Request } from './request.ts';

/** An object or a part of one as it was sent, after all hashes and checksums of the request were verified. */
export interface Payload {
  readonly bytes: Buffer;
  readonly md5: Buffer;
  /** The checksum that the client sent. @default - none */
  readonly checksum?: SentChecksum;
}

interface SentChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
}

type Sent = Pick<S3Request, 'headers' | 'body'>;

/** @throws AwsError for bytes that do not match the request's hashes and checksums */
export function payloadOf({ headers, body }: Sent): Payload {
  const isChunked = headers['x-amz-content-sha256']?.startsWith('STREAMING-') || isAwsChunked(headers);
  const { bytes, trailers } = isChunked
    ? decodeChunks(body, headers['x-amz-decoded-content-length'])
    : { bytes: body, trailers: {} };
  checkPayloadHash(headers['x-amz-content-sha256'], bytes);
  const md5 = createHash('md5').update(bytes).digest();
  checkMd5(headers['content-md5'], md5);
  const checksum = sentChecksum(headers, trailers);
  if (checksum !== undefined && checksumOf(checksum.algorithm, [bytes]) !== checksum.value) {
    throw badChecksum(checksum.algorithm);
  }
  return { bytes, md5, ...(checksum !== undefined && { checksum }) };
}

function isAwsChunked(headers: S3Request['headers']): boolean {
  return (headers['content-encoding'] ?? '').split(',').some((each) => each.trim() === 'aws-chunked');
}

/** The content encoding that the object keeps. */
export function contentEncoding(headers: S3Request['headers']): string | undefined {
  const kept = (headers['content-encoding'] ?? '').split(',').filter((each) => each.trim() !== 'aws-chunked');
  return kept.join(',').trim() || undefined;
}

/** The signature's hash of the body; other values such as UNSIGNED-PAYLOAD are no hash. */
function checkPayloadHash(hash: string | undefined, bytes: Buffer): void {
  if (hash === undefined || !/^[0-9a-f]{64}$/i.test(hash)) return;
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual === hash.toLowerCase()) return;
  const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
  throw new AwsError('XAmzContentSHA256Mismatch', message, 400, {
    ClientComputedContentSHA256: hash,
    S3ComputedContentSHA256: actual,
  });
}

function checkMd5(header: string | undefined, md5: Buffer): void {
  if (header === undefined) return;
  const isDigest = /^[A-Za-z0-9+/]{22}==$/.test(header);
  if (!isDigest) {
    throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.', 400, { 'Content-MD5': header });
  }
  const expected = Buffer.from(header, 'base64');
  if (expected.equals(md5)) return;
  throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.', 400, {
    ExpectedDigest: header,
    CalculatedDigest: md5.toString('base64'),
  });
}

/** Headers that begin as those of checksums do. */
const NO_CHECKSUMS = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type']);

/**
 * The checksum of a request, in a header or in a trailer.
 * @throws AwsError for more than one, for one that is invalid, and for one that was announced and is missing
 */
function sentChecksum(
  headers: S3Request['headers'],
  trailers: Readonly<Record<string, string>>,
): SentChecksum | undefined {
  const announced = headers['x-amz-trailer']?.trim().toLowerCase();
  const sent = { ...trailers, ...headers };
  const names = Object.keys(sent).filter((name) => name.startsWith('x-amz-checksum-') && !NO_CHECKSUMS.has(name));
  const [name, ...more] = names;
  if (more.length > 0) {
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  }
  if (announced !== undefined && announced !== name) {
    const message =
      'The request contained trailing data that was not well-formed or did not conform to our published schema.';
    throw new AwsError('MalformedTrailerError', message);
  }
  const named = headers['x-amz-sdk-checksum-algorithm'];
  const algorithm = named === undefined || named === '' ? undefined : parseAlgorithm(named);
  if (name === undefined) {
    if (algorithm === undefined) return undefined;
    const md5 = headers['content-md5'];
    // The SDK for JavaScript sends it so. It is verified already.
    if (algorithm === 'MD5' && md5 !== undefined) return { algorithm, value: md5 };
    const message =
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.';
    throw invalidRequest(message);
  }
  const found = parseAlgorithm(name.slice('x-amz-checksum-'.length));
  if (algorithm !== undefined && algorithm !== found) {
    throw invalidRequest('Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
  return { algorithm: found, value: checkedValue(found, sent[name] ?? '') };
}

export function badChecksum(algorithm: ChecksumAlgorithm): AwsError {
  return new AwsError('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
}

/** A document that a client sent, as text, verified. @throws AwsError */
export function documentOf(request: Sent): string {
  return payloadOf(request).bytes.toString('utf8');
}

/** ETag of bytes that were sent at once. */
export function etagOf(bytes: Uint8Array): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

interface ChunkedBody {
  readonly bytes: Buffer;
  /** By names in lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

/** A chunk's size never takes more. */
const MOST_HEADER_BYTES = 1024;

/**
 * Reads the encoding `aws-chunked`: `SIZE[;chunk-signature=…]\r\nBYTES\r\n` again and again, a chunk of size 0, trailers.
 * Signatures are not verified, as those of no request are.
 * Source: S3 API reference, signature calculations with and without trailers.
 * @param length the number of bytes in the request's header `x-amz-decoded-content-length`
 * @throws AwsError
 */
export function decodeChunks(body: Buffer, length: string | undefined): ChunkedBody {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.subarray(at, at + MOST_HEADER_BYTES).indexOf('\r\n');
    if (end < 0) throw incomplete();
    const size = /^([0-9a-f]{1,8})(?:;|$)/i.exec(body.toString('latin1', at, at + end))?.[1];
    if (size === undefined)
      throw new AwsError('InvalidRequest', 'The chunk size of an aws-chunked body must be a hexadecimal number.');
    at += end + 2;
    const bytes = Number.parseInt(size, 16);
    if (bytes === 0) break;
    if (at + bytes > body.length) throw incomplete();
    chunks.push(body.subarray(at, at + bytes));
    at += bytes;
    if (body.toString('latin1', at, at + 2) === '\r\n') at += 2;
    else throw incomplete();
  }
  const bytes = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  if (length !== undefined && Number(length) !== bytes.length) throw incomplete();
  return { bytes, trailers: trailersIn(body.toString('latin1', at)) };
}

function trailersIn(text: string): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}

function incomplete(): AwsError {
  const message = 'You did not provide the number of bytes specified by the Content-Length HTTP header';
  return new AwsError('IncompleteBody', message);
}
