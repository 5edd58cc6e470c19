import type { BucketCreatedV1 } from '../../schemas/generated/bucket-created.v1.ts';

/**
 * How long a user waited for the bucket's URI, in milliseconds; up to a second too much, since a registration is dated in whole
 * seconds, rounded down. Undefined where it is nobody's wait: a repetition records nothing new, and what comes of a replay or a
 * repair mends an old registration.
 *
 * @param outcome of recording the URI
 * @param now milliseconds since the Unix epoch
 */
export function registrationWait(
  { metadata, data }: BucketCreatedV1,
  outcome: string,
  now: number,
): number | undefined {
  if (outcome !== 'recorded' || metadata.replayName !== undefined) return undefined;
  // Two clocks that differ make no user wait less than nothing.
  return Math.max(0, now - data.registeredAt * 1000);
}
