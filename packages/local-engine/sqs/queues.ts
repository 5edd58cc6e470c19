import type { Clock } from '../core/clock.ts';
import type { Faults } from '../journal/faults.ts';
import type { Journal } from '../journal/journal.ts';
import type { Storage } from '../storage/storage.ts';
import { noSuchQueue } from './errors.ts';
import { type Members, requiredText } from './protocol.ts';
import { Queue, type QueuedMessage, type QueueIdentity } from './queue.ts';
import { DEFAULT_ATTRIBUTES, type QueueAttributes } from './queue-attributes.ts';
import { QueueMessages, type ReceivedMessage } from './queue-messages.ts';
import { QueueSignals } from './signals.ts';
import { type StoredQueue, StoredQueues } from './stored-queues.ts';

export interface QueueProps extends QueueIdentity {
  /** As in the SQS API: every value is text, times are in seconds. @default - those of SQS */
  readonly attributes: QueueAttributes;
  /** @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether a client made it, not a template: then it is there after a restart. @default false */
  readonly isByClient?: boolean;
}

/** Message attributes that all have the data type String. */
export type TextAttributes = Readonly<Record<string, string>>;

interface SendOptions {
  readonly taken?: () => void;
  readonly traceHeader?: string;
  readonly eventId?: string;
}

interface QueuesProps {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly storage: Storage;
}

/** The SQS queues of the account. With a data folder, each change is stored there. */
export class Queues {
  readonly messages: QueueMessages;
  readonly signals: QueueSignals;
  readonly #clock: Clock;
  readonly #faults: Faults;
  /** Undefined in memory. */
  readonly #stored: StoredQueues | undefined;
  readonly #byArn = new Map<string, Queue>();
  readonly #byName = new Map<string, Queue>();

  constructor({ clock, journal, faults, storage }: QueuesProps) {
    this.#clock = clock;
    this.#faults = faults;
    this.#stored = storage.isLasting ? new StoredQueues(storage) : undefined;
    this.signals = new QueueSignals(clock);
    const find = (arn: string) => this.find(arn);
    this.messages = new QueueMessages({ clock, journal, signals: this.signals, stored: this.#stored, find });
  }

  /** Queues that clients made before a restart. They are in no template, so the engine must make them again. */
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
    // First: it may throw, for messages that cannot be read, and then there is no queue.
    this.#stored?.keep(queue, { isByClient });
    this.#byArn.set(arn, queue);
    this.#byName.set(name, queue);
    this.signals.planReturn(queue);
    this.signals.waiting(arn);
    return queue;
  }

  /** Replaces all attributes of a queue; its messages stay. @throws AwsError if there is no such queue */
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
    this.signals.forget(arn);
    const queue = this.find(arn);
    if (queue === undefined) return;
    this.#byArn.delete(arn);
    this.#byName.delete(queue.name);
    if (!keepsStored) this.#stored?.remove(queue);
  }

  all(): Queue[] {
    return [...this.#byArn.values()];
  }

  find(arn: string): Queue | undefined {
    return this.#byArn.get(arn);
  }

  named(name: string): Queue | undefined {
    return this.#byName.get(name);
  }

  /** The queue of a URL with any host, since clients reach the engine under several names; or of a name, as recorded on AWS. */
  at(url: string): Queue | undefined {
    if (!url.includes('/')) return this.named(url);
    const [, path = '', name = ''] = /^https?:\/\/[^/]+(\/\d{12}\/([\w-]+))$/.exec(url) ?? [];
    const queue = this.named(name);
    return queue?.url.endsWith(path) ? queue : undefined;
  }

  /** The queue that the member QueueUrl of a request names. @throws AwsError if there is none */
  of(request: Members): Queue {
    const queue = this.at(requiredText(request, 'QueueUrl'));
    if (queue === undefined) throw noSuchQueue();
    return queue;
  }

  /** @throws AwsError if there is none */
  get(arn: string): Queue {
    const queue = this.find(arn);
    if (queue === undefined) throw noSuchQueue();
    return queue;
  }

  /**
   * Sends a message.
   * @param taken is called in the turn in which the message enters the queue, so that the sender can record in the same turn
   * that it is done
   * @param traceHeader the message system attribute AWSTraceHeader
   * @param eventId of the event on a bus that the message is made of
   */
  async send(
    arn: string,
    body: string,
    attributes: TextAttributes = {},
    { taken, traceHeader, eventId }: SendOptions = {},
  ): Promise<void> {
    const send = () => {
      const typed = Object.entries(attributes).map(([key, value]) => [key, { DataType: 'String', StringValue: value }]);
      this.messages.put(this.get(arn), {
        body,
        attributes: Object.fromEntries(typed),
        ...(traceHeader !== undefined && { traceHeader }),
      });
      taken?.();
    };
    await this.#faults.around('sqs:SendMessage', send, eventId === undefined ? {} : { eventId });
  }

  /** As {@link QueueMessages.receive}. @throws AwsError if there is no such queue */
  receive(arn: string, limit: number): ReceivedMessage[] {
    return this.messages.receive(this.get(arn), limit);
  }

  close(): void {
    this.signals.close();
  }
}
