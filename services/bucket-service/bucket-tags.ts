import { createHash } from 'node:crypto';
import type { UserRegisteredV1 } from '../../schemas/generated/user-registered.v1.ts';

export interface BucketTag {
  readonly Key: string;
  readonly Value: string;
}

/** What S3 allows as a tag value: letters, digits and spaces of any script, and a few signs. */
const LEGAL_VALUE = /^[\p{L}\p{N} +\-=._:/@]{1,256}$/u;

/**
 * The tags of a user's bucket: enough to find its user and its registration again without any event, then those of the stage.
 *
 * The user id itself is not among them. It may be illegal there, and it may be an e-mail address, while tags show up
 * in bills and reports. Its hash is always legal, and whoever has the users table can match it:
 * `printf %s "$USER_ID" | sha256sum`.
 *
 * @param ofStage what a stage adds; none of them with a key that stands here already
 */
export function bucketTags({ metadata, data }: UserRegisteredV1, ofStage: readonly BucketTag[] = []): BucketTag[] {
  return [
    { Key: 'app', Value: 'user-bucket-pipeline' },
    { Key: 'userIdSha256', Value: userIdTag(data.userId) },
    { Key: 'registeredAt', Value: String(data.registeredAt) },
    // Any text may be a correlation id; a bucket without this tag is better than no bucket.
    ...(LEGAL_VALUE.test(metadata.correlationId) ? [{ Key: 'correlationId', Value: metadata.correlationId }] : []),
    ...ofStage,
  ];
}

/** The value of the tag `userIdSha256`: SHA-256 of the id's UTF-8, 64 hexadecimal digits. */
export function userIdTag(userId: string): string {
  return createHash('sha256').update(userId, 'utf8').digest('hex');
}
