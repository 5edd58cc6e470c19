import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { describeValidationErrors } from '../../schemas/event-contract.ts';
import { BucketCreated } from '../../schemas/generated/event-contracts.ts';
import { bucketCreated } from '../../services/bucket-service/bucket-created.ts';
import { userRegisteredEntry } from '../deployed/registration-event.ts';
import { displayId } from '../messages/display.ts';
import { CommandFailure } from '../messages/errors.ts';
import { eventIdOf, type Mend } from './finding.ts';

/** What events of this command say that they came of. */
const REPAIR = 'reconcile';

/** Where and how the events of a mend are told. */
export interface Telling {
  readonly busName: string;
  readonly region: string;
  /** Whether registrations of which nobody was told are told as new ones, also to subscribers that skip replays. */
  readonly asNew: boolean;
}

/**
 * The event of a mend, as its own producer makes it: the pipe, or bucket-service.
 * @throws CommandFailure for one that breaks its contract; nobody could handle that event
 */
export function mendEntry(mend: Mend, { busName, region, asNew }: Telling): PutEventsRequestEntry {
  const { userId, registeredAt, bucket: bucketName, createdAt = registeredAt } = mend;
  const eventId = eventIdOf(mend);
  const repair = asNew && mend.isFirst ? {} : { replayName: REPAIR };
  if (mend.event === 'UserRegistered') {
    return userRegisteredEntry({ userId, registeredAt, eventId, ...repair, busName });
  }
  const registered = {
    metadata: { schemaVersion: 1 as const, eventId, correlationId: eventId, ...repair },
    data: { userId, registeredAt },
  };
  const detail = bucketCreated(registered, { bucketName, region, createdAt });
  const { source, detailType, validateDetail } = BucketCreated;
  if (!validateDetail(detail)) {
    const violations = describeValidationErrors(validateDetail.errors);
    throw new CommandFailure(`the bucket of ${displayId(userId)} makes no valid ${detailType}: ${violations}`);
  }
  return { EventBusName: busName, Source: source, DetailType: detailType, Detail: JSON.stringify(detail) };
}
