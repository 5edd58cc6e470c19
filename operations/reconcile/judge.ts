import { bucketName } from '../../services/bucket-service/bucket-name.ts';
import { userIdTag } from '../../services/bucket-service/bucket-tags.ts';
import { bucketOfUri, bucketStem, isTagged, type OurTags, registrationIn } from '../deployed/user-bucket.ts';
import { bytesTooMany, MOST_ROW_BYTES, type UserRow } from '../deployed/users-table.ts';
import { displayId, numberText } from '../messages/display.ts';
import type { BucketInventory, BucketLook, KnownBucket } from './buckets.ts';
import type { Fix, Mismatch } from './mismatch.ts';
import { retiredOf } from './retired.ts';

/** What a row is compared with. */
export interface Surroundings {
  readonly inventory: BucketInventory;
  /** What S3 said about single buckets, by name. */
  readonly looks: ReadonlyMap<string, BucketLook>;
  /** Our buckets that no row names and that have no owner's tag, by the stem of their names. */
  readonly strays: ReadonlyMap<string | undefined, readonly KnownBucket[]>;
  /** Whether the stack has a subscriber that restores retired buckets. */
  readonly canRestore: boolean;
  /** When the users table was created: whole seconds since the Unix epoch, UTC. */
  readonly tableCreatedAt: number;
  /** The users of buckets that are not in the inventory: filled while rows are judged. */
  readonly spokenFor: Map<string, string>;
}

/** Whether a row must be read again before it is judged. Notes which bucket it names. */
export function isSuspicious(row: UserRow, inventory: BucketInventory): boolean {
  const { userId } = row;
  const owner = userIdTag(userId);
  for (const owned of inventory.ownedBy(owner)) owned.hasUser = true;
  const bucket = inventory.namedIn(row);
  if (bucket === undefined) return true;
  // Only its owner can name it.
  if (bucket.tags.owner !== undefined && bucket.tags.owner !== owner) return true;
  bucket.namedBy ??= userId;
  return bucket.namedBy !== userId || !isTagged(bucket.tags) || retiredOf(owner, inventory).length > 0;
}

/** What is wrong with a user's row, and what fixes it; undefined if nothing is. */
export function judgeRow({ userId, uri, bytes }: UserRow, surroundings: Surroundings): Mismatch | undefined {
  if (uri === undefined) return unlessFull(judgeUserWithoutUri(userId, surroundings), bytes, surroundings);
  const { inventory, looks, spokenFor } = surroundings;
  const bucket = bucketOfUri(uri);
  const conflict = (problem: string, advice: string): Mismatch => ({
    class: 'conflict',
    userId,
    ...(bucket !== undefined && { bucket }),
    problem,
    advice,
  });
  if (bucket === undefined) {
    return conflict(
      uri === '' ? 's3_bucket_uri is empty' : `s3_bucket_uri is not a bucket URI: ${displayId(uri)}`,
      REMOVE_URI,
    );
  }
  const known = inventory.get(bucket);
  const look = looks.get(bucket) ?? { kind: 'missing' };
  if (known === undefined && look.kind === 'missing') return lostBucket(userId, bucket, inventory);
  if (look.kind === 'unreadable' && (known === undefined || !isTagged(known.tags))) {
    return conflict(
      unreadable(look.why),
      `${ALLOW}, or find out whose bucket it is; if it is not this user's, remove s3_bucket_uri from the row`,
    );
  }
  const tags = known?.tags ?? (look.kind === 'there' ? look.tags : undefined);
  if (tags?.owner !== undefined && tags.owner !== userIdTag(userId)) {
    return conflict("the bucket is tagged as another user's", REMOVE_URI);
  }
  const namedBy = known === undefined ? spokenFor.get(bucket) : known.namedBy;
  if (namedBy !== undefined && namedBy !== userId) {
    return conflict(
      `the row of ${displayId(namedBy)} names the same bucket`,
      'find out whose bucket it is, and remove s3_bucket_uri from the row of the other user',
    );
  }
  if (known !== undefined) {
    return isTagged(known.tags) ? retiredInUse(userId, known, surroundings) : lostTags(userId, known, inventory);
  }
  // Its name has another form: it is older than a change of the stage's prefix, or newer than the list.
  spokenFor.set(bucket, userId);
  return undefined;
}

const REMOVE_URI =
  "find out which bucket is this user's; to create a new one, remove s3_bucket_uri from the row and run this again";

const ALLOW = 'allow s3:GetBucketTagging on it to the role that runs this';

function unreadable(why: string): string {
  return `the bucket cannot be read: ${why}`;
}

function judgeUserWithoutUri(userId: string, surroundings: Surroundings): Mismatch {
  const { inventory, looks, strays, tableCreatedAt, spokenFor } = surroundings;
  const { naming } = inventory;
  const mismatch = { class: 'user-without-uri', userId } as const;
  const candidates = [...inventory.ownedBy(userIdTag(userId)), ...(strays.get(bucketStem(userId, naming)) ?? [])];
  const [newest] = candidates
    .filter(({ namedBy }) => namedBy === undefined)
    .flatMap((bucket) => {
      const registeredAt = registrationIn(bucket.name, userId, naming);
      return registeredAt === undefined ? [] : [{ bucket, registeredAt }];
    })
    .sort((a, b) => b.registeredAt - a.registeredAt);
  if (newest !== undefined) {
    const { bucket, registeredAt } = newest;
    bucket.isPromised = true;
    const look = looks.get(bucket.name);
    if (look?.kind === 'unreadable' && !isTagged(bucket.tags)) {
      const problem = `there is no URI, and ${unreadable(look.why)}`;
      return { class: 'conflict', userId, bucket: bucket.name, problem, advice: `${ALLOW}, and run this again` };
    }
    const fix = fixOf(userId, registeredAt, bucket);
    if (!isTagged(bucket.tags)) {
      return { ...mismatch, bucket: bucket.name, problem: 'the bucket exists, but lacks tags', fix };
    }
    const { createdAt } = bucket;
    const event = 'BucketCreated';
    return { ...mismatch, bucket: bucket.name, problem: 'the bucket exists', fix: { ...fix, event, createdAt } };
  }

  const bucket = bucketName({ userId, registeredAt: tableCreatedAt }, naming);
  const other = spokenFor.get(bucket);
  if (inventory.get(bucket) !== undefined || (other !== undefined && other !== userId)) {
    const whose = other === undefined ? 'belongs to another user' : `is also that of ${displayId(other)}`;
    return {
      class: 'conflict',
      userId,
      bucket,
      problem: `there is no URI, and the bucket name for this user ${whose}`,
      advice: 'put a UserRegistered event on the bus yourself, with the time at which this user registered',
    };
  }
  spokenFor.set(bucket, userId);
  const fix: Fix = { event: 'UserRegistered', userId, registeredAt: tableCreatedAt, bucket, isFirst: true };
  return { ...mismatch, problem: 'there is no bucket either', fix };
}

/**
 * uri-recorder cannot update a full row. An event would not help, and would end in the dead-letter queue.
 */
function unlessFull(mismatch: Mismatch, bytes: number | undefined, { inventory }: Surroundings): Mismatch {
  const { fix, problem, ...about } = mismatch;
  if (fix === undefined || bytes === undefined) return mismatch;
  const tooMany = bytesTooMany(bytes, fix.bucket, inventory.naming.region);
  if (tooMany === 0) return mismatch;
  return {
    ...about,
    bucket: fix.bucket,
    problem: `${problem}, and the row has no room for the URI: DynamoDB allows ${numberText(MOST_ROW_BYTES)} bytes`,
    row: { bytes, tooMany },
    advice: 'no event can fix it: make the row smaller, then run this again',
  };
}

function lostBucket(userId: string, bucket: string, { naming }: BucketInventory): Mismatch {
  const mismatch = { class: 'uri-without-bucket', userId, bucket, problem: 'the bucket does not exist' } as const;
  const registeredAt = registrationIn(bucket, userId, naming);
  return registeredAt === undefined
    ? { ...mismatch, advice: `no event of this user creates a bucket with this name; ${REMOVE_URI}` }
    : { ...mismatch, fix: { event: 'UserRegistered', userId, registeredAt, bucket, isFirst: false } };
}

function lostTags(userId: string, bucket: KnownBucket, { naming }: BucketInventory): Mismatch {
  const { name, tags } = bucket;
  const mismatch = { class: 'bucket-without-tags', userId, bucket: name, problem: missingTags(tags) } as const;
  const registeredAt = registrationIn(name, userId, naming);
  return registeredAt === undefined
    ? { ...mismatch, advice: "its name does not fit this user: tag it by hand if it is this user's" }
    : { ...mismatch, fix: fixOf(userId, registeredAt, bucket) };
}

/** The user is back, and a bucket of theirs is retired. */
function retiredInUse(
  userId: string,
  named: KnownBucket,
  { inventory, canRestore }: Surroundings,
): Mismatch | undefined {
  const [first, ...others] = retiredOf(userIdTag(userId), inventory);
  if (first === undefined) return undefined;
  const { emptiedFrom } = first.tags.retirement ?? {};
  const which = others.length === 0 ? 'a bucket of theirs is' : `${others.length + 1} buckets of theirs are`;
  const mismatch = {
    class: 'retired-bucket',
    userId,
    bucket: first.name,
    problem: `the user is back, but ${which} retired${emptiedFrom === undefined ? '' : `, and S3 empties it from ${emptiedFrom} on`}`,
  } as const;
  const registeredAt = registrationIn(named.name, userId, inventory.naming);
  if (registeredAt === undefined || !canRestore) return { ...mismatch, advice: RESTORE };
  const fix = fixOf(userId, registeredAt, named);
  return { ...mismatch, fix: { ...fix, event: 'BucketCreated', createdAt: named.createdAt, restores: first.name } };
}

const RESTORE =
  'no subscriber of this stack restores it: remove its tags retiredAt and emptiedFrom, and the lifecycle rule user-bucket-pipeline-retired';

/** Repeats the registration from which an existing bucket comes. */
function fixOf(userId: string, registeredAt: number, { name, tags }: KnownBucket): Fix {
  const original = tags.correlationId === undefined ? {} : { originalId: tags.correlationId };
  return { event: 'UserRegistered', userId, registeredAt, ...original, bucket: name, isFirst: false };
}

/** What is wrong with one of our buckets that no row names, and that no user will get. */
export function judgeBucket({ name, tags, hasUser }: KnownBucket, look?: BucketLook): Mismatch {
  if (look?.kind === 'unreadable' && !isTagged(tags)) {
    return { class: 'conflict', bucket: name, problem: unreadable(look.why), advice: `${ALLOW}, and run this again` };
  }
  if (tags.owner === undefined) {
    return {
      class: 'bucket-without-tags',
      bucket: name,
      problem: `${missingTags(tags)}, and no row names it`,
      advice: 'its owner is unknown: look into it, then tag it, keep it or delete it yourself',
    };
  }
  return {
    class: 'bucket-without-user',
    bucket: name,
    problem: hasUser ? 'its user has another bucket' : 'its user has no row',
    advice:
      'it stays: its user was deleted, or registered again, or belongs to another stage with the same bucket names; keep it, or delete it yourself',
  };
}

function missingTags({ missing }: OurTags): string {
  return missing.length === 3 ? 'the bucket has none of our tags' : `the bucket lacks the tag ${missing.join(' and ')}`;
}
