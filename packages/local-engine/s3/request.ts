import { isUtf8 } from 'node:buffer';
import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { ApiRequest, ApiResponse } from '../protocols/http.ts';
import type { Buckets } from './buckets.ts';
import type { Contents, ObjectStore } from './object-store.ts';
import type { Uploads } from './uploads.ts';

/** A request as S3 reads it. */
export interface S3Request {
  readonly method: string;
  /** Empty for a request of the account. */
  readonly bucket: string;
  /** As in the path, decoded but not normalized. Empty for a request of the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  /** By names in lower case; `x-amz-…` parameters of a presigned URL are among them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** Of the endpoint. */
  readonly region: string;
}

/** What S3 keeps, and what its operations need besides. */
export interface S3State {
  readonly account: Account;
  readonly clock: Clock;
  readonly buckets: Buckets;
  readonly objects: ObjectStore;
  /** Bytes of objects and parts. */
  readonly contents: Contents;
  readonly uploads: Uploads;
}

/** One operation of S3. @throws AwsError */
export type Operation = (state: S3State, request: S3Request) => ApiResponse;

export function emptyAnswer(status: number, headers: ApiResponse['headers'] = {}): ApiResponse {
  return { status, headers, body: '' };
}

/** Unix epoch milliseconds, in whole seconds: S3 has no more. */
export function wholeSeconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000) * 1000;
}

/** @throws AwsError InvalidURI */
export function parseRequest(request: ApiRequest): S3Request {
  const target = s3Target(request);
  const { method, body, region } = request;
  return { ...target, method, headers: headersOf(request, target.query), body, region };
}

/** What a request is about. @throws AwsError InvalidURI for a path that is not text */
export function s3Target({
  target,
  hostBucket,
}: Pick<ApiRequest, 'target' | 'hostBucket'>): Pick<S3Request, 'bucket' | 'key' | 'query'> {
  const queryAt = target.indexOf('?');
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  const query = new URLSearchParams(queryAt < 0 ? '' : target.slice(queryAt + 1));
  if (hostBucket !== undefined) return { bucket: hostBucket, key: percentDecoded(path.slice(1)), query };
  const slash = path.indexOf('/', 1);
  if (slash < 0) return { bucket: percentDecoded(path.slice(1)), key: '', query };
  if (slash === 1) throw invalidUri();
  return { bucket: percentDecoded(path.slice(1, slash)), key: percentDecoded(path.slice(slash + 1)), query };
}

/** Text of a percent-encoded path. @throws AwsError InvalidURI for bytes that are not UTF-8 */
export function percentDecoded(path: string): string {
  if (/^[\x20-\x24\x26-\x7e]*$/.test(path)) return path;
  if (/%(?![0-9a-f]{2})/i.test(path)) throw invalidUri();
  // What is not encoded comes from the socket as one character per byte.
  const isBytes = /^[\0-\xff]*$/.test(path);
  const parts = path
    .split(/((?:%[0-9a-f]{2})+)/i)
    .map((part, index) =>
      index % 2 === 1 ? Buffer.from(part.replaceAll('%', ''), 'hex') : Buffer.from(part, isBytes ? 'latin1' : 'utf8'),
    );
  const bytes = Buffer.concat(parts);
  if (!isUtf8(bytes)) throw invalidUri();
  // A byte order mark at the beginning is part of a key, and stays.
  return bytes.toString('utf8');
}

function invalidUri(): AwsError {
  return new AwsError('InvalidURI', "Couldn't parse the specified URI.");
}

/** The parameters of a signature in a URL, and the algorithm of a checksum, which has no effect without one. */
const OF_SIGNATURES =
  /^x-amz-(?:algorithm|credential|date|expires|signedheaders|signature|security-token|sdk-checksum-algorithm)$/;

/** Presigned URLs carry headers as parameters. Source: S3 API reference, authenticating requests, query parameters. */
function headersOf({ headers }: ApiRequest, query: URLSearchParams): S3Request['headers'] {
  const found: Record<string, string | undefined> = {};
  for (const [parameter, value] of query) {
    const name = parameter.toLowerCase();
    // As bytes, as headers come.
    if (/^x-amz-/.test(name) && !OF_SIGNATURES.test(name)) found[name] = Buffer.from(value, 'utf8').toString('latin1');
  }
  for (const [name, value] of Object.entries(headers)) found[name] = Array.isArray(value) ? value.join(',') : value;
  return found;
}
