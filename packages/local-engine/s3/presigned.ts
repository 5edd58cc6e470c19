import { AwsError } from '../core/aws-error.ts';
import { accessDenied } from './errors.ts';

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
