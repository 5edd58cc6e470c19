import type {
  PutEventsCommandInput,
  PutEventsCommandOutput,
  PutEventsRequestEntry,
  PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
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

/** An entry to send, and the callbacks of its caller. */
interface WaitingEntry {
  readonly entry: PutEventsRequestEntry;
  readonly bytes: number;
  readonly accepted: () => void;
  readonly refused: (reason: Error) => void;
}

/** Limits of one request (EventBridge user guide, eb-putevents). */
const MAX_ENTRIES = 10;
const MAX_BYTES = 1_048_576;

/** Entry error codes that may pass; all others are final (EventBridge API reference, PutEventsResultEntry). */
const RETRYABLE_ENTRY_CODES = ['InternalFailure', 'ThrottlingException'];

/**
 * Makes the function that puts a service's events on the bus.
 *
 * Events that are published during a request share the next one, because the quota of PutEvents counts requests, not events.
 * A single event is sent at once. Each caller gets the result of its own entry.
 *
 * It throws a PermanentError for a detail that breaks its contract and for an entry or request that is refused for
 * good, a RetryableError for one that may be accepted later. It cannot notice a bus that does not exist: PutEvents
 * answers success then.
 */
export function createPublisher({ eventBusName, putEvents }: PublisherOptions): Publish {
  const waiting: WaitingEntry[] = [];
  let isSending = false;

  async function sendWaiting(): Promise<void> {
    if (isSending) return;
    isSending = true;
    while (waiting.length > 0) await send(takeRequest(waiting));
    isSending = false;
  }

  async function send(request: readonly WaitingEntry[]): Promise<void> {
    try {
      const answer = await putEvents({ Entries: request.map(({ entry }) => entry) });
      // PutEvents answers status 200 even if it refuses entries.
      for (const [index, { entry, accepted, refused }] of request.entries()) {
        const result = answer.Entries?.[index];
        if (answer.FailedEntryCount === 0 || result?.EventId) accepted();
        else refused(entryFailure(entry.DetailType, result));
      }
    } catch (error) {
      for (const { entry, refused } of request) refused(requestFailure(entry.DetailType, error));
    }
  }

  return async (contract, detail) => {
    const { source, detailType, validateDetail } = contract;
    if (!validateDetail(detail)) {
      const violations = describeValidationErrors(validateDetail.errors);
      throw new PermanentError(`${detailType} would break its contract, so it was not published: ${violations}`, {
        hint: 'correct the code that builds this event, deploy, then redrive',
      });
    }
    const text = JSON.stringify(detail);
    const entry = { EventBusName: eventBusName, Source: source, DetailType: detailType, Detail: text };
    const bytes = Buffer.byteLength(source + detailType + text);
    await new Promise<void>((accepted, refused) => {
      waiting.push({ entry, bytes, accepted, refused });
      void sendWaiting();
    });
  };
}

/** Takes as many entries as one request may hold: at least one, even if it is too large, so that PutEvents refuses it. */
function takeRequest(waiting: WaitingEntry[]): WaitingEntry[] {
  let bytes = 0;
  const fitting = waiting.findIndex((entry, index) => {
    bytes += entry.bytes;
    return index > 0 && (index === MAX_ENTRIES || bytes > MAX_BYTES);
  });
  return waiting.splice(0, fitting === -1 ? waiting.length : fitting);
}

function requestFailure(detailType: string | undefined, cause: unknown): Error {
  const failure = readServiceFailure(cause);
  const message = `publishing ${detailType} failed, ${describeServiceFailure(failure)}`;
  return failure.transient
    ? new RetryableError(message, { hint: 'nothing to do unless it lasts', cause })
    : new PermanentError(message, { hint: "check the role's events:PutEvents grant and the bus name", cause });
}

function entryFailure(detailType: string | undefined, entry: PutEventsResultEntry = {}): Error {
  const { ErrorCode = 'no code', ErrorMessage = 'no message' } = entry;
  const message = `the bus refused ${detailType}, ${ErrorCode}: ${ErrorMessage}`;
  return RETRYABLE_ENTRY_CODES.includes(ErrorCode)
    ? new RetryableError(message, { hint: 'nothing to do unless it lasts' })
    : new PermanentError(message, { hint: "check the bus's policy and the role's events:PutEvents grant" });
}
