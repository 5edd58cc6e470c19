import type { Clock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import { type SqsMessage, type SqsQueue, SqsStore } from '../fauxqs-stores.ts';
import type { Journal } from '../journal.ts';
import type { Storage } from '../storage.ts';
import { DeadLetters } from './dead-letters.ts';
import { MessageReturns } from './message-returns.ts';
import { noSuchQueue } from './sqs-errors.ts';
import { StoredQueues } from './stored-queues.ts';

export interface QueueProps {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** As in the SQS API: names to string values, seconds for times. */
  readonly attributes: Readonly<Record<string, string>>;
  /** @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A message as SQS hands it out, with what an event source mapping needs of its bookkeeping. */
export interface ReceivedMessage {
  readonly message: SqsMessage;
  readonly receiptHandle: string;
  /** How often the message was received, with this time; the message itself may be received again meanwhile. */
  readonly receives: number;
}

export type MessageAttributes = Readonly<Record<string, string>>;

interface QueuesProps {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly storage: Storage;
}

/**
 * SQS queues: fauxqs's store under the names and ARNs of the template. Adds what its polling lacks for a pushed flow:
 * consumers are called on arrival and when a visibility timeout or a delay ends, and time follows the engine's clock.
 */
export class Queues {
  readonly store = new SqsStore();
  readonly deadLetters: DeadLetters;
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #faults: Faults;
  readonly #consumers = new Map<string, Set<() => void>>();
  readonly #takers = new Map<string, Set<() => void>>();
  readonly #woken = new Set<string>();
  readonly #returns: MessageReturns;
  /** Undefined in memory. */
  readonly #stored: StoredQueues | undefined;
  /** The queue that is asked for messages, some of which its redrive policy may move instead, and how many it did. */
  #redriving: { readonly from: SqsQueue; moved: number } | undefined;

  constructor({ clock, journal, faults, storage }: QueuesProps) {
    this.deadLetters = new DeadLetters(clock, storage);
    this.#clock = clock;
    this.#returns = new MessageReturns(clock, ({ arn }) => this.#wake(arn));
    this.#journal = journal;
    this.#faults = faults;
    if (storage.fauxqs) {
      this.#stored = new StoredQueues(storage, storage.fauxqs);
      this.store.persistence = this.#stored as unknown as NonNullable<SqsStore['persistence']>;
    }
    // fauxqs reads the machine's clock: when ours skips, its deadlines come nearer by as much.
    clock.onSkip((ms) => this.#bringDeadlinesForward(ms));
  }

  /** Makes a queue, with the messages that the data folder has for it. @throws Error if there is one of that name */
  create({ name, arn, url, attributes, tags = {} }: QueueProps): void {
    if (this.store.getQueueByName(name)) throw new Error(`cannot be made: there is a queue ${name} already.`);
    const queue = this.store.createQueue(name, url, arn, { ...attributes }, { ...tags });
    const enqueue = queue.enqueue.bind(queue);
    queue.enqueue = (message) => {
      if (this.#redriving) this.#redriving.moved += 1;
      const source = this.#redriving?.from;
      // fauxqs has counted the move as a receive, and takes the machine's time for that of the engine.
      if (source) message.approximateReceiveCount -= 1;
      else message.sentTimestamp = this.#clock.now();
      enqueue(message);
      if (source) this.deadLetters.note(message, source.arn);
      const hop = source ? 'redriven-to-dlq' : 'message';
      const { messageId, approximateReceiveCount: receives } = message;
      this.#journal.write(hop, { queue: name, messageId, receives, body: message.body });
      if (message.delayUntil !== undefined) this.#returns.at(queue, message.delayUntil);
      this.#wake(arn);
    };
    const dequeue = queue.dequeue.bind(queue);
    queue.dequeue = (limit, seconds, findDlq) => {
      const redriving = { from: queue, moved: 0 };
      this.#redriving = redriving;
      let received: ReturnType<typeof dequeue>;
      try {
        received = dequeue(limit, seconds, findDlq);
      } finally {
        this.#redriving = undefined;
      }
      const hiddenFor = seconds ?? Number(queue.attributes.VisibilityTimeout);
      if (received.length > 0) this.#returns.within(queue, hiddenFor);
      if (received.length + redriving.moved > 0) this.#taken(arn);
      return received;
    };
    const purge = queue.purge.bind(queue);
    queue.purge = () => {
      purge();
      this.#taken(arn);
    };
    const changeVisibility = queue.changeVisibility.bind(queue);
    queue.changeVisibility = (receiptHandle, seconds) => {
      changeVisibility(receiptHandle, seconds);
      this.#returns.within(queue, seconds);
    };
    this.#stored?.load(queue);
    this.deadLetters.load(queue);
    this.#returns.earliest(queue);
  }

  /** Gives a queue these attributes alone; its messages stay. @throws AwsError if there is no such queue */
  setAttributes(arn: string, attributes: Readonly<Record<string, string>>): void {
    // An empty redrive policy takes the old one away.
    this.get(arn).setAttributes({ RedrivePolicy: '', ...attributes });
  }

  /**
   * Removes a queue with its messages. Does not mind if it is gone.
   * @param keepsStored whether the data folder keeps the messages, for a queue of that name
   */
  remove(arn: string, { keepsStored = false }: { keepsStored?: boolean } = {}): void {
    this.#returns.cancel(arn);
    const queue = this.find(arn);
    if (queue === undefined) return;
    if (keepsStored && this.#stored) this.#stored.keeping(() => this.store.deleteQueue(queue.url));
    else this.store.deleteQueue(queue.url);
  }

  /** The queue, unless it was deleted since or never was. */
  find(arn: string): SqsQueue | undefined {
    return this.store.getQueueByArn(arn);
  }

  /** The queue. @throws AwsError if there is none */
  get(arn: string): SqsQueue {
    const queue = this.find(arn);
    if (queue === undefined) throw noSuchQueue(arn);
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

  /** Calls `listener` whenever messages are taken from a queue: received, redriven or purged. Returns what ends that. */
  onTaken(arn: string, listener: () => void): () => void {
    const listeners = this.#takers.get(arn) ?? new Set();
    this.#takers.set(arn, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#takers.get(arn) === listeners) this.#takers.delete(arn);
    };
  }

  /**
   * Up to `limit` (10 at most) visible messages; those past the redrive policy's receives go to its queue instead. Until a
   * message is deleted or {@link failed}, the engine's end takes the receive back.
   */
  receive(arn: string, limit: number): ReceivedMessage[] {
    const queue = this.get(arn);
    const dequeue = () => queue.dequeue(limit, undefined, (dlqArn) => this.find(dlqArn));
    const received = this.#stored ? this.#stored.withoutNotice(dequeue) : dequeue();
    return received.flatMap(({ ReceiptHandle: receiptHandle }) => {
      const message = queue.inflightMessages.get(receiptHandle)?.message;
      return message === undefined ? [] : [{ message, receiptHandle, receives: message.approximateReceiveCount }];
    });
  }

  /** Says that a received message was not handled: the receive counts, and it comes back when its visibility timeout ends. */
  failed(arn: string, { message, receiptHandle, receives }: ReceivedMessage): void {
    this.#stored?.noteReceive(message, receives, this.find(arn)?.inflightMessages.get(receiptHandle));
  }

  delete(arn: string, receiptHandle: string): void {
    this.get(arn).deleteMessage(receiptHandle);
  }

  close(): void {
    this.#returns.close();
    this.store.shutdown();
  }

  #taken(arn: string): void {
    for (const listener of this.#takers.get(arn) ?? []) listener();
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

  #bringDeadlinesForward(ms: number): void {
    for (const queue of this.store.allQueues()) {
      for (const inflight of queue.inflightMessages.values()) inflight.visibilityDeadline -= ms;
      for (const delayed of queue.delayedMessages) if (delayed.delayUntil !== undefined) delayed.delayUntil -= ms;
    }
    this.#stored?.bringDeadlinesForward(ms);
  }
}
