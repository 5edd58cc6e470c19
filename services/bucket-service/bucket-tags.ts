import { createHash } from 'node:crypto';
import { isJsonObject } from '../../schemas/event-contract.ts';
import type { UserRegisteredV1 } from '../../schemas/generated/user-registered.v1.ts';
import type { Field } from '../shared/field.ts';

export interface BucketTag {
  readonly Key: string;
  readonly Value: string;
}

/** The tags that a stage adds to every bucket, such as `{"cost-center": "4711"}`. */
export type StageTags = Readonly<Record<string, string>>;

/** The tag that holds a hash of the user's id. */
const OWNER = 'userIdSha256';

/** The tags of a bucket whose user left: when it was retired, and the day from which S3 empties it. */
export const RETIREMENT_TAGS = { retiredAt: 'retiredAt', emptiedFrom: 'emptiedFrom' } as const;

/** Keys of the tags that come from a bucket's registration, or from its user's leaving; a stage cannot set them. */
export const OWN_TAG_KEYS: readonly string[] = [
  ...['app', OWNER, 'registeredAt', 'correlationId'],
  ...Object.values(RETIREMENT_TAGS),
];

/** S3 user guide, bucket tags: 50 tags per bucket, not counting those of AWS. */
const MOST_STAGE_TAGS = 50 - OWN_TAG_KEYS.length;

/** They travel in an environment variable, and a function has 4 KB for all of its variables (Lambda quotas). */
const MOST_STAGE_BYTES = 2048;

/** Letters, digits and spaces of any script, and a few signs; `aws:` is reserved for AWS (S3 user guide, bucket tags). */
const LEGAL_KEY = /^(?!aws:)[\p{L}\p{N}\p{Z}+\-=._:/@]{1,128}$/iu;
const LEGAL_VALUE = /^[\p{L}\p{N}\p{Z}+\-=._:/@]{0,256}$/u;

export const stageTagsField: Field<StageTags> = {
  default: {},
  allowed:
    `an object of at most ${MOST_STAGE_TAGS} tags, ${MOST_STAGE_BYTES} bytes of JSON in all: keys of 1 to 128 and values of 0 to 256 ` +
    `letters, digits, spaces and + - = . _ : / @, no key beginning with aws: or being ${OWN_TAG_KEYS.join(', ')}`,
  accepts: (value) =>
    isJsonObject(value) &&
    Object.keys(value).length <= MOST_STAGE_TAGS &&
    Buffer.byteLength(JSON.stringify(value)) <= MOST_STAGE_BYTES &&
    Object.entries(value).every(
      ([key, text]) =>
        LEGAL_KEY.test(key) && !OWN_TAG_KEYS.includes(key) && typeof text === 'string' && LEGAL_VALUE.test(text),
    ),
};

/**
 * The tags of a user's bucket: enough to find its user and its registration without any event, then those of the stage.
 *
 * The user id itself is not a tag. S3 may not allow it, and it may be an e-mail address, while tags show up in bills and
 * reports. Its hash is always legal, and can be compared with the users table: `printf %s "$USER_ID" | sha256sum`.
 */
export function bucketTags({ metadata, data }: UserRegisteredV1, ofStage: StageTags = {}): BucketTag[] {
  const { correlationId } = metadata;
  return [
    { Key: 'app', Value: 'user-bucket-pipeline' },
    { Key: OWNER, Value: userIdTag(data.userId) },
    { Key: 'registeredAt', Value: String(data.registeredAt) },
    // Any text may be a correlation id; a bucket without this tag is better than no bucket.
    ...(correlationId !== '' && LEGAL_VALUE.test(correlationId)
      ? [{ Key: 'correlationId', Value: correlationId }]
      : []),
    ...Object.entries(ofStage).map(([Key, Value]) => ({ Key, Value })),
  ];
}

/** The value of the tag `userIdSha256`: SHA-256 of the id's UTF-8, 64 hexadecimal digits. */
export function userIdTag(userId: string): string {
  return createHash('sha256').update(userId, 'utf8').digest('hex');
}

/** The hash of the id of the user whose bucket it is; undefined for a bucket without this tag. */
export function ownerIn(tags: readonly BucketTag[]): string | undefined {
  return tags.find(({ Key }) => Key === OWNER)?.Value;
}

/** What an existing bucket lacks of its user's tags. */
export type TagCompletion =
  | { readonly kind: 'complete' }
  /** The tags to put: all that the bucket has, unchanged, and those that it lacks. */
  | { readonly kind: 'incomplete'; readonly tags: readonly BucketTag[]; readonly missing: readonly string[] }
  /** It carries the tag of another user. */
  | { readonly kind: 'another-users' };

/**
 * Compares a bucket's tags with those planned for its user. No existing value is changed, and no other tag removed:
 * PutBucketTagging replaces the whole set (S3 API reference), so the new set holds them all, including those of AWS.
 */
export function tagCompletion(existing: readonly BucketTag[], planned: readonly BucketTag[]): TagCompletion {
  const valueIn = (tags: readonly BucketTag[], key: string) => tags.find(({ Key }) => Key === key)?.Value;
  const owner = ownerIn(existing);
  if (owner !== undefined && owner !== ownerIn(planned)) return { kind: 'another-users' };
  const missing = planned.filter(({ Key }) => valueIn(existing, Key) === undefined);
  if (missing.length === 0) return { kind: 'complete' };
  return { kind: 'incomplete', tags: [...existing, ...missing], missing: missing.map(({ Key }) => Key) };
}
