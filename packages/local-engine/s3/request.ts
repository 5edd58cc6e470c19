import { isUtf8 } from 'node:buffer';
import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { ApiRequest, ApiResponse } from '../protocols/http.ts';
import type { Buckets } from './buckets.ts';
import { accessDenied } from './errors.ts';
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

/** Source: S3 API reference, authenticating requests, query parameters. */
const LONGEST_SECONDS = 604_800;

/** How far in the future a signature may be. */
const SKEW_MS = 15 * 60_000;

const VERSION_4 = ['Algorithm', 'Credential', 'Signature', 'Date', 'SignedHeaders', 'Expires'];
const VERSION_2 = ['AWSAccessKeyId', 'Signature', 'Expires'];

/**
 * Refuses a presigned URL that has expired or is incomplete. The signature itself is not verified.
 * @param now Unix epoch milliseconds
 * @throws AwsError
 */
export function checkPresigned(query: URLSearchParams, now: number): void {
  if (query.has('X-Amz-Algorithm') || query.has('X-Amz-Credential')) checkVersion4(query, now);
  else if (query.has('AWSAccessKeyId') || query.has('Signature')) checkVersion2(query, now);
}

function checkVersion4(query: URLSearchParams, now: number): void {
  if (!VERSION_4.every((name) => query.has(`X-Amz-${name}`))) {
    throw badParameters(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, ' +
        'X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  const expires = query.get('X-Amz-Expires') ?? '';
  if (!/^-?\d+$/.test(expires)) throw badParameters('X-Amz-Expires should be a number');
  const seconds = Number(expires);
  if (seconds < 0) throw badParameters('X-Amz-Expires must be non-negative');
  if (seconds > LONGEST_SECONDS) {
    throw badParameters(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ' +
        `${LONGEST_SECONDS} seconds`,
    );
  }
  const signedAt = amazonTime(query.get('X-Amz-Date') ?? '');
  if (signedAt === undefined) {
    throw badParameters("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  }
  if (signedAt > now + SKEW_MS) throw accessDenied('Request is not valid yet');
  const expiresAt = signedAt + seconds * 1000;
  if (now > expiresAt) throw expired(expiresAt, now, { 'X-Amz-Expires': seconds });
}

function checkVersion2(query: URLSearchParams, now: number): void {
  if (!VERSION_2.every((name) => query.has(name))) {
    throw accessDenied('Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters');
  }
  const expires = query.get('Expires') ?? '';
  if (!/^\d{1,12}$/.test(expires)) {
    throw accessDenied(`Invalid date (should be seconds since epoch): ${expires}`);
  }
  const expiresAt = Number(expires) * 1000;
  if (now > expiresAt) throw expired(expiresAt, now);
}

/** Such as 20261128T120000Z. */
function amazonTime(text: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

function expired(expiresAt: number, now: number, details: Readonly<Record<string, unknown>> = {}): AwsError {
  const seconds = (time: number) => new Date(time).toISOString().replace(/\.\d+/, '');
  return accessDenied('Request has expired', { ...details, Expires: seconds(expiresAt), ServerTime: seconds(now) });
}

function badParameters(message: string): AwsError {
  return new AwsError('AuthorizationQueryParametersError', message);
}
