import { AwsError } from '../core/aws-error.ts';
import { invalidRequest } from './s3-errors.ts';

/** Bytes from one to another, both counted. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The bytes that a Range header asks for; undefined for all of them, as for a header that says nothing, or several things.
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
  const details = { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header };
  if (start === undefined || end === undefined || Number(start) > Number(end)) {
    const message =
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy';
    throw new AwsError('InvalidArgument', message, 400, details);
  }
  if (Number(start) >= size) throw invalidRequest('The specified copy range is invalid for the source object size');
  if (Number(end) < size) return { first: Number(start), last: Number(end) };
  throw new AwsError(
    'InvalidArgument',
    `Range specified is not valid for source object of size: ${size}`,
    400,
    details,
  );
}
