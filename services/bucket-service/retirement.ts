import type { LifecycleRule } from '@aws-sdk/client-s3';
import { type BucketTag, RETIREMENT_TAGS } from './bucket-tags.ts';

/** That a bucket's user left. A bucket is retired only as long as its user has no row (decision 0034). */
export interface Retirement {
  /** Whole seconds since the Unix epoch, UTC. */
  readonly retiredAt: number;
  /**
   * The day, such as `2026-12-30`, at whose beginning (UTC) S3 begins to delete the objects.
   * @default - it keeps them
   */
  readonly emptiedFrom?: string;
}

const RULE_ID = 'user-bucket-pipeline-retired';
const SECONDS_PER_DAY = 86_400;

/**
 * The retirement of a bucket whose user left.
 *
 * @param retiredAt whole seconds since the Unix epoch, UTC: now, and not when the user left, so that a late event leaves
 * all of the days
 * @param emptyAfterDays whole days until S3 may begin to empty it, at least; undefined keeps what it holds
 */
export function planRetirement(retiredAt: number, emptyAfterDays: number | undefined): Retirement {
  if (emptyAfterDays === undefined) return { retiredAt };
  // S3 takes only midnight UTC (S3 API reference, LifecycleExpiration): the first one that leaves all of the days.
  const day = Math.ceil(retiredAt / SECONDS_PER_DAY) + emptyAfterDays;
  return { retiredAt, emptiedFrom: new Date(day * SECONDS_PER_DAY * 1000).toISOString().slice(0, 10) };
}

/** The retirement that the tags of a bucket tell; undefined for a bucket that is not retired. */
export function readRetirement(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
): Retirement | undefined {
  const valueIn = (key: string) => tags.find(({ Key }) => Key === key)?.Value;
  const [retiredAt, emptiedFrom] = [valueIn(RETIREMENT_TAGS.retiredAt), valueIn(RETIREMENT_TAGS.emptiedFrom)];
  if (retiredAt === undefined) return undefined;
  return { retiredAt: Number(retiredAt), ...(emptiedFrom !== undefined && { emptiedFrom }) };
}

/** The tags of a bucket with those of a retirement: PutBucketTagging replaces the whole set. */
export function tagsOfRetired(tags: readonly BucketTag[], { retiredAt, emptiedFrom }: Retirement): BucketTag[] {
  return [
    ...tagsOfRestored(tags),
    { Key: RETIREMENT_TAGS.retiredAt, Value: String(retiredAt) },
    ...(emptiedFrom === undefined ? [] : [{ Key: RETIREMENT_TAGS.emptiedFrom, Value: emptiedFrom }]),
  ];
}

/** The tags of a bucket without those of a retirement. */
export function tagsOfRestored(tags: readonly BucketTag[]): BucketTag[] {
  const keys: readonly string[] = Object.values(RETIREMENT_TAGS);
  return tags.filter(({ Key }) => !keys.includes(Key));
}

/** The rules of a bucket with the one by which S3 empties it from that day on. The other rules stay. */
export function rulesOfRetired(rules: readonly LifecycleRule[], emptiedFrom: string): LifecycleRule[] {
  const Expiration = { Date: new Date(`${emptiedFrom}T00:00:00.000Z`) };
  return [...rulesOfRestored(rules), { ID: RULE_ID, Status: 'Enabled', Filter: { Prefix: '' }, Expiration }];
}

/** The rules of a bucket without that one. */
export function rulesOfRestored(rules: readonly LifecycleRule[]): LifecycleRule[] {
  return rules.filter(({ ID }) => ID !== RULE_ID);
}

/** Whether S3 is told to empty the bucket. */
export function isToBeEmptied(rules: readonly LifecycleRule[]): boolean {
  return rules.some(({ ID }) => ID === RULE_ID);
}
