import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Faults } from '../journal/faults.ts';
import type { Journal } from '../journal/journal.ts';
import type { Storage } from '../storage/storage.ts';
import { LongPolls } from './long-polls.ts';
import { type Message, newMessage, type SentMessage } from './message.ts';
import { Queue, type QueuedMessage } from './queue.ts';
import { DEFAULT_ATTRIBUTES, type QueueAttributes } from './queue-attributes.ts';
import { QueueSignals } from './queue-signals.ts';
import { receiptHandleOf } from './receipt-handle.ts';
import { redrivePolicyIn } from './redrive-policies.ts';
import { noSuchQueue } from './sqs-errors.ts';
import { type StoredQueue, StoredQueues } from './stored-queues.ts';

export interface QueueProps {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** As in the SQS API: names to string values, seconds for times. @default - those of SQS */
  readonly attributes: QueueAttributes;
  /** @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether a client made it, not a template: then it is there after a restart. @default false */
  readonly isByClient?: boolean;
}

/** A message as SQS hands it out, with what an event source mapping needs of its bookkeeping. */
export interface ReceivedMessage {
  readonly message: Message;
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

/** Messages that one receive takes at most. Source: SQS API reference, ReceiveMessage. */
const MOST_RECEIVED = 10;

/** Messages that a queue has in flight at most. Source: SQS developer guide, message quotas. */
export const MOST_IN_FLIGHT = 120_000;

/**
 * The SQS queues of the account, pushed: consumers are called when messages may be waiting. With a data folder each change
 * is written there as well.
 */
export class Queues {
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #faults: Faults;
  readonly #signals: QueueSignals;
  readonly #polls: LongPolls;
  /** Undefined in memory. */
  readonly #stored: StoredQueues | undefined;
  readonly #byArn = new Map<string, Queue>();
  readonly #byName = new Map<string, Queue>();

  constructor({ clock, journal, faults, storage }: QueuesProps) {
    this.#clock = clock;
    this.#journal = journal;
    this.#faults = faults;
    this.#signals = new QueueSignals(clock);
    this.#polls = new LongPolls(clock, this.#signals);
    this.#stored = storage.isLasting ? new StoredQueues(storage) : undefined;
  }

  /** Queues that clients have made before a restart, which are not made here again by themselves. */
  madeByClients(): StoredQueue[] {
    return this.#stored?.madeByClients() ?? [];
  }

  /** Makes a queue, with the messages that the data folder has for it. @throws Error if there is one of that name */
  create({ attributes, tags = {}, isByClient = false, ...identity }: QueueProps): Queue {
    const { name, arn } = identity;
    if (this.#byName.has(name)) throw new Error(`cannot be made: there is a queue ${name} already.`);
    const expired = (queued: QueuedMessage) => this.#stored?.delete(queued);
    const queue = new Queue(identity, { ...DEFAULT_ATTRIBUTES, ...attributes }, { clock: this.#clock, expired });
    queue.tags = tags;
    this.#byArn.set(arn, queue);
    this.#byName.set(name, queue);
    this.#stored?.keep(queue, { isByClient });
    this.#signals.planReturn(queue);
    this.#signals.waiting(arn);
    return queue;
  }

  /** Gives a queue these attributes alone; its messages stay. @throws AwsError if there is no such queue */
  setAttributes(arn: string, attributes: QueueAttributes): void {
    const queue = this.get(arn);
    queue.attributes = { ...DEFAULT_ATTRIBUTES, ...attributes };
    queue.modifiedAt = Math.floor(this.#clock.now() / 1000);
    this.#stored?.update(queue);
  }

  setTags(queue: Queue, tags: Readonly<Record<string, string>>): void {
    queue.tags = tags;
    this.#stored?.update(queue);
  }

  /**
   * Removes a queue with its messages. Does nothing if it is gone.
   * @param keepsStored whether the data folder keeps the messages, for a queue of that name
   */
  remove(arn: string, { keepsStored = false }: { keepsStored?: boolean } = {}): void {
    this.#signals.forget(arn);
    const queue = this.find(arn);
    if (queue === undefined) return;
    this.#byArn.delete(arn);
    this.#byName.delete(queue.name);
    this.#polls.end(arn);
    if (!keepsStored) this.#stored?.remove(queue);
  }

  all(): Queue[] {
    return [...this.#byArn.values()];
  }

  /** The queue, unless it was deleted since or never was. */
  find(arn: string): Queue | undefined {
    return this.#byArn.get(arn);
  }

  /** The queue of this name, if there is one. */
  named(name: string): Queue | undefined {
    return this.#byName.get(name);
  }

  /** The queue. @throws AwsError if there is none */
  get(arn: string): Queue {
    const queue = this.find(arn);
    if (queue === undefined) throw noSuchQueue();
    return queue;
  }

  /**
   * Sends a message; its attributes all have the data type String.
   * @param taken is called in the turn in which the message is in the queue, so that what it stands for is done with it
   * @param traceHeader the message system attribute AWSTraceHeader
   */
  async send(
    arn: string,
    body: string,
    attributes: MessageAttributes = {},
    { taken, traceHeader }: { readonly taken?: () => void; readonly traceHeader?: string } = {},
  ): Promise<void> {
    await this.#faults.around('sqs:SendMessage', () => {
      const typed = Object.entries(attributes).map(([key, value]) => [key, { DataType: 'String', StringValue: value }]);
      this.put(this.get(arn), {
        body,
        attributes: Object.fromEntries(typed),
        ...(traceHeader !== undefined && { traceHeader }),
      });
      taken?.();
    });
  }

  /** Puts a new message into a queue. @param delaySeconds @default - the queue's */
  put(queue: Queue, sent: SentMessage, delaySeconds = Number(queue.attributes.DelaySeconds)): Message {
    const message = newMessage(sent, this.#clock.now());
    this.#add(queue, message, 'message', delaySeconds);
    return message;
  }

  /** Calls `consumer` whenever messages may be waiting: on arrival, and when a visibility timeout ends. Returns what ends that. */
  consume(arn: string, consumer: () => void): () => void {
    return this.#signals.consume(arn, consumer);
  }

  /** Calls `listener` whenever messages are taken from a queue: received, redriven or purged. Returns what ends that. */
  onTaken(arn: string, listener: () => void): () => void {
    return this.#signals.onTaken(arn, listener);
  }

  /**
   * Up to `limit` (10 at most) visible messages; those past the redrive policy's receives go to its queue instead. Until a
   * message is deleted or {@link failed}, the engine's end takes the receive back.
   */
  receive(arn: string, limit: number): ReceivedMessage[] {
    const queue = this.get(arn);
    return this.#take(queue, limit, visibilityMsOf(queue)).map(({ received }) => received);
  }

  /** As {@link receive}, for a client of the API: the receive counts at once. @param seconds @default - the queue's timeout */
  receiveAsClient(queue: Queue, limit = 1, seconds?: number): ReceivedMessage[] {
    const hiddenMs = seconds === undefined ? visibilityMsOf(queue) : seconds * 1000;
    return this.#take(queue, limit, hiddenMs).map(({ queued, received }) => {
      this.#stored?.hidden(queued, received.receives, this.#clock.now() + hiddenMs);
      return received;
    });
  }

  /** As {@link receiveAsClient}, and if there is nothing, waits for it so many seconds, or until the queues are closed. */
  poll(queue: Queue, limit: number, seconds: number | undefined, waitSeconds: number): Promise<ReceivedMessage[]> {
    return this.#polls.take(queue.arn, waitSeconds * 1000, () => this.receiveAsClient(queue, limit, seconds));
  }

  /** Says that a received message was not handled: the receive counts, and it comes back when its visibility timeout ends. */
  failed(arn: string, { message, receiptHandle, receives }: ReceivedMessage): void {
    const queue = this.find(arn);
    const queued = queue?.find(message.messageId);
    if (queue === undefined || queued === undefined) return;
    const isLast = receiptHandle === handleOf(queue, queued);
    const hiddenUntil = queue.hiddenUntil(message.messageId);
    if (isLast && hiddenUntil !== undefined) this.#stored?.hidden(queued, receives, hiddenUntil);
    else this.#stored?.counted(queued, receives);
  }

  /** Says that a received message was handled: it is deleted, unless it was received again meanwhile. */
  handled(arn: string, { message, receiptHandle }: ReceivedMessage): void {
    const queue = this.find(arn);
    const queued = queue?.find(message.messageId);
    if (queue && queued && receiptHandle === handleOf(queue, queued)) this.delete(queue, queued);
  }

  /** Hides a message for so many seconds from now on. */
  hide(queue: Queue, queued: QueuedMessage, seconds: number): void {
    if (seconds > 0) queue.hide(queued, seconds * 1000);
    else this.#show(queue, queued);
    this.#stored?.hidden(queued, queued.message.receives, this.#clock.now() + seconds * 1000);
    this.#signals.planReturn(queue);
  }

  /** Deletes a message. */
  delete(queue: Queue, queued: QueuedMessage): void {
    queue.remove(queued);
    this.#stored?.delete(queued);
  }

  /** Deletes all messages of a queue. */
  purge(queue: Queue): void {
    queue.clear();
    this.#stored?.purge(queue);
    this.#signals.taken(queue.arn);
  }

  /** Sends what a message says to another queue, as a new message, and deletes it, in one turn. */
  move(queued: QueuedMessage, from: Queue, to: Queue): void {
    const { body, attributes, traceHeader, groupId } = queued.message;
    this.put(to, { body, attributes, ...(traceHeader && { traceHeader }), ...(groupId && { groupId }) });
    this.delete(from, queued);
    this.#signals.taken(from.arn);
  }

  close(): void {
    this.#signals.close();
    this.#polls.close();
  }

  #add(queue: Queue, message: Message, hop: 'message' | 'redriven-to-dlq', delaySeconds: number): void {
    const visibleAt = delaySeconds > 0 ? this.#clock.now() + delaySeconds * 1000 : undefined;
    const queued = queue.add(message, visibleAt);
    this.#stored?.add(queue, queued, visibleAt);
    const { messageId, receives, body } = message;
    this.#journal.write(hop, { queue: queue.name, messageId, receives, body });
    if (visibleAt !== undefined) this.#signals.planReturn(queue);
    this.#signals.waiting(queue.arn);
  }

  #take(queue: Queue, limit: number, hiddenMs: number): { queued: QueuedMessage; received: ReceivedMessage }[] {
    const policy = redrivePolicyIn(queue.attributes);
    const dlq = policy && this.find(policy.deadLetterTargetArn);
    const most = Math.min(limit, MOST_RECEIVED, MOST_IN_FLIGHT - queue.inFlight);
    const taken: QueuedMessage[] = [];
    let moved = 0;
    for (let queued = queue.next; queued !== undefined && taken.length < most; queued = queue.next) {
      if (policy && dlq && queued.message.receives >= Number(policy.maxReceiveCount)) {
        this.#bury(queued, queue, dlq);
        moved += 1;
        continue;
      }
      // Also one that stays visible is received only once by the same call.
      queue.receive(queued, randomUUID(), Math.max(1, hiddenMs));
      taken.push(queued);
    }
    if (hiddenMs === 0) for (const queued of taken) this.#show(queue, queued);
    if (taken.length > 0) this.#signals.planReturn(queue);
    if (taken.length + moved > 0) this.#signals.taken(queue.arn);
    return taken.map((queued) => {
      const { message } = queued;
      const receiptHandle = handleOf(queue, queued);
      return { queued, received: { message, receiptHandle, receives: message.receives } };
    });
  }

  #show(queue: Queue, queued: QueuedMessage): void {
    queue.hide(queued, 0);
    this.#signals.waiting(queue.arn);
  }

  /** Moves a message to a dead-letter queue: with its id, its time and its count. Source: SQS developer guide */
  #bury(queued: QueuedMessage, from: Queue, dlq: Queue): void {
    this.delete(from, queued);
    const { message } = queued;
    message.origin = { sourceArn: from.arn, movedAt: this.#clock.now() };
    this.#add(dlq, message, 'redriven-to-dlq', 0);
  }
}

/** The handle of a message's last receive. */
function handleOf({ name }: Queue, { message: { messageId }, receipt }: QueuedMessage): string {
  return receiptHandleOf(name, { messageId, id: receipt?.id ?? '' });
}

function visibilityMsOf({ attributes }: Queue): number {
  return Number(attributes.VisibilityTimeout) * 1000;
}
