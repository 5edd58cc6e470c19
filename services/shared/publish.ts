import type { PutEventsCommandInput, PutEventsCommandOutput, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import { describeValidationErrors, type EventContract } from '../../schemas/event-contract.ts';
import { PermanentError, RetryableError } from './errors.ts';
import { describeServiceFailure, readServiceFailure } from './service-failure.ts';

export interface PublisherOptions {
  readonly eventBusName: string;
  /** Sends one PutEvents request. */
  putEvents(input: PutEventsCommandInput): Promise<Pick<PutEventsCommandOutput, 'FailedEntryCount' | 'Entries'>>;
}

/** Puts one event on the bus, and returns when the bus has accepted it. */
export type Publish = <TDetail>(contract: EventContract<TDetail>, detail: TDetail) => Promise<void>;

/** Entry error codes that may pass; all others are final (EventBridge API reference, PutEventsResultEntry). */
const RETRYABLE_ENTRY_CODES = ['InternalFailure', 'ThrottlingException'];

/**
 * Makes the function that puts a service's events on the bus.
 *
 * It throws a PermanentError for a detail that breaks its contract and for an entry or request that is refused for
 * good, a RetryableError for one that may be accepted later. What it cannot notice is a bus that does not exist:
 * PutEvents answers success then.
 */
export function createPublisher({ eventBusName, putEvents }: PublisherOptions): Publish {
  return async (contract, detail) => {
    const { source, detailType, validateDetail } = contract;
    if (!validateDetail(detail)) {
      const violations = describeValidationErrors(validateDetail.errors);
      throw new PermanentError(`${detailType} would break its contract, so it was not published: ${violations}`, {
        hint: 'correct the code that builds this event, deploy, then redrive',
      });
    }
    const entry = {
      EventBusName: eventBusName,
      Source: source,
      DetailType: detailType,
      Detail: JSON.stringify(detail),
    };
    const answer = await putEvents({ Entries: [entry] }).catch((error: unknown) => {
      throw requestFailure(detailType, error);
    });
    // Refused entries come with status 200: without this check they would be lost in silence.
    if (answer.FailedEntryCount !== 0) throw entryFailure(detailType, answer.Entries?.[0]);
  };
}

function requestFailure(detailType: string, cause: unknown): Error {
  const failure = readServiceFailure(cause);
  const message = `publishing ${detailType} failed, ${describeServiceFailure(failure)}`;
  return failure.transient
    ? new RetryableError(message, { hint: 'nothing to do unless it lasts', cause })
    : new PermanentError(message, { hint: "check the role's events:PutEvents grant and the bus name", cause });
}

function entryFailure(detailType: string, entry: PutEventsResultEntry = {}): Error {
  const { ErrorCode = 'no code', ErrorMessage = 'no message' } = entry;
  const message = `the bus refused ${detailType}, ${ErrorCode}: ${ErrorMessage}`;
  return RETRYABLE_ENTRY_CODES.includes(ErrorCode)
    ? new RetryableError(message, { hint: 'nothing to do unless it lasts' })
    : new PermanentError(message, { hint: "check the bus's policy and the role's events:PutEvents grant" });
}
