import type { LifecycleRule } from '@aws-sdk/client-s3';
import { bucketStem, registrationIn } from '../bucket-service/bucket-name.ts';
import { type BucketTag, ownerIn, userIdTag } from '../bucket-service/bucket-tags.ts';
import {
  isToBeEmptied,
  planRetirement,
  readRetirement,
  rulesOfRestored,
  rulesOfRetired,
  tagsOfRestored,
  tagsOfRetired,
} from '../bucket-service/retirement.ts';
import type { ReadUserRow } from '../bucket-service/user-row.ts';
import { RetryableError } from '../shared/errors.ts';
import type { RetirementSettings } from './retirement-settings.ts';

/** Settling's effects. */
export interface SettlingEffects {
  readonly readRow: ReadUserRow;
  /** Names of this account's buckets in this Region that begin like this. */
  listBuckets(prefix: string): Promise<readonly string[]>;
  /** The tags of a bucket; undefined if S3 says that there is none of that name. */
  readTags(bucketName: string): Promise<readonly BucketTag[] | undefined>;
  /** Replaces all tags of a bucket. */
  putTags(bucketName: string, tags: readonly BucketTag[]): Promise<void>;
  /** The lifecycle rules of a bucket. */
  readRules(bucketName: string): Promise<readonly LifecycleRule[]>;
  /** Replaces all lifecycle rules of a bucket. */
  putRules(bucketName: string, rules: readonly LifecycleRule[]): Promise<void>;
  /** Whole seconds since the Unix epoch, UTC. */
  now(): number;
}

/** What was done, by the names of buckets. */
export interface Settled {
  readonly retired: readonly string[];
  readonly restored: readonly string[];
  /** Buckets whose names are this user's, but not their tags. They stay as they are. */
  readonly notTheirs: readonly string[];
}

/** The row may change while buckets are changed. It hardly does so twice. */
const MOST_ROUNDS = 3;

/**
 * Makes the buckets of a user what the row says: retired as long as the user has none, and in use otherwise. The event that leads
 * here says only whose buckets to look at, so it may come twice, late, again from the archive, or in any order.
 *
 * The row is read again after each change. If it came, or went, meanwhile, the change is undone.
 *
 * @param mayRetire whether to retire buckets of a user without row
 * @throws {RetryableError} if the row changes all the time, or an effect may work later
 * @throws {PermanentError} if an effect is refused for good
 */
export async function settleBuckets(
  userId: string,
  settings: RetirementSettings,
  effects: SettlingEffects,
  { mayRetire }: { readonly mayRetire: boolean },
): Promise<Settled> {
  const retired = new Set<string>();
  const restored = new Set<string>();
  const notTheirs = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const hasRow = (await effects.readRow(userId)) !== undefined;
    // What was restored in the round before must be retired again.
    if (!hasRow && !mayRetire && round === 0) return settled();
    let hasChanged = false;
    for (const name of await effects.listBuckets(`${bucketStem(userId, settings)}-`)) {
      if (registrationIn(name, userId, settings) === undefined) continue;
      const tags = await effects.readTags(name);
      // Passed over, it would never be settled: no other event comes. One that was deleted is soon not listed either.
      if (tags === undefined) {
        throw new RetryableError(`S3 lists the bucket ${name} of this user, but says that it does not exist`, {
          hint: 'nothing to do unless it lasts',
          userId,
        });
      }
      if (ownerIn(tags) !== userIdTag(userId)) {
        notTheirs.add(name);
        continue;
      }
      const isChanged = await (hasRow ? restore(name, tags, effects) : retire(name, tags, settings, effects));
      if (!isChanged) continue;
      hasChanged = true;
      (hasRow ? restored : retired).add(name);
      (hasRow ? retired : restored).delete(name);
    }
    if (!hasChanged || ((await effects.readRow(userId)) !== undefined) === hasRow) return settled();
  }
  throw new RetryableError('the row of this user was deleted and written again several times meanwhile', {
    hint: 'nothing to do unless it lasts',
    userId,
  });

  function settled(): Settled {
    return { retired: [...retired], restored: [...restored], notTheirs: [...notTheirs] };
  }
}

/**
 * Retires a bucket, unless it is retired already: then it keeps its day. The tags come first, so that no bucket is emptied that
 * does not say so. If the rule is missing, because an attempt ended in between, the days begin again.
 */
async function retire(
  name: string,
  tags: readonly BucketTag[],
  { emptyAfterDays }: RetirementSettings,
  effects: SettlingEffects,
): Promise<boolean> {
  const before = readRetirement(tags);
  if (before !== undefined && before.emptiedFrom === undefined) return false;
  const rules = before === undefined && emptyAfterDays === undefined ? [] : await effects.readRules(name);
  if (before !== undefined && isToBeEmptied(rules)) return false;
  const retirement = planRetirement(effects.now(), emptyAfterDays);
  await effects.putTags(name, tagsOfRetired(tags, retirement));
  if (retirement.emptiedFrom !== undefined) {
    await effects.putRules(name, rulesOfRetired(rules, retirement.emptiedFrom));
  }
  return true;
}

/** Takes back what {@link retire} did, in reverse order. The rule is looked for even if the tags do not tell of it. */
async function restore(name: string, tags: readonly BucketTag[], effects: SettlingEffects): Promise<boolean> {
  const rules = await effects.readRules(name);
  const isEmptied = isToBeEmptied(rules);
  if (isEmptied) await effects.putRules(name, rulesOfRestored(rules));
  const isTagged = readRetirement(tags) !== undefined;
  if (isTagged) await effects.putTags(name, tagsOfRestored(tags));
  return isEmptied || isTagged;
}
