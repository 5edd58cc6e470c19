import { randomUUID } from 'node:crypto';
import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock, Timer } from '../core/clock.ts';
import { pauseBefore } from '../core/retry.ts';
import type { Permission } from '../iam/access.ts';
import type { Faults } from '../journal/faults.ts';
import type { Journal } from '../journal/journal.ts';
import { type MessageAttribute, md5OfAttributes, type Queues, type ReceivedMessage } from '../sqs/index.ts';
import { FunctionError } from './execution-environment.ts';
import type { LambdaFunction } from './lambda-function.ts';

export interface EventSourceMappingProps {
  readonly queueArn: string;
  readonly target: LambdaFunction;
  /** Without it no messages are taken from the queue. */
  readonly mayPoll: Permission;
  readonly isEnabled: boolean;
  /** Messages in one batch, 1 to 10. */
  readonly batchSize: number;
  /** Whether the function may report single items as failed (ReportBatchItemFailures). */
  readonly reportsItemFailures: boolean;
  /** Most batches at the same time. @default no limit */
  readonly maximumConcurrency?: number;
  readonly account: Account;
  readonly queues: Queues;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly faults: Faults;
}

/** What a fault names to have an invocation refused, as Lambda does when it throttles. */
const INVOKE = 'lambda:InvokeFunction';

/** What a fault names to have the poller's calls fail. A batch is received in one call, and each message deleted in one. */
const RECEIVE = 'sqs:ReceiveMessage';
const DELETE = 'sqs:DeleteMessage';

/**
 * How long a batch may take before what has come meanwhile gets an environment of its own, though it does not fill a batch. AWS
 * takes it at once; on one machine that only takes processor time from the running batch, unless that one waits.
 */
const HELD_UP_AFTER_MS = 200;

/**
 * An SQS event source: invokes the function with batches of waiting messages, deletes those that it handled, and lets the
 * others become visible again. Arrivals in the queue start it; it never polls. A batch is taken when the function is free for
 * it, and a part of one only when no other runs, so that it holds all that came in the meantime.
 */
export class EventSourceMapping {
  #props: EventSourceMappingProps;
  #running = 0;
  /** Running batches that take long. */
  #heldUp = 0;
  /** Ends the waiting for the function; undefined if no batch waits for it. */
  #endWaiting: (() => void) | undefined;
  /** Until the poller receives again, after a call that failed. */
  #pause: Timer | undefined;
  /** Calls in a row that failed. */
  #failures = 0;
  #stopped = false;
  #unsubscribe = () => {};

  constructor(props: EventSourceMappingProps) {
    this.#props = props;
  }

  start(): void {
    const { isEnabled, queues, queueArn, mayPoll } = this.#props;
    if (!isEnabled) return;
    const ends = [
      queues.signals.consume(queueArn, () => this.#takeBatches()),
      mayPoll.onChange(() => this.#takeBatches()),
    ];
    this.#unsubscribe = () => {
      for (const end of ends) end();
      this.#endWaiting?.();
      this.#endWaiting = undefined;
      this.#pause?.cancel();
      this.#pause = undefined;
    };
  }

  /** Changes the properties; running batches end with those that they began with. */
  reconfigure(props: EventSourceMappingProps): void {
    this.#unsubscribe();
    this.#props = props;
    this.start();
  }

  /** Takes batches again. */
  enable(): void {
    this.reconfigure({ ...this.#props, isEnabled: true });
  }

  /** Takes no more batches; running ones are finished. */
  disable(): void {
    this.reconfigure({ ...this.#props, isEnabled: false });
  }

  /** Ends at once: the messages of running batches are neither deleted nor released. */
  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
  }

  #takeBatches(): void {
    const { queues, queueArn, batchSize, target, faults } = this.#props;
    while (this.#mayTakeBatch()) {
      if (!target.isFree) {
        this.#waitForFunction();
        return;
      }
      const struck = faults.strikeAtOnce(RECEIVE, { functionName: target.name });
      const batch = struck?.when === 'before' ? [] : queues.receive(queueArn, batchSize);
      if (struck !== undefined) {
        // Nobody has what was received: it comes again when its visibility timeout ends.
        for (const received of batch) queues.messages.failed(queueArn, received);
        this.#receiveLater();
        return;
      }
      this.#failures = 0;
      if (batch.length === 0) return;
      void this.#run(batch);
    }
  }

  /** AWS does not publish how long its poller waits after an error. */
  #receiveLater(): void {
    this.#pause = this.#props.clock.after(pauseBefore(this.#failures), () => {
      this.#pause = undefined;
      this.#takeBatches();
    });
    this.#failures += 1;
  }

  #mayTakeBatch(): boolean {
    const { isEnabled, maximumConcurrency = Number.POSITIVE_INFINITY, mayPoll, queues, queueArn } = this.#props;
    if (!isEnabled || this.#stopped || this.#running >= maximumConcurrency) return false;
    if (this.#endWaiting !== undefined || this.#pause !== undefined) return false;
    if (queues.find(queueArn) === undefined || !mayPoll.isGranted()) return false;
    const waiting = this.#waitingBatches();
    return waiting >= 1 || (waiting > 0 && this.#running <= this.#heldUp);
  }

  /** Below 1 for a part of a batch. */
  #waitingBatches(): number {
    const { queues, queueArn, batchSize } = this.#props;
    return (queues.find(queueArn)?.visible ?? 0) / batchSize;
  }

  #waitForFunction(): void {
    const run = () => {
      this.#endWaiting = undefined;
      this.#takeBatches();
    };
    this.#endWaiting = this.#props.target.whenFree({ invocations: () => Math.ceil(this.#waitingBatches()), run });
  }

  async #run(batch: readonly ReceivedMessage[]): Promise<void> {
    let isHeldUp = false;
    const timer = this.#props.clock.after(HELD_UP_AFTER_MS, () => {
      isHeldUp = true;
      this.#heldUp += 1;
      this.#takeBatches();
    });
    this.#running += 1;
    try {
      await this.#process(batch, this.#props);
    } finally {
      timer.cancel();
      this.#running -= 1;
      if (isHeldUp) this.#heldUp -= 1;
    }
    this.#takeBatches();
  }

  async #process(batch: readonly ReceivedMessage[], props: EventSourceMappingProps): Promise<void> {
    const { queues, queueArn, target, faults, journal } = props;
    const delivered = batch.flatMap((received) => {
      const { messageId } = received.message;
      return Array(faults.copies('queue-message', { messageId })).fill(received);
    });
    const requestId = randomUUID();
    const failed = await invoke(delivered, requestId, props);
    if (this.#stopped) return;
    for (const received of batch) {
      const { messageId } = received.message;
      const isKept =
        failed.has(messageId) ||
        faults.strikeAtOnce(DELETE, { functionName: target.name, requestId, messageId })?.when === 'before';
      // A message that was handled and could not be deleted comes again.
      if (isKept) queues.messages.failed(queueArn, received);
      else queues.messages.handled(queueArn, received);
    }
    if (failed.size > 0) {
      const messageIds = [...failed];
      journal.write('invocation', { functionName: target.name, requestId, outcome: 'items-failed', messageIds });
    }
  }
}

/** Invokes the function with a batch. Returns the ids of the messages to deliver again. */
async function invoke(
  batch: readonly ReceivedMessage[],
  requestId: string,
  props: EventSourceMappingProps,
): Promise<Set<string>> {
  const { target, queueArn, journal, faults } = props;
  const messageIds = batch.map(({ message }) => message.messageId);
  const receives = batch.map(({ message }) => message.receives);
  journal.write('batch', { functionName: target.name, queueArn, requestId, messageIds, receives });
  try {
    const event = { Records: batch.map((received) => toRecord(received, props)) };
    const answer = await faults.around(INVOKE, () => target.invoke(event, requestId), { requestId });
    return props.reportsItemFailures ? failedItems(answer, new Set(messageIds)) : new Set();
  } catch (error) {
    // The messages come back when their visibility timeout ends.
    if (error instanceof AwsError) {
      const { code: errorType, message } = error;
      const refused = { requestId, durationMs: 0, outcome: 'refused', errorType, message };
      journal.write('invocation', { functionName: target.name, ...refused });
      return new Set(messageIds);
    }
    // The journal has the failed invocation.
    if (error instanceof FunctionError) return new Set(messageIds);
    throw error;
  }
}

/** Source: Lambda developer guide, using Lambda with Amazon SQS, example event; recorded on AWS. */
function toRecord(
  { message, receiptHandle, receives }: ReceivedMessage,
  { account, queueArn }: EventSourceMappingProps,
): Record<string, unknown> {
  const { messageId, body, attributes, md5OfBody, sentAt, firstReceivedAt, traceHeader, groupId, origin } = message;
  const md5OfMessageAttributes = md5OfAttributes(attributes);
  return {
    messageId,
    receiptHandle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      ...(traceHeader !== undefined && { AWSTraceHeader: traceHeader }),
      SentTimestamp: String(sentAt),
      ...(groupId !== undefined && { MessageGroupId: groupId }),
      SenderId: account.id,
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
      ...(origin !== undefined && { DeadLetterQueueSourceArn: origin.sourceArn }),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)]),
    ),
    ...(md5OfMessageAttributes !== undefined && { md5OfMessageAttributes }),
    md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: account.region,
  };
}

function attributeOf({ DataType, StringValue, BinaryValue }: MessageAttribute): object {
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}

/**
 * The messages that a function reports as failed. No report is success; a report that is invalid, or that names a message
 * of another batch, fails the whole batch. Source: Lambda developer guide, handling errors for an SQS event source.
 */
export function failedItems(answer: unknown, batch: ReadonlySet<string>): Set<string> {
  if (typeof answer !== 'object' || answer === null) return new Set();
  const { batchItemFailures } = answer as { batchItemFailures?: unknown };
  if (batchItemFailures === undefined || batchItemFailures === null) return new Set();
  if (!Array.isArray(batchItemFailures)) return new Set(batch);
  const ids = batchItemFailures.map((item: { itemIdentifier?: unknown } | null) => item?.itemIdentifier);
  return ids.every((id) => typeof id === 'string' && batch.has(id)) ? new Set(ids as string[]) : new Set(batch);
}
