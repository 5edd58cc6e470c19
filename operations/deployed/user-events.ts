import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { describeValidationErrors } from '../../schemas/event-contract.ts';
import {
  BucketCreated,
  UserDeleted,
  type UserDeletedV1,
  UserRegistered,
  type UserRegisteredV1,
} from '../../schemas/generated/event-contracts.ts';
import { bucketCreated, type CreatedBucket } from '../../services/bucket-service/bucket-created.ts';
import { displayId } from '../messages/display.ts';
import { CommandFailure } from '../messages/errors.ts';

/** One sign-up, by the stream record of its row. */
export interface SignUp {
  readonly userId: string;
  /** Whole seconds since the Unix epoch: the record's ApproximateCreationDateTime. */
  readonly registeredAt: number;
  /** The record's eventID; without a record, an id that is always the same for this registration. */
  readonly eventId: string;
  /**
   * The repair that publishes it again (decision 0013): subscribers that skip replays do not get it then.
   * @default - it is published for the first time
   */
  readonly replayName?: string;
}

/**
 * The entry that publishes a sign-up as the pipe does; the pipe's template is `cdk/constructs/registration-pipe.ts`.
 * @throws CommandFailure if the event would break the contract of UserRegistered
 */
export function userRegisteredEntry(signUp: SignUp, busName: string): PutEventsRequestEntry {
  return entryOf(UserRegistered, registrationOf(signUp), busName);
}

/** One user who left, by the stream record of their row. */
export interface Departure {
  readonly userId: string;
  /** Whole seconds since the Unix epoch: the record's ApproximateCreationDateTime. */
  readonly deletedAt: number;
  /** The service that deleted the row; empty if a call did. */
  readonly deletedBy: string;
  /** The record's eventID. */
  readonly eventId: string;
}

/**
 * The entry that publishes a deleted row as the pipe does; the pipe's template is `cdk/constructs/deletion-pipe.ts`.
 * @throws CommandFailure if the event would break the contract of UserDeleted
 */
export function userDeletedEntry({ eventId, ...data }: Departure, busName: string): PutEventsRequestEntry {
  const detail: UserDeletedV1 = { metadata: { schemaVersion: 1, eventId, correlationId: eventId }, data };
  return entryOf(UserDeleted, detail, busName);
}

/**
 * The entry that publishes the bucket of a sign-up as bucket-service does.
 * @throws CommandFailure if the event would break the contract of BucketCreated
 */
export function bucketCreatedEntry(signUp: SignUp, bucket: CreatedBucket, busName: string): PutEventsRequestEntry {
  return entryOf(BucketCreated, bucketCreated(registrationOf(signUp), bucket), busName);
}

function registrationOf({ userId, registeredAt, eventId, replayName }: SignUp): UserRegisteredV1 {
  return {
    metadata: { schemaVersion: 1, eventId, correlationId: eventId, ...(replayName !== undefined && { replayName }) },
    data: { userId, registeredAt },
  };
}

function entryOf(
  { source, detailType, validateDetail }: typeof UserRegistered | typeof UserDeleted | typeof BucketCreated,
  detail: { readonly data: { readonly userId: string } },
  busName: string,
): PutEventsRequestEntry {
  if (!validateDetail(detail)) {
    const violations = describeValidationErrors(validateDetail.errors);
    throw new CommandFailure(
      `the ${detailType} event for ${displayId(detail.data.userId)} is not valid: ${violations}`,
    );
  }
  return { EventBusName: busName, Source: source, DetailType: detailType, Detail: JSON.stringify(detail) };
}
