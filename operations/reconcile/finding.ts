import { userIdTag } from '../../services/bucket-service/bucket-tags.ts';

/** What does not fit together, in the order of a report. */
export const FINDING_CLASSES = [
  'user-without-uri',
  'uri-without-bucket',
  'bucket-without-tags',
  'bucket-without-user',
  'conflict',
] as const;

export type FindingClass = (typeof FINDING_CLASSES)[number];

/** An event that mends a finding when it is put on the bus. */
export interface Mend {
  readonly event: 'UserRegistered' | 'BucketCreated';
  readonly userId: string;
  /** Whole seconds since the Unix epoch, UTC. */
  readonly registeredAt: number;
  /** Id of the registration, where the bucket tells. @default - what {@link eventIdOf} derives */
  readonly originalId?: string;
  /** The bucket that the user has, or will have. */
  readonly bucket: string;
  /** When it was made, of a bucket that is there: whole seconds since the Unix epoch, UTC. */
  readonly createdAt?: number;
  /** Whether nobody was ever told of this registration, as far as is known. */
  readonly isFirst: boolean;
}

/**
 * Id of the registration that a mend tells of. Where the original one is not known, it is derived: always the same for a user
 * and a time, so that however often, and wherever, the event is made, it is the same event. Legal as a tag.
 */
export function eventIdOf({ userId, registeredAt, originalId }: Mend): string {
  return originalId ?? `reconcile-${userIdTag(userId)}-${registeredAt}`;
}

/** Something that does not fit together. */
export interface Finding {
  readonly class: FindingClass;
  readonly userId?: string;
  readonly bucket?: string;
  /** In a few words, without the user and the bucket. */
  readonly problem: string;
  /** Of a row without room for its URI: its bytes, and how many are too many. */
  readonly row?: { readonly bytes: number; readonly tooMany: number };
  /** Absent where no event can mend it. */
  readonly mend?: Mend;
  /** What a person can do about it: where no event can mend it, and where there is more to know. */
  readonly advice?: string;
}
