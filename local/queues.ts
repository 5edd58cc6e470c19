import { AwsError } from './aws-error.ts';
import type { Clock, Timer } from './clock.ts';
import type { Faults } from './faults.ts';
import { type SqsMessage, type SqsQueue, SqsStore } from './fauxqs-stores.ts';
import type { Journal } from './journal.ts';

export interface QueueProps {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** As in the SQS API: names to string values, seconds for times. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A message as SQS hands it out, with what an event source mapping needs of its bookkeeping. */
export interface ReceivedMessage {
  readonly message: SqsMessage;
  readonly receiptHandle: string;
}

export type MessageAttributes = Readonly<Record<string, string>>;

/**
 * SQS queues: fauxqs's store under the names and ARNs of the template. Adds what its polling lacks for a pushed flow:
 * consumers are called on arrival and when a visibility timeout or a delay ends, and time follows the engine's clock.
 */
export class Queues {
  readonly store = new SqsStore();
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #faults: Faults;
  readonly #consumers = new Map<string, Set<() => void>>();
  readonly #woken = new Set<string>();
  readonly #wakeUps = new Map<string, { due: number; timer: Timer }>();

  constructor({ clock, journal, faults }: { clock: Clock; journal: Journal; faults: Faults }) {
    this.#clock = clock;
    this.#journal = journal;
    this.#faults = faults;
    // fauxqs reads the machine's clock: when ours skips, its deadlines come nearer by as much.
    clock.onSkip((ms) => this.#bringDeadlinesForward(ms));
  }

  create({ name, arn, url, attributes }: QueueProps): void {
    const queue = this.store.createQueue(name, url, arn, { ...attributes });
    const enqueue = queue.enqueue.bind(queue);
    queue.enqueue = (message) => {
      enqueue(message);
      // A message that arrives with receives behind it was moved here by its source queue's redrive policy.
      const hop = message.approximateReceiveCount > 0 ? 'redriven-to-dlq' : 'message';
      const { messageId, approximateReceiveCount: receives } = message;
      this.#journal.write(hop, { queue: name, messageId, receives, body: message.body });
      if (message.delayUntil !== undefined) this.#scheduleReturn(queue, secondsUntil(message.delayUntil));
      this.#wake(arn);
    };
    const dequeue = queue.dequeue.bind(queue);
    queue.dequeue = (limit, seconds, findDlq) => {
      const received = dequeue(limit, seconds, findDlq);
      const hiddenFor = seconds ?? Number(queue.attributes.VisibilityTimeout);
      if (received.length > 0) this.#scheduleReturn(queue, hiddenFor);
      return received;
    };
    const changeVisibility = queue.changeVisibility.bind(queue);
    queue.changeVisibility = (receiptHandle, seconds) => {
      changeVisibility(receiptHandle, seconds);
      this.#scheduleReturn(queue, seconds);
    };
  }

  /** Gives a queue these attributes alone; its messages stay. @throws AwsError if there is no such queue */
  setAttributes(arn: string, attributes: Readonly<Record<string, string>>): void {
    // An empty redrive policy takes the old one away.
    this.get(arn).setAttributes({ RedrivePolicy: '', ...attributes });
  }

  /** Removes a queue with its messages. Does not mind if it is gone. */
  remove(arn: string): void {
    this.#wakeUps.get(arn)?.timer.cancel();
    this.#wakeUps.delete(arn);
    const queue = this.find(arn);
    if (queue) this.store.deleteQueue(queue.url);
  }

  /** The queue, unless it was deleted since or never was. */
  find(arn: string): SqsQueue | undefined {
    return this.store.getQueueByArn(arn);
  }

  /** The queue. @throws AwsError if there is none */
  get(arn: string): SqsQueue {
    const queue = this.find(arn);
    if (queue === undefined) {
      throw new AwsError('AWS.SimpleQueueService.NonExistentQueue', `The specified queue does not exist: ${arn}`);
    }
    return queue;
  }

  /**
   * Sends a message; its attributes all have the data type String.
   * @param taken is called in the turn in which the message is in the queue, so that what it stands for is done with it
   */
  async send(arn: string, body: string, attributes: MessageAttributes = {}, taken?: () => void): Promise<void> {
    await this.#faults.around('sqs:SendMessage', () => {
      const typed = Object.entries(attributes).map(([key, value]) => [key, { DataType: 'String', StringValue: value }]);
      const queue = this.get(arn);
      const delaySeconds = Number(queue.attributes.DelaySeconds) || undefined;
      queue.enqueue(SqsStore.createMessage(body, Object.fromEntries(typed), delaySeconds));
      taken?.();
    });
  }

  /** Calls `consumer` whenever messages may be waiting: on arrival, and when a visibility timeout ends. Returns what ends that. */
  consume(arn: string, consumer: () => void): () => void {
    const consumers = this.#consumers.get(arn) ?? new Set();
    this.#consumers.set(arn, consumers.add(consumer));
    this.#wake(arn);
    return () => {
      consumers.delete(consumer);
      if (consumers.size === 0 && this.#consumers.get(arn) === consumers) this.#consumers.delete(arn);
    };
  }

  /** Up to `limit` (10 at most) visible messages; those past the redrive policy's receives go to its queue instead. */
  receive(arn: string, limit: number): ReceivedMessage[] {
    const queue = this.get(arn);
    const received = queue.dequeue(limit, undefined, (dlqArn) => this.find(dlqArn));
    return received.flatMap(({ ReceiptHandle: receiptHandle }) => {
      const inflight = queue.inflightMessages.get(receiptHandle);
      return inflight === undefined ? [] : [{ message: inflight.message, receiptHandle }];
    });
  }

  delete(arn: string, receiptHandle: string): void {
    this.get(arn).deleteMessage(receiptHandle);
  }

  close(): void {
    for (const { timer } of this.#wakeUps.values()) timer.cancel();
    this.store.shutdown();
  }

  /** Once for all messages that arrive in the same turn, so that they can share a batch. */
  #wake(arn: string): void {
    const consumers = this.#consumers.get(arn);
    if (consumers === undefined || this.#woken.has(arn)) return;
    this.#woken.add(arn);
    setImmediate(() => {
      this.#woken.delete(arn);
      for (const consumer of consumers) consumer();
    });
  }

  /** One timer a queue, at the earliest moment at which a message may become visible. */
  #scheduleReturn(queue: SqsQueue, seconds: number): void {
    const due = this.#clock.now() + seconds * 1000;
    const planned = this.#wakeUps.get(queue.arn);
    if (planned !== undefined && planned.due <= due) return;
    planned?.timer.cancel();
    const timer = this.#clock.after(seconds * 1000, () => this.#returnMessages(queue));
    this.#wakeUps.set(queue.arn, { due, timer });
  }

  #returnMessages(queue: SqsQueue): void {
    this.#wakeUps.delete(queue.arn);
    queue.processTimers();
    this.#wake(queue.arn);
    const deadlines = [
      ...Array.from(queue.inflightMessages.values(), ({ visibilityDeadline }) => visibilityDeadline),
      ...queue.delayedMessages.flatMap(({ delayUntil }) => delayUntil ?? []),
    ];
    let earliest = Number.POSITIVE_INFINITY;
    for (const deadline of deadlines) earliest = Math.min(earliest, deadline);
    if (earliest < Number.POSITIVE_INFINITY) this.#scheduleReturn(queue, secondsUntil(earliest));
  }

  #bringDeadlinesForward(ms: number): void {
    for (const queue of this.store.allQueues()) {
      for (const inflight of queue.inflightMessages.values()) inflight.visibilityDeadline -= ms;
      for (const delayed of queue.delayedMessages) if (delayed.delayUntil !== undefined) delayed.delayUntil -= ms;
    }
  }
}

/** From the machine's time to a deadline of fauxqs; never quite 0, since its deadlines are in whole milliseconds. */
function secondsUntil(deadline: number): number {
  return Math.max(0.001, (deadline - Date.now()) / 1000);
}
