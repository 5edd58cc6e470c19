import { type EventKeys, findEventKeys } from '../../services/shared/event-keys.ts';
import { fieldsOf } from '../messages/json-fields.ts';
import type { ReceivedMessage } from './message-queue.ts';
import type { StreamRange } from './stream-records.ts';

/** What every message in a dead-letter queue has. */
interface Received {
  readonly messageId: string;
  readonly body: string;
  /** Unix epoch milliseconds. SQS keeps the time at which an event first entered its queue when it moves it to a DLQ. */
  readonly sentAt?: number;
  /** How often it was received, this time included. */
  readonly receives: number;
}

interface FailedEvent extends EventKeys {
  readonly detailType: string;
  readonly source: string;
}

/** A function got the event and failed, as often as the queue allows. */
interface HandlerFailure {
  readonly kind: 'handler';
  readonly event: FailedEvent;
}

/** A rule could not send the event to its queue: EventBridge says why in the message's attributes. */
interface DeliveryFailure {
  readonly kind: 'delivery';
  readonly event: FailedEvent;
  readonly failure: {
    readonly code: string;
    readonly message: string;
    readonly retries?: string;
    readonly exhausted?: string;
  };
}

/** A pipe gave up stream records. The message has only their place in the stream. */
interface PipeFailure {
  readonly kind: 'pipe';
  /** Why the pipe gave up, such as `RetryAttemptsExhausted`. */
  readonly condition: string;
  /** When the first of the records was written, ISO 8601. */
  readonly firstArrival?: string;
  readonly batch: StreamRange;
}

/** A message that the pipeline would not put there. */
interface ForeignMessage {
  readonly kind: 'foreign';
  /** What is wrong with it, such as `not JSON`. */
  readonly problem: string;
  /** Not all of it could be read, so it may be the pipeline's own. */
  readonly isUnreadable?: true;
}

export type PipeDeadLetter = Received & PipeFailure;
export type ForeignDeadLetter = Received & ForeignMessage;
export type DeadLetter = PipeDeadLetter | ForeignDeadLetter | (Received & (HandlerFailure | DeliveryFailure));
export type DeadLetterKind = DeadLetter['kind'];

/** Whose queue a message lies in: the same body means different things there. */
export type QueueOwner = 'subscriber' | 'pipe';

/** The latest time that there is (ECMAScript, Time Values), in milliseconds since the Unix epoch. */
const LATEST = 8.64e15;

/** Classifies a message of a dead-letter queue. Takes anything, since others may send to the queue as well. */
export function readDeadLetter(message: ReceivedMessage, owner: QueueOwner): DeadLetter {
  const { MessageId, Body, Attributes = {} } = message;
  const sentAt = Number(Attributes.SentTimestamp);
  const received: Received = {
    messageId: MessageId,
    body: Body,
    receives: Number(Attributes.ApproximateReceiveCount ?? 1),
    ...(sentAt > 0 && sentAt <= LATEST && { sentAt }),
  };
  if (message.unreadable !== undefined) {
    return { ...received, kind: 'foreign', problem: `cannot be read: ${message.unreadable}`, isUnreadable: true };
  }
  const content = parseJson(Body);
  if (content === undefined) return { ...received, kind: 'foreign', problem: 'not JSON' };
  if (owner === 'pipe') return { ...received, ...readPipeFailure(content) };
  return { ...received, ...readEvent(content, message.MessageAttributes ?? {}) };
}

function readEvent(
  envelope: unknown,
  attributes: NonNullable<ReceivedMessage['MessageAttributes']>,
): HandlerFailure | DeliveryFailure | ForeignMessage {
  const { source, detail, 'detail-type': detailType } = fieldsOf(envelope);
  if (typeof source !== 'string' || typeof detailType !== 'string' || typeof detail !== 'object' || detail === null) {
    return { kind: 'foreign', problem: 'not an event: source, detail-type or detail is missing' };
  }
  const event = { detailType, source, ...findEventKeys(envelope) };
  const attribute = (name: string) => attributes[name]?.StringValue;
  if (attribute('RULE_ARN') === undefined) return { kind: 'handler', event };
  const retries = attribute('RETRY_ATTEMPTS');
  const exhausted = attribute('EXHAUSTED_RETRY_CONDITION');
  const failure = {
    code: attribute('ERROR_CODE') ?? 'no code',
    message: attribute('ERROR_MESSAGE') ?? 'no message',
    ...(retries !== undefined && { retries }),
    ...(exhausted !== undefined && { exhausted }),
  };
  return { kind: 'delivery', event, failure };
}

/**
 * AWS does not document the form of a pipe's dead letter. This is the form that was seen; only what is needed to find
 * the records is required.
 */
function readPipeFailure(content: unknown): PipeFailure | ForeignMessage {
  const { context, DDBStreamBatchInfo } = fieldsOf(content);
  const { condition } = fieldsOf(context);
  const info = fieldsOf(DDBStreamBatchInfo);
  const { streamArn, shardId, startSequenceNumber, endSequenceNumber, batchSize } = info;
  const { approximateArrivalOfFirstRecord: firstArrival } = info;
  if (
    typeof streamArn !== 'string' ||
    typeof shardId !== 'string' ||
    !isSequenceNumber(startSequenceNumber) ||
    !isSequenceNumber(endSequenceNumber)
  ) {
    return { kind: 'foreign', problem: 'not from the pipe: it does not say which stream records it is about' };
  }
  return {
    kind: 'pipe',
    condition: typeof condition === 'string' ? condition : 'no condition',
    ...(typeof firstArrival === 'string' && { firstArrival }),
    batch: { streamArn, shardId, startSequenceNumber, endSequenceNumber, batchSize: recordsIn(batchSize) },
  };
}

/** The most that a pipe takes at a time from a stream (EventBridge Pipes API reference, PipeSourceDynamoDBStreamParameters). */
const MOST_RECORDS = 10_000;

/** How many records the message claims to be about; it may claim anything. */
function recordsIn(batchSize: unknown): number {
  return Math.min(MOST_RECORDS, Math.max(1, Math.trunc(Number(batchSize)) || 1));
}

function isSequenceNumber(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,40}$/.test(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
