import { headerNotImplemented, noSuchKey, preconditionFailed } from './errors.ts';
import type { StoredObject } from './object-store.ts';
import type { S3Request } from './request.ts';

type Headers = S3Request['headers'];
type Known = Pick<StoredObject, 'etag' | 'modifiedAt'>;

/**
 * Judges the conditions of a read. A condition on the ETag takes precedence over one on the time.
 * Source: S3 API reference, GetObject and CopyObject; RFC 9110, section 13.2.2.
 * @param now Unix epoch milliseconds: a time in the future has no effect
 * @param prefix of the headers with conditions
 * @returns whether the client has it already
 * @throws AwsError PreconditionFailed
 */
export function isUnchanged(
  headers: Headers,
  object: Known,
  now: number,
  prefix: '' | 'x-amz-copy-source-' = '',
): boolean {
  const header = (name: string) => headers[`${prefix}${name.toLowerCase()}`];
  const failed = (name: string) => preconditionFailed(`${prefix}${name}`);
  const [match, noneMatch] = [header('If-Match'), header('If-None-Match')];
  const [unmodifiedSince, modifiedSince] = [timeOf(header('If-Unmodified-Since')), timeOf(header('If-Modified-Since'))];
  if (match !== undefined) {
    if (!isMatch(match, object.etag)) throw failed('If-Match');
  } else if (unmodifiedSince !== undefined && object.modifiedAt > unmodifiedSince) {
    throw failed('If-Unmodified-Since');
  }
  if (noneMatch !== undefined) return isMatch(noneMatch, object.etag);
  return modifiedSince !== undefined && modifiedSince <= now && object.modifiedAt <= modifiedSince;
}

/** The same for the source of a copy, which is refused where a read would answer that it is unchanged. @throws AwsError */
export function checkCopySource(headers: Headers, source: Known, now: number): void {
  if (!isUnchanged(headers, source, now, 'x-amz-copy-source-')) return;
  const isByTag = headers['x-amz-copy-source-if-none-match'] !== undefined;
  throw preconditionFailed(`x-amz-copy-source-${isByTag ? 'If-None-Match' : 'If-Modified-Since'}`);
}

/**
 * Judges the conditions of a write.
 * @param present what is there now, under that key
 * @throws AwsError PreconditionFailed, NoSuchKey, or NotImplemented for a condition that S3 does not have here
 */
export function checkWrite(headers: Headers, key: string, present: Known | undefined): void {
  const [match, noneMatch] = [headers['if-match'], headers['if-none-match']];
  if (match !== undefined && noneMatch !== undefined) {
    throw headerNotImplemented('If-Match,If-None-Match', 'Multiple conditional request headers present in the request');
  }
  if (noneMatch !== undefined) {
    if (noneMatch.trim() !== '*') throw notAccepted('If-None-Match');
    if (present !== undefined) throw preconditionFailed('If-None-Match');
  }
  if (match === undefined) return;
  if (match.trim() === '*') throw notAccepted('If-Match');
  checkMatch(match, key, present);
}

/** Judges the condition of a removal, which may be `*` for any ETag. @throws AwsError */
export function checkRemoval(headers: Headers, key: string, present: Known | undefined): void {
  const directoryOnly = ['x-amz-if-match-last-modified-time', 'x-amz-if-match-size'].find((name) => name in headers);
  if (directoryOnly !== undefined) throw headerNotImplemented(directoryOnly);
  const match = headers['if-match'];
  if (match !== undefined) checkMatch(match, key, present);
}

function checkMatch(match: string, key: string, present: Known | undefined): void {
  if (present === undefined) throw noSuchKey(key);
  if (!isMatch(match, present.etag)) throw preconditionFailed('If-Match');
}

function notAccepted(header: string) {
  return headerNotImplemented(header, `We don't accept the provided value of ${header} header for this API`);
}

/** Quotation marks may be left out. */
function isMatch(wanted: string, etag: string): boolean {
  const bare = (text: string) => text.trim().replace(/^W\//, '').replace(/^"|"$/g, '');
  return wanted.split(',').some((each) => each.trim() === '*' || bare(each) === bare(etag));
}

/** Undefined for a text that is not a time, which has no effect. */
function timeOf(header: string | undefined): number | undefined {
  const time = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(time) ? undefined : time;
}
