import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { describeValidationErrors } from '../../schemas/event-contract.ts';
import { UserRegistered } from '../../schemas/generated/event-contracts.ts';
import { displayId } from '../messages/display.ts';
import { CommandFailure } from '../messages/errors.ts';

/** One sign-up, as the stream record of its row tells it. */
export interface SignUp {
  readonly userId: string;
  /** Whole seconds since the Unix epoch: the record's ApproximateCreationDateTime. */
  readonly registeredAt: number;
  /** The record's eventID; where there is no record, an id that is always the same for this registration. */
  readonly eventId: string;
  /**
   * What repairs it, where it is told again (decision 0013): subscribers that skip replays do not get it then.
   * @default - it is told for the first time
   */
  readonly replayName?: string;
}

/**
 * What puts a registration on the bus as the pipe does, whose template is
 * `cdk/constructs/registration-pipe.ts`.
 *
 * @throws CommandFailure for a registration that breaks the contract of UserRegistered; nobody could handle that event
 */
export function userRegisteredEntry(registration: SignUp & { readonly busName: string }): PutEventsRequestEntry {
  const { userId, registeredAt, eventId, replayName, busName } = registration;
  const { source, detailType, schemaVersion, validateDetail } = UserRegistered;
  const detail: unknown = {
    metadata: { schemaVersion, eventId, correlationId: eventId, ...(replayName !== undefined && { replayName }) },
    data: { userId, registeredAt },
  };
  if (!validateDetail(detail)) {
    const violations = describeValidationErrors(validateDetail.errors);
    throw new CommandFailure(`the registration of ${displayId(userId)} makes no valid ${detailType}: ${violations}`);
  }
  return { EventBusName: busName, Source: source, DetailType: detailType, Detail: JSON.stringify(detail) };
}
