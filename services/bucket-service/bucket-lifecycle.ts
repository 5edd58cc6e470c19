import { type Field, group, wholeNumber } from '../shared/field.ts';

/** What S3 does with the objects of a user's bucket over time. S3 does nothing for a value that is left out. */
export interface BucketLifecycle {
  /**
   * Days after which S3 removes the parts of an unfinished multipart upload, which cost money until then.
   * @default - never
   */
  readonly abortUploadsAfterDays?: number;

  /**
   * Days after which an object moves to S3 Intelligent-Tiering. S3 leaves objects under 128 KB where they are.
   * @default - never
   */
  readonly intelligentTieringAfterDays?: number;

  /**
   * Days after which S3 deletes an object. **This deletes what users store.** It must be later than
   * `intelligentTieringAfterDays`.
   * @default - never
   */
  readonly expireObjectsAfterDays?: number;
}

const days = wholeNumber(1, 1, 36_500);

export const bucketLifecycleField: Field<BucketLifecycle> = group<BucketLifecycle>({
  abortUploadsAfterDays: days,
  intelligentTieringAfterDays: days,
  expireObjectsAfterDays: days,
});

/**
 * Says what is wrong with a well-formed lifecycle, in words that follow its name; undefined for a correct one.
 * Source: S3 API reference, LifecycleRule.
 */
export function lifecycleConflict(lifecycle: BucketLifecycle): string | undefined {
  const { intelligentTieringAfterDays: moved = 0, expireObjectsAfterDays: expired } = lifecycle;
  if (expired === undefined || expired > moved) return undefined;
  return 'must have expireObjectsAfterDays after intelligentTieringAfterDays';
}
