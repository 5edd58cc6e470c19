import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { isNotFound } from '../aws/aws-failure.ts';
import { messagesIn, readDepth } from '../deployed/queue-depth.ts';
import { CommandFailure } from '../messages/errors.ts';
import type { Envelope, ReceivedEvent } from './session.ts';

/** Limit of one call (SQS API reference, ReceiveMessage). */
const MOST_MESSAGES = 10;
/** Calls at once where many messages wait. */
const BURST = 16;

/**
 * How many received messages a queue that is deleted soon may keep: deleting them takes as many calls as receiving them. SQS
 * delivers nothing more when 120,000 are in flight (SQS developer guide, quotas).
 */
export const MOST_KEPT = 100_000;

const REMOVED = 'the temporary queue was removed, as happens after an hour without use; run the command again';

/** Receives events from a temporary queue, each once. An event that a replay emits again is another event. */
export class QueueReader {
  readonly #sqs: SQSClient;
  readonly #url: string;
  readonly #mostKept: number;
  /** Of messages that are still in the queue: each may come again. */
  readonly #kept = new Set<string>();
  /** Of deleted messages: SQS may deliver one again all the same. */
  readonly #deleted = new RecentIds();
  /** Whether the last receive brought as many messages as it could. */
  #isFull = false;
  /** Whether a receive was answered only when it was tried again: SQS may have handed messages out with the answer that was lost. */
  #wasRetried = false;

  /** @param mostKept how many messages may stay in the queue when they are received. @default none */
  constructor(sqs: SQSClient, url: string, mostKept = 0) {
    this.#sqs = sqs;
    this.#url = url;
    this.#mostKept = mostKept;
  }

  /**
   * The next events, as soon as there are some.
   * @param waitSeconds how long to wait for the first, up to 20
   * @returns none if none came in time, or the signal was aborted
   * @throws CommandFailure if the queue was removed
   */
  async next(waitSeconds: number, signal: AbortSignal): Promise<ReceivedEvent[]> {
    const waiting = this.#isFull ? await this.#receiveMany(BURST, signal) : [];
    if (waiting.length > 0) return waiting;
    const first = await this.#receive(waitSeconds, signal);
    return this.#isFull ? [...first, ...(await this.#receiveMany(BURST - 1, signal))] : first;
  }

  /**
   * About how many messages SQS has handed out with an answer that was lost: it hides them as long as those that were seen. Ask for
   * it when no more messages come.
   * @throws CommandFailure if the queue was removed
   */
  async unseen(): Promise<number> {
    if (!this.#wasRetried) return 0;
    const depth = await readDepth(this.#sqs, this.#url);
    if (depth === undefined) throw new CommandFailure(REMOVED);
    return Math.max(0, messagesIn(depth) - this.#kept.size);
  }

  async #receiveMany(calls: number, signal: AbortSignal): Promise<ReceivedEvent[]> {
    return (await Promise.all(Array.from({ length: calls }, () => this.#receive(0, signal)))).flat();
  }

  async #receive(WaitTimeSeconds: number, abortSignal: AbortSignal): Promise<ReceivedEvent[]> {
    const input = { QueueUrl: this.#url, MaxNumberOfMessages: MOST_MESSAGES, WaitTimeSeconds };
    try {
      const { Messages = [], $metadata } = await this.#sqs.send(new ReceiveMessageCommand(input), { abortSignal });
      this.#wasRetried ||= ($metadata?.attempts ?? 1) > 1;
      this.#isFull = Messages.length === MOST_MESSAGES;
      const isKept = this.#kept.size + Messages.length <= this.#mostKept;
      const events = Messages.map(({ Body: text = '{}' }) => ({ event: JSON.parse(text) as Envelope, text }));
      const unseen = events.filter(({ event }) => this.#isNew(event, isKept));
      // At once: no other consumer has a use for them.
      if (!isKept) await this.#delete(Messages);
      return unseen;
    } catch (error) {
      if (abortSignal.aborted) return [];
      if (!isNotFound(error)) throw error;
      throw new CommandFailure(REMOVED, { cause: error });
    }
  }

  /** A message that is not deleted is received again, and then recognized. */
  async #delete(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.#url, Entries }));
  }

  #isNew({ id, 'replay-name': replay = '' }: Envelope, isKept: boolean): boolean {
    const known = `${id} ${replay}`;
    const isNew = !this.#kept.has(known) && !this.#deleted.has(known);
    (isKept ? this.#kept : this.#deleted).add(known);
    return isNew;
  }
}

/** The last ids that were seen: enough to recognize a message that is delivered twice. */
export class RecentIds {
  readonly #most: number;
  readonly #ids = new Set<string>();

  /** @param most how many it remembers */
  constructor(most = 100_000) {
    this.#most = most;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Remembers an id. Returns whether it was known before. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return true;
    this.#ids.add(id);
    if (this.#ids.size > this.#most) this.#ids.delete(this.#ids.values().next().value as string);
    return false;
  }
}
