import { bucketName } from '../../services/bucket-service/bucket-name.ts';
import { userIdTag } from '../../services/bucket-service/bucket-tags.ts';
import { bucketOfUri, bucketStem, isTagged, type OurTags, registrationIn } from '../deployed/user-bucket.ts';
import { bytesTooMany, MOST_ROW_BYTES } from '../deployed/users-table.ts';
import { displayId, numberText } from '../messages/display.ts';
import type { Finding, Mend } from './finding.ts';
import type { BucketInventory, KnownBucket } from './inventory.ts';
import type { UserRow } from './scan.ts';

/** What a look at one bucket says. */
export type BucketLook =
  | { readonly kind: 'there'; readonly tags: OurTags }
  | { readonly kind: 'missing' }
  /** It is in another account or Region, or nobody may look. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** All that a row is judged by. */
export interface Surroundings {
  readonly inventory: BucketInventory;
  /** Buckets that are not in it, and were looked at one by one, by name. */
  readonly looks: ReadonlyMap<string, BucketLook>;
  /** Buckets of ours that nobody's tag or row names, by what their names begin with. */
  readonly strays: ReadonlyMap<string, readonly KnownBucket[]>;
  /** When the users table was made: whole seconds since the Unix epoch, UTC. */
  readonly tableCreatedAt: number;
  /** Buckets that are not in the inventory, and whose they are or will be: filled while rows are judged. */
  readonly spokenFor: Map<string, string>;
}

/** Whether a row must be read again before anything is said of it. Notes which bucket it names. */
export function isSuspicious({ userId, uri }: UserRow, inventory: BucketInventory): boolean {
  const owner = userIdTag(userId);
  for (const owned of inventory.ownedBy(owner)) owned.hasUser = true;
  const bucket = inventory.get((uri !== undefined && bucketOfUri(uri)) || '');
  if (bucket === undefined) return true;
  // Whoever is not its owner does not get to name it.
  if (bucket.tags.owner !== undefined && bucket.tags.owner !== owner) return true;
  bucket.namedBy ??= userId;
  return bucket.namedBy !== userId || !isTagged(bucket.tags);
}

/** Says what is wrong with a user's row, and what mends it; undefined for one that is well. */
export function judgeRow({ userId, uri, bytes }: UserRow, surroundings: Surroundings): Finding | undefined {
  if (uri === undefined) return unlessFull(judgeUserWithoutUri(userId, surroundings), bytes, surroundings);
  const { inventory, looks, spokenFor } = surroundings;
  const bucket = bucketOfUri(uri);
  const conflict = (problem: string, advice: string): Finding => ({
    class: 'conflict',
    userId,
    ...(bucket !== undefined && { bucket }),
    problem,
    advice,
  });
  if (bucket === undefined) {
    return conflict(
      `s3_bucket_uri holds no bucket URI but ${uri === '' ? 'an empty text' : displayId(uri)}`,
      REMOVE_URI,
    );
  }
  const known = inventory.get(bucket);
  const look = looks.get(bucket) ?? { kind: 'missing' };
  if (known === undefined && look.kind === 'missing') return lostBucket(userId, bucket, inventory);
  if (look.kind === 'unreadable' && (known === undefined || !isTagged(known.tags))) {
    return conflict(
      unreadable(look.why),
      `${ALLOW}, or find out whose it is; if it is not theirs, remove s3_bucket_uri from the row`,
    );
  }
  const tags = known?.tags ?? (look.kind === 'there' ? look.tags : undefined);
  if (tags?.owner !== undefined && tags.owner !== userIdTag(userId)) {
    return conflict("the bucket is tagged as another user's", REMOVE_URI);
  }
  const namedBy = known === undefined ? spokenFor.get(bucket) : known.namedBy;
  if (namedBy !== undefined && namedBy !== userId) {
    return conflict(
      `the bucket is named by the row of ${displayId(namedBy)} as well`,
      'find out whose it is, and remove s3_bucket_uri from the row of the other one',
    );
  }
  if (known !== undefined) return isTagged(known.tags) ? undefined : lostTags(userId, known, inventory);
  // Its name has another form: it is older than a change of the stage's prefix, or younger than the list.
  spokenFor.set(bucket, userId);
  return undefined;
}

const REMOVE_URI =
  'find out which bucket is theirs; to give them their own, remove s3_bucket_uri from the row and run this again';

const ALLOW = 'allow s3:GetBucketTagging on it to whoever runs this';

function unreadable(why: string): string {
  return `the bucket cannot be looked at: ${why}`;
}

function judgeUserWithoutUri(userId: string, surroundings: Surroundings): Finding {
  const { inventory, looks, strays, tableCreatedAt, spokenFor } = surroundings;
  const { naming } = inventory;
  const finding = { class: 'user-without-uri', userId } as const;
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
    const mend = mendOf(userId, registeredAt, bucket);
    if (!isTagged(bucket.tags)) {
      return { ...finding, bucket: bucket.name, problem: 'the bucket is there, without all its tags', mend };
    }
    const { createdAt } = bucket;
    const event = 'BucketCreated';
    return { ...finding, bucket: bucket.name, problem: 'the bucket is there', mend: { ...mend, event, createdAt } };
  }

  const bucket = bucketName({ userId, registeredAt: tableCreatedAt }, naming);
  const other = spokenFor.get(bucket);
  if (inventory.get(bucket) !== undefined || (other !== undefined && other !== userId)) {
    const whose = other === undefined ? "is another user's" : `is also that of ${displayId(other)}`;
    return {
      class: 'conflict',
      userId,
      bucket,
      problem: `there is no URI, and the bucket name that could be given ${whose}`,
      advice: 'put a UserRegistered event of your own, with the time at which this user registered',
    };
  }
  spokenFor.set(bucket, userId);
  const mend: Mend = { event: 'UserRegistered', userId, registeredAt: tableCreatedAt, bucket, isFirst: true };
  return { ...finding, problem: 'there is no bucket either', mend };
}

/**
 * uri-recorder's update of a full row fails each time. An event would not help, and would end as a dead letter.
 */
function unlessFull(finding: Finding, bytes: number | undefined, { inventory }: Surroundings): Finding {
  const { mend, problem, ...about } = finding;
  if (mend === undefined || bytes === undefined) return finding;
  const tooMany = bytesTooMany(bytes, mend.bucket, inventory.naming.region);
  if (tooMany === 0) return finding;
  return {
    ...about,
    bucket: mend.bucket,
    problem: `${problem}, and the row has no room for the URI: DynamoDB allows ${numberText(MOST_ROW_BYTES)} bytes`,
    row: { bytes, tooMany },
    advice: 'no event helps: make the row smaller, then run this again',
  };
}

function lostBucket(userId: string, bucket: string, { naming }: BucketInventory): Finding {
  const finding = { class: 'uri-without-bucket', userId, bucket, problem: 'the bucket is not there' } as const;
  const registeredAt = registrationIn(bucket, userId, naming);
  if (registeredAt === undefined) {
    return {
      ...finding,
      advice: `no event of this user makes a bucket of this name; ${REMOVE_URI}`,
    };
  }
  return {
    ...finding,
    mend: { event: 'UserRegistered', userId, registeredAt, bucket, isFirst: false },
  };
}

function lostTags(userId: string, bucket: KnownBucket, { naming }: BucketInventory): Finding {
  const finding = {
    class: 'bucket-without-tags',
    userId,
    bucket: bucket.name,
    problem: missingTags(bucket.tags),
  } as const;
  const registeredAt = registrationIn(bucket.name, userId, naming);
  if (registeredAt === undefined) {
    return {
      ...finding,
      advice: 'its name is not that of a registration of this user: tag it by hand if it is theirs',
    };
  }
  return { ...finding, mend: mendOf(userId, registeredAt, bucket) };
}

/** The registration that a bucket which is there comes from, told once more. */
function mendOf(userId: string, registeredAt: number, { name, tags }: KnownBucket): Mend {
  const original = tags.correlationId === undefined ? {} : { originalId: tags.correlationId };
  return { event: 'UserRegistered', userId, registeredAt, ...original, bucket: name, isFirst: false };
}

/** Says what is wrong with a bucket of ours that no row names, and nobody is to get. */
export function judgeBucket({ name, tags, hasUser }: KnownBucket, look?: BucketLook): Finding {
  if (look?.kind === 'unreadable' && !isTagged(tags)) {
    return { class: 'conflict', bucket: name, problem: unreadable(look.why), advice: `${ALLOW}, and run this again` };
  }
  if (tags.owner === undefined) {
    return {
      class: 'bucket-without-tags',
      bucket: name,
      problem: `${missingTags(tags)}, and no row names it`,
      advice: 'nothing says whose it is: look into it, then tag it, keep it or delete it yourself',
    };
  }
  return {
    class: 'bucket-without-user',
    bucket: name,
    problem: hasUser ? 'its user has another one' : 'its user has no row',
    advice:
      'it is left alone: its user was deleted, or registered anew, or is one of another stage with the same bucket names; keep it, or delete it yourself',
  };
}

function missingTags({ missing }: OurTags): string {
  return missing.length === 3 ? 'the bucket has none of our tags' : `the bucket lacks the tag ${missing.join(' and ')}`;
}
