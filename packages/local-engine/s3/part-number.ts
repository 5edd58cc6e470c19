import { invalidArgument } from './s3-errors.ts';

/** Source: S3 user guide, multipart upload limits. */
export const MOST_PARTS = 10_000;

/** A part's number, as the query parameter says. @throws AwsError InvalidArgument */
export function partNumber(text: string | null): number {
  const number = Number(text);
  if (text !== null && /^\d{1,5}$/.test(text) && number >= 1 && number <= MOST_PARTS) return number;
  const message = `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`;
  throw invalidArgument(message, 'partNumber', text ?? '');
}
