import { AwsError } from '../core/aws-error.ts';
import { invalidArgument, invalidRequest } from './errors.ts';

/** Source: S3 user guide, multipart upload limits. */
export const MOST_PARTS = 10_000;

/** Bytes from the first to the last, both included. */
interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The bytes that a Range header asks for; undefined for all of them, also for a header that is invalid or has several ranges.
 * Source: answers recorded on AWS.
 * @throws AwsError InvalidRange
 */
export function byteRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, start, end] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (start === undefined || end === undefined || (start === '' && end === '')) return undefined;
  if (start !== '' && end !== '' && Number(start) > Number(end)) return undefined;
  const first = start === '' ? Math.max(size - Number(end), 0) : Number(start);
  const last = start === '' || end === '' ? size - 1 : Math.min(Number(end), size - 1);
  if (first <= last) return { first, last };
  throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, {
    RangeRequested: header,
    ActualObjectSize: size,
  });
}

/** The range of a part's copy, which must lie within its source. @throws AwsError */
export function copyRange(header: string | undefined, size: number): ByteRange | undefined {
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

/** The number of a part in a query parameter. @throws AwsError InvalidArgument */
export function partNumber(text: string | null): number {
  const number = Number(text);
  if (text !== null && /^\d{1,5}$/.test(text) && number >= 1 && number <= MOST_PARTS) return number;
  const message = `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`;
  throw invalidArgument(message, 'partNumber', text ?? '');
}
