import type { Clock } from '../core/clock.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import type { Message } from './message.ts';
import { type Entry, PriorityQueue } from './priority-queue.ts';
import type { QueueAttributes } from './queue-attributes.ts';

/** A message in its queue. */
export interface QueuedMessage {
  readonly message: Message;
  /** Its place in the order of the queue, which it keeps when it becomes visible again. */
  readonly turn: number;
  /** Its row in the data folder; undefined in memory. */
  row: number | undefined;
  /** Of its last receive; undefined for a message that was never received from this queue. */
  receipt: { readonly id: string; readonly at: number } | undefined;
}

interface Places {
  visible: Entry<QueuedMessage> | undefined;
  hidden: Entry<QueuedMessage> | undefined;
  readonly age: Entry<QueuedMessage>;
}

export interface QueueIdentity {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
}

/**
 * The messages of one standard queue, in memory. Visible messages are received in their order; hidden ones, delayed or in
 * flight, become visible at their time; messages older than the retention period are gone. Every operation costs at most the
 * logarithm of the number of messages.
 */
export class Queue implements QueueIdentity {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** Unix epoch seconds, as in the API. */
  createdAt: number;
  modifiedAt: number;
  attributes: QueueAttributes;
  tags: Readonly<Record<string, string>>;
  /** Its resource policies, by the physical id of their resource. A queue that a client gives a policy has that one alone. */
  readonly policies = new Map<string, PolicyDocument>();
  readonly #clock: Clock;
  readonly #expired: (queued: QueuedMessage) => void;
  readonly #messages = new Map<string, readonly [QueuedMessage, Places]>();
  readonly #visible = new PriorityQueue<QueuedMessage>();
  readonly #hidden = new PriorityQueue<QueuedMessage>();
  readonly #ages = new PriorityQueue<QueuedMessage>();
  #delayed = 0;
  #turns = 0;

  /** @param expired is called for each message that is older than the retention period */
  constructor(
    { name, arn, url }: QueueIdentity,
    attributes: QueueAttributes,
    { clock, expired }: { clock: Clock; expired: (queued: QueuedMessage) => void },
  ) {
    this.name = name;
    this.arn = arn;
    this.url = url;
    this.attributes = attributes;
    this.tags = {};
    this.createdAt = this.modifiedAt = Math.floor(clock.now() / 1000);
    this.#clock = clock;
    this.#expired = expired;
  }

  /** How many messages can be received now. */
  get visible(): number {
    this.#catchUp();
    return this.#visible.size;
  }

  /** How many are delayed. */
  get delayed(): number {
    this.#catchUp();
    return this.#delayed;
  }

  /** How many were received and are hidden. */
  get inFlight(): number {
    this.#catchUp();
    return this.#hidden.size - this.#delayed;
  }

  /** When the next hidden message becomes visible, in Unix epoch milliseconds. */
  get nextReturn(): number | undefined {
    return this.#hidden.first?.priority;
  }

  /** The message that is received next. */
  get next(): QueuedMessage | undefined {
    this.#catchUp();
    return this.#visible.first?.item;
  }

  /** The messages that can be received now, in their order. */
  get messages(): Message[] {
    this.#catchUp();
    return this.#visible.sorted().map(({ message }) => message);
  }

  /** All messages that are visible or in flight, not delayed. */
  *arrived(): Iterable<Message> {
    this.#catchUp();
    for (const [queued, { hidden }] of this.#messages.values()) {
      if (hidden === undefined || queued.receipt !== undefined) yield queued.message;
    }
  }

  find(messageId: string): QueuedMessage | undefined {
    this.#catchUp();
    return this.#messages.get(messageId)?.[0];
  }

  /** When a hidden message becomes visible, in Unix epoch milliseconds; undefined for a message that is visible or gone. */
  hiddenUntil(messageId: string): number | undefined {
    this.#catchUp();
    return this.#messages.get(messageId)?.[1].hidden?.priority;
  }

  /** @param visibleAt Unix epoch milliseconds. @default at once */
  add(message: Message, visibleAt?: number, receipt?: QueuedMessage['receipt']): QueuedMessage {
    const queued: QueuedMessage = { message, turn: this.#turns++, row: undefined, receipt };
    const places: Places = { visible: undefined, hidden: undefined, age: this.#ages.add(message.sentAt, queued) };
    this.#messages.set(message.messageId, [queued, places]);
    if (visibleAt === undefined || visibleAt <= this.#clock.now()) this.#show(queued, places);
    else this.#hideUntil(visibleAt, queued, places);
    return queued;
  }

  /** Counts a receive, which hides the message. */
  receive(queued: QueuedMessage, receiptId: string, hiddenMs: number): void {
    const { message } = queued;
    const now = this.#clock.now();
    message.receives += 1;
    message.firstReceivedAt ??= now;
    queued.receipt = { id: receiptId, at: now };
    this.hide(queued, hiddenMs);
  }

  /** Hides a message from now on, whether it was hidden before or not; 0 shows it. */
  hide(queued: QueuedMessage, ms: number): void {
    const places = this.#messages.get(queued.message.messageId)?.[1];
    if (places === undefined) return;
    this.#leave(places);
    if (ms > 0) this.#hideUntil(this.#clock.now() + ms, queued, places);
    else this.#show(queued, places);
  }

  remove({ message }: QueuedMessage): void {
    const places = this.#messages.get(message.messageId)?.[1];
    if (places === undefined) return;
    this.#leave(places);
    this.#ages.remove(places.age);
    this.#messages.delete(message.messageId);
  }

  clear(): void {
    this.#messages.clear();
    for (const entries of [this.#visible, this.#hidden, this.#ages]) entries.clear();
    this.#delayed = 0;
  }

  /** Shows messages whose time to be hidden is over, and removes expired ones. */
  #catchUp(): void {
    const now = this.#clock.now();
    for (let due = this.#hidden.first; due !== undefined && due.priority <= now; due = this.#hidden.first) {
      const places = this.#messages.get(due.item.message.messageId)?.[1] as Places;
      this.#leave(places);
      this.#show(due.item, places);
    }
    const oldest = now - Number(this.attributes.MessageRetentionPeriod) * 1000;
    for (let first = this.#ages.first; first !== undefined && first.priority <= oldest; first = this.#ages.first) {
      this.remove(first.item);
      this.#expired(first.item);
    }
  }

  #show(queued: QueuedMessage, places: Places): void {
    places.visible = this.#visible.add(queued.turn, queued);
  }

  #hideUntil(time: number, queued: QueuedMessage, places: Places): void {
    places.hidden = this.#hidden.add(time, queued);
    if (queued.receipt === undefined) this.#delayed += 1;
  }

  #leave(places: Places): void {
    if (places.visible) this.#visible.remove(places.visible);
    if (places.hidden) {
      this.#hidden.remove(places.hidden);
      if (places.hidden.item.receipt === undefined) this.#delayed -= 1;
    }
    places.visible = undefined;
    places.hidden = undefined;
  }
}
