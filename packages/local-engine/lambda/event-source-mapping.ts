import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../core/clock.ts';
import { pauseBefore } from '../core/retry.ts';
import type { Permission } from '../iam/access.ts';
import type { Queues, ReceivedMessage } from '../sqs/index.ts';
import { type BatchProps, invokeWithBatch } from './batch-invocation.ts';

export interface EventSourceMappingProps extends BatchProps {
  /** Without it no messages are taken from the queue. */
  readonly mayPoll: Permission;
  readonly isEnabled: boolean;
  /** Messages in one batch, 1 to 10. */
  readonly batchSize: number;
  /** Most batches at the same time. @default no limit */
  readonly maximumConcurrency?: number;
  readonly queues: Queues;
  readonly clock: Clock;
}

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
        // The answer with the messages was lost: they come again when their visibility timeout ends.
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
    const failed = await invokeWithBatch(delivered, requestId, props);
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
