import type { LifecycleRule } from '@aws-sdk/client-s3';

/** What S3 does with a bucket's objects by itself. Whole days, 1 or more; what is left out is not done. */
export interface BucketLifecycle {
  /** After so many days an upload in parts that was never finished is given up, and its parts cost nothing more. */
  readonly abortUploadsAfterDays?: number;
  /** After so many days an object moves to S3 Intelligent-Tiering. */
  readonly intelligentTieringAfterDays?: number;
  /** After so many days an object is deleted. */
  readonly expireObjectsAfterDays?: number;
}

const NAMES = ['abortUploadsAfterDays', 'intelligentTieringAfterDays', 'expireObjectsAfterDays'] as const;

/**
 * Reads a lifecycle out of a JSON object such as `{"abortUploadsAfterDays":7}`.
 *
 * @throws {Error} saying what is allowed and what was received
 */
export function readLifecycle(json: string): BucketLifecycle {
  const value = parse(json);
  const isLifecycle = Object.entries(value ?? { none: 0 }).every(
    ([name, days]) => NAMES.some((known) => known === name) && Number.isInteger(days) && Number(days) >= 1,
  );
  if (!isLifecycle)
    throw new Error(`must be a JSON object of whole days, with any of ${NAMES.join(', ')}; got ${json}`);
  const lifecycle = value as BucketLifecycle;
  const { intelligentTieringAfterDays: moved = 0, expireObjectsAfterDays: expired = Number.POSITIVE_INFINITY } =
    lifecycle;
  if (expired <= moved) {
    throw new Error(`must have expireObjectsAfterDays after intelligentTieringAfterDays; got ${json}`);
  }
  return lifecycle;
}

/**
 * The one rule that holds it all, for every object; none for a lifecycle in which nothing happens.
 * Source: S3 API reference, PutBucketLifecycleConfiguration and LifecycleRule.
 */
export function lifecycleRules(lifecycle: BucketLifecycle): LifecycleRule[] {
  const { abortUploadsAfterDays, intelligentTieringAfterDays, expireObjectsAfterDays } = lifecycle;
  const actions: Partial<LifecycleRule> = {
    ...(abortUploadsAfterDays !== undefined && {
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortUploadsAfterDays },
    }),
    ...(intelligentTieringAfterDays !== undefined && {
      Transitions: [{ Days: intelligentTieringAfterDays, StorageClass: 'INTELLIGENT_TIERING' as const }],
    }),
    ...(expireObjectsAfterDays !== undefined && { Expiration: { Days: expireObjectsAfterDays } }),
  };
  if (Object.keys(actions).length === 0) return [];
  return [{ ID: 'user-bucket-pipeline', Status: 'Enabled', Filter: { Prefix: '' }, ...actions }];
}

function parse(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
