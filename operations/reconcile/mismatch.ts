import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { userIdTag } from '../../services/bucket-service/bucket-tags.ts';
import { bucketCreatedEntry, userRegisteredEntry } from '../deployed/user-events.ts';

/** The kinds of mismatches, in the order of a report. */
export const MISMATCH_CLASSES = [
  'user-without-uri',
  'uri-without-bucket',
  'bucket-without-tags',
  'bucket-without-user',
  'retired-bucket',
  'conflict',
] as const;

export type MismatchClass = (typeof MISMATCH_CLASSES)[number];

/** Users, URIs or buckets that do not fit together. */
export interface Mismatch {
  readonly class: MismatchClass;
  readonly userId?: string;
  readonly bucket?: string;
  /** In a few words, without the user and the bucket. */
  readonly problem: string;
  /** Of a row without room for its URI: its size, and by how many bytes it is too large. */
  readonly row?: { readonly bytes: number; readonly tooMany: number };
  /** @default - no event can fix it */
  readonly fix?: Fix;
  /** What a person can do: if no event can fix it, or if there is more to know. */
  readonly advice?: string;
}

/** An event that fixes a mismatch when it is put on the bus. */
export interface Fix {
  readonly event: 'UserRegistered' | 'BucketCreated';
  readonly userId: string;
  /** Whole seconds since the Unix epoch, UTC. */
  readonly registeredAt: number;
  /** Id of the registration, if the bucket's tags have it. @default - what {@link eventIdOf} derives */
  readonly originalId?: string;
  /** The bucket that the user has, or will get. */
  readonly bucket: string;
  /** When an existing bucket was created: whole seconds since the Unix epoch, UTC. */
  readonly createdAt?: number;
  /** Whether no earlier event about this registration is known. */
  readonly isFirst: boolean;
  /** The retired bucket of the user that is restored by it. @default - none */
  readonly restores?: string;
}

/**
 * Id of the registration that a fix repeats. If the original id is not known, it is derived from the user and the time: however
 * often, and wherever, the event is made, it is the same event. Legal as a tag.
 */
export function eventIdOf({ userId, registeredAt, originalId }: Fix): string {
  return originalId ?? `reconcile-${userIdTag(userId)}-${registeredAt}`;
}

/** `replayName` in the events of fixes: subscribers that skip replays do not get them. */
const REPLAY_NAME = 'reconcile';

/**
 * The event of a fix, as its own producer makes it: the pipe, or bucket-service.
 * @param target `asNew` says whether first registrations are sent as new ones, also to subscribers that skip replays
 * @throws CommandFailure for an event that breaks its contract: no subscriber could handle it
 */
export function fixEntry(
  fix: Fix,
  { busName, region, asNew }: { busName: string; region: string; asNew: boolean },
): PutEventsRequestEntry {
  const { userId, registeredAt, bucket: bucketName, createdAt = registeredAt } = fix;
  const mark = asNew && fix.isFirst ? {} : { replayName: REPLAY_NAME };
  const signUp = { userId, registeredAt, eventId: eventIdOf(fix), ...mark };
  return fix.event === 'UserRegistered'
    ? userRegisteredEntry(signUp, busName)
    : bucketCreatedEntry(signUp, { bucketName, region, createdAt }, busName);
}
