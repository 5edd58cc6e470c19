import { type Field, group, quote, wholeNumber } from './field.ts';

/** What S3 does with the objects of a user's bucket by itself. What is left out is not done. */
export interface BucketLifecycle {
  /**
   * Days after which an upload in parts that was never finished is given up, and its parts cost nothing more.
   * @default - never
   */
  readonly abortUploadsAfterDays?: number;

  /**
   * Days after which an object moves to S3 Intelligent-Tiering. S3 leaves objects under 128 KB where they are.
   * @default - never
   */
  readonly intelligentTieringAfterDays?: number;

  /**
   * Days after which an object is deleted. **What users store is gone then.** It must be later than
   * `intelligentTieringAfterDays`.
   * @default - never
   */
  readonly expireObjectsAfterDays?: number;
}

const days: Field<number> = wholeNumber(1, 1, 36_500);

export const bucketLifecycleField: Field<BucketLifecycle> = group<BucketLifecycle>({
  abortUploadsAfterDays: days,
  intelligentTieringAfterDays: days,
  expireObjectsAfterDays: days,
});

/** What is wrong with a lifecycle whose values are well-formed. Source: S3 API reference, LifecycleRule. */
export function findLifecycleConflict(where: string, lifecycle: unknown): string[] {
  if (!bucketLifecycleField.accepts(lifecycle)) return [];
  const { intelligentTieringAfterDays: moved = 0, expireObjectsAfterDays: expired } = lifecycle as BucketLifecycle;
  if (expired === undefined || expired > moved) return [];
  return [`${where} must have expireObjectsAfterDays after intelligentTieringAfterDays; got ${quote(lifecycle)}`];
}
