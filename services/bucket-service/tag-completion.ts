import type { BucketTag } from './bucket-tags.ts';

/** What a bucket that was there already lacks of its user's tags. */
export type TagCompletion =
  | { readonly kind: 'complete' }
  /** The tags to put: all that the bucket has, as they are, and those that it lacks. */
  | { readonly kind: 'incomplete'; readonly tags: readonly BucketTag[]; readonly missing: readonly string[] }
  /** It is tagged as the bucket of somebody else. */
  | { readonly kind: 'another-users' };

/** The tag that says whose bucket it is. */
const OWNER = 'userIdSha256';

/**
 * Compares a bucket's tags with those planned for its user. A value that stands there is never changed, and nobody else's
 * tag removed: PutBucketTagging replaces the whole set (S3 API reference), so that set holds them all, also those that AWS
 * itself has put there.
 */
export function tagCompletion(existing: readonly BucketTag[], planned: readonly BucketTag[]): TagCompletion {
  const valueIn = (tags: readonly BucketTag[], key: string) => tags.find(({ Key }) => Key === key)?.Value;
  const owner = valueIn(existing, OWNER);
  if (owner !== undefined && owner !== valueIn(planned, OWNER)) return { kind: 'another-users' };
  const missing = planned.filter(({ Key }) => valueIn(existing, Key) === undefined);
  if (missing.length === 0) return { kind: 'complete' };
  return { kind: 'incomplete', tags: [...existing, ...missing], missing: missing.map(({ Key }) => Key) };
}
