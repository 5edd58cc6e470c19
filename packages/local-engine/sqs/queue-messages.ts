import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Journal } from '../journal/journal.ts';
import { type Message, newMessage, receiptHandleOf, type SentMessage } from './message.ts';
import type { Queue, QueuedMessage } from './queue.ts';
import { redrivePolicyIn } from './queue-attributes.ts';
import type { QueueSignals } from './signals.ts';
import type { StoredQueues } from './stored-queues.ts';

/** A message as a receiver gets it. */
export interface ReceivedMessage {
  readonly message: Message;
  readonly receiptHandle: string;
  /** How often the message was received, this time included; the message itself may be received again meanwhile. */
  readonly receives: number;
}

interface QueueMessagesProps {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly signals: QueueSignals;
  /** Undefined in memory. */
  readonly stored: StoredQueues | undefined;
  readonly find: (arn: string) => Queue | undefined;
}

/** Messages that one receive takes at most. Source: SQS API reference, ReceiveMessage. */
const MOST_RECEIVED = 10;

/** Messages that a queue has in flight at most. Source: SQS developer guide, message quotas. */
export const MOST_IN_FLIGHT = 120_000;

const LONGER_THAN_A_RECEIVE_MS = 60_000;

/** Adds, receives and removes messages of queues: stores each change, and reports it to listeners and to the journal. */
export class QueueMessages {
  readonly #props: QueueMessagesProps;

  constructor(props: QueueMessagesProps) {
    this.#props = props;
  }

  /** Adds a new message. @param delaySeconds @default - the queue's */
  put(queue: Queue, sent: SentMessage, delaySeconds = Number(queue.attributes.DelaySeconds)): Message {
    const message = newMessage(sent, this.#props.clock.now());
    this.#add(queue, message, 'message', delaySeconds);
    return message;
  }

  /**
   * Receives up to `limit` (10 at most) visible messages. Messages that reached the redrive policy's maximum of receives go
   * to the dead-letter queue instead. Only {@link failed} stores receives: without it, an end of the engine undoes them.
   */
  receive(queue: Queue, limit: number, hiddenMs = visibilityMsOf(queue)): ReceivedMessage[] {
    const { signals, find } = this.#props;
    const policy = redrivePolicyIn(queue.attributes);
    const dlq = policy && find(policy.deadLetterTargetArn);
    const most = Math.min(limit, MOST_RECEIVED, MOST_IN_FLIGHT - queue.inFlight);
    const taken: QueuedMessage[] = [];
    let moved = 0;
    for (let queued = queue.next; queued !== undefined && taken.length < most; queued = queue.next) {
      if (policy && dlq && queued.message.receives >= Number(policy.maxReceiveCount)) {
        this.#moveToDeadLetters(queued, queue, dlq);
        moved += 1;
        continue;
      }
      // A message that stays visible is hidden until the end of the loop, since the same call must not receive it twice.
      queue.receive(queued, randomUUID(), hiddenMs === 0 ? LONGER_THAN_A_RECEIVE_MS : hiddenMs);
      taken.push(queued);
    }
    if (hiddenMs === 0) for (const queued of taken) this.#show(queue, queued);
    if (taken.length > 0) signals.planReturn(queue);
    if (taken.length + moved > 0) signals.taken(queue.arn);
    return taken.map((queued) => ({
      message: queued.message,
      receiptHandle: handleOf(queue, queued),
      receives: queued.message.receives,
    }));
  }

  /** As {@link receive}, for a client of the API: the receive counts at once. @param seconds @default - the queue's timeout */
  receiveAsClient(queue: Queue, limit = 1, seconds?: number): ReceivedMessage[] {
    const hiddenMs = seconds === undefined ? visibilityMsOf(queue) : seconds * 1000;
    const received = this.receive(queue, limit, hiddenMs);
    const hiddenUntil = this.#props.clock.now() + hiddenMs;
    for (const { message, receives } of received) {
      const queued = queue.find(message.messageId);
      if (queued !== undefined) this.#props.stored?.hidden(queued, receives, hiddenUntil);
    }
    return received;
  }

  /** As {@link receiveAsClient}. In an empty queue it waits for a message, at most `waitSeconds` or until the queues are closed. */
  poll(queue: Queue, limit: number, seconds: number | undefined, waitSeconds: number): Promise<ReceivedMessage[]> {
    const take = () => this.receiveAsClient(queue, limit, seconds);
    return this.#props.signals.poll(queue.arn, waitSeconds * 1000, take);
  }

  /** A received message was not handled: the receive counts, and the message comes back when its visibility timeout ends. */
  failed(arn: string, { message, receiptHandle, receives }: ReceivedMessage): void {
    const { stored, find } = this.#props;
    const queue = find(arn);
    const queued = queue?.find(message.messageId);
    if (queue === undefined || queued === undefined) return;
    const isLast = receiptHandle === handleOf(queue, queued);
    const hiddenUntil = queue.hiddenUntil(message.messageId);
    if (isLast && hiddenUntil !== undefined) stored?.hidden(queued, receives, hiddenUntil);
    else stored?.counted(queued, receives);
  }

  /** A received message was handled: it is deleted, unless it was received again meanwhile. */
  handled(arn: string, { message, receiptHandle }: ReceivedMessage): void {
    const queue = this.#props.find(arn);
    const queued = queue?.find(message.messageId);
    if (queue && queued && receiptHandle === handleOf(queue, queued)) this.delete(queue, queued);
  }

  /** Hides a message from now on; 0 seconds show it. */
  hide(queue: Queue, queued: QueuedMessage, seconds: number): void {
    const { clock, signals, stored } = this.#props;
    if (seconds > 0) queue.hide(queued, seconds * 1000);
    else this.#show(queue, queued);
    stored?.hidden(queued, queued.message.receives, clock.now() + seconds * 1000);
    signals.planReturn(queue);
  }

  /** A client deletes a message. The journal says so, since no function has handled it. */
  deleteAsClient(queue: Queue, queued: QueuedMessage): void {
    const { messageId, body } = queued.message;
    this.delete(queue, queued);
    this.#props.journal.write('message-deleted', { queue: queue.name, messageId, body });
  }

  delete(queue: Queue, queued: QueuedMessage): void {
    queue.remove(queued);
    this.#props.stored?.delete(queued);
  }

  /** Deletes all messages of a queue. */
  purge(queue: Queue): void {
    queue.clear();
    this.#props.stored?.purge(queue);
    this.#props.signals.taken(queue.arn);
  }

  /** Sends the content of a message to another queue, as a new message, and deletes it, in one turn. */
  move(queued: QueuedMessage, from: Queue, to: Queue): void {
    const { body, attributes, traceHeader, groupId } = queued.message;
    this.put(to, { body, attributes, ...(traceHeader && { traceHeader }), ...(groupId && { groupId }) });
    this.delete(from, queued);
    this.#props.signals.taken(from.arn);
  }

  #add(queue: Queue, message: Message, hop: 'message' | 'redriven-to-dlq', delaySeconds: number): void {
    const { clock, journal, signals, stored } = this.#props;
    const visibleAt = delaySeconds > 0 ? clock.now() + delaySeconds * 1000 : undefined;
    const queued = queue.add(message, visibleAt);
    stored?.add(queue, queued, visibleAt);
    const { messageId, receives, body } = message;
    journal.write(hop, { queue: queue.name, messageId, receives, body });
    if (visibleAt !== undefined) signals.planReturn(queue);
    signals.waiting(queue.arn);
  }

  #show(queue: Queue, queued: QueuedMessage): void {
    queue.hide(queued, 0);
    this.#props.signals.waiting(queue.arn);
  }

  /** Keeps the message's id, its time and its count. Source: SQS developer guide, dead-letter queues */
  #moveToDeadLetters(queued: QueuedMessage, from: Queue, dlq: Queue): void {
    this.delete(from, queued);
    const { message } = queued;
    message.origin = { sourceArn: from.arn, movedAt: this.#props.clock.now() };
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
