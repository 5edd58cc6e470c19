import { DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { readServiceFailure } from '../../services/shared/service-failure.ts';
import type { OnStack } from '../deployed/stack.ts';
import { type BucketInventory, type KnownBucket, lookAtBucket } from './buckets.ts';

/** A retired bucket of a user who has no row: no mismatch. */
export interface RetiredBucket {
  readonly bucket: string;
  /** Whole seconds since the Unix epoch, UTC. */
  readonly retiredAt: number;
  /** The day, such as `2026-12-30`, at whose beginning (UTC) S3 begins to empty it. @default - it is kept */
  readonly emptiedFrom?: string;
}

/** Retired buckets, by what becomes of them. */
export interface RetiredBuckets {
  readonly kept: readonly RetiredBucket[];
  /** Not emptied yet. */
  readonly waiting: readonly RetiredBucket[];
  /** S3 empties them, or has: an empty one can be deleted. */
  readonly due: readonly RetiredBucket[];
}

/** @param now milliseconds since the Unix epoch */
export function sortRetired(retired: readonly RetiredBucket[], now: number): RetiredBuckets {
  const isDue = ({ emptiedFrom }: RetiredBucket) => emptiedFrom !== undefined && Date.parse(emptiedFrom) <= now;
  return {
    kept: retired.filter(({ emptiedFrom }) => emptiedFrom === undefined),
    waiting: retired.filter((each) => each.emptiedFrom !== undefined && !isDue(each)),
    due: retired.filter(isDue),
  };
}

/** A retired bucket whose user has no row; undefined for any other. */
export function retiredBucket({ name, tags: { owner, retirement }, hasUser }: KnownBucket): RetiredBucket | undefined {
  if (retirement === undefined || owner === undefined || hasUser) return undefined;
  return { bucket: name, ...retirement };
}

/** Whether a bucket of this user is retired. @param owner SHA-256 of the user's id */
export function retiredOf(owner: string, inventory: BucketInventory): readonly KnownBucket[] {
  return inventory.ownedBy(owner).filter(({ tags }) => tags.retirement !== undefined);
}

/** What happened to the buckets that were to be deleted before the end or a stop. */
export interface Deletion {
  readonly deleted: readonly string[];
  /** S3 has not emptied them yet: they stay. */
  readonly notEmpty: readonly string[];
  /** They are in use again, or gone. */
  readonly changed: readonly string[];
}

/**
 * Deletes retired buckets that S3 has emptied. No object is lost: S3 deletes no bucket that holds one. Each bucket is looked at again
 * first, since its user may be back.
 *
 * @param due those of {@link RetiredBuckets}
 * @throws the error of S3, such as AccessDenied
 */
export async function deleteEmptied(
  on: OnStack,
  due: readonly RetiredBucket[],
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (done: number) => void },
): Promise<Deletion> {
  const deleted: string[] = [];
  const notEmpty: string[] = [];
  const changed: string[] = [];
  for (const [index, { bucket, emptiedFrom }] of due.entries()) {
    if (signal.aborted) break;
    const look = await lookAtBucket(on, bucket);
    const isSame = look.kind === 'there' && look.tags.retirement?.emptiedFrom === emptiedFrom;
    if (!isSame) changed.push(bucket);
    else if (await isDeleted(on, bucket)) deleted.push(bucket);
    else notEmpty.push(bucket);
    onProgress(index + 1);
  }
  return { deleted, notEmpty, changed };
}

/** Deletes a bucket. Returns false for one that is not empty. */
async function isDeleted({ clients }: OnStack, Bucket: string): Promise<boolean> {
  try {
    await clients.of(S3Client).send(new DeleteBucketCommand({ Bucket }));
    return true;
  } catch (error) {
    const { code } = readServiceFailure(error);
    if (code === 'NoSuchBucket') return true;
    if (code === 'BucketNotEmpty') return false;
    throw error;
  }
}
