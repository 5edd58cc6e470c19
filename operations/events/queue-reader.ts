import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { isNotFound } from '../aws/aws-failure.ts';
import { CommandFailure } from '../messages/errors.ts';
import type { Envelope } from './session.ts';

/** Limit of one call (SQS API reference, ReceiveMessage). */
const MOST_MESSAGES = 10;
/** Calls at once where many messages wait. */
const BURST = 8;

/** Receives events from a temporary queue, each once. An event that a replay emits again is another event. */
export class QueueReader {
  readonly #sqs: SQSClient;
  readonly #url: string;
  readonly #seen = new RecentIds();

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs;
    this.#url = url;
  }

  /**
   * The next events, as soon as there are some.
   * @param waitSeconds how long to wait for the first, up to 20
   * @returns none if none came in time, or the signal was aborted
   * @throws CommandFailure if the queue was removed
   */
  async next(waitSeconds: number, signal: AbortSignal): Promise<Envelope[]> {
    const first = await this.#receive(waitSeconds, signal);
    if (first.length < MOST_MESSAGES) return this.#unseen(first);
    const others = await Promise.all(Array.from({ length: BURST - 1 }, () => this.#receive(0, signal)));
    return this.#unseen([first, ...others].flat());
  }

  async #receive(WaitTimeSeconds: number, abortSignal: AbortSignal): Promise<Message[]> {
    const input = { QueueUrl: this.#url, MaxNumberOfMessages: MOST_MESSAGES, WaitTimeSeconds };
    try {
      const { Messages = [] } = await this.#sqs.send(new ReceiveMessageCommand(input), { abortSignal });
      // At once: no other consumer has a use for them.
      await this.#delete(Messages);
      return Messages;
    } catch (error) {
      if (abortSignal.aborted) return [];
      if (!isNotFound(error)) throw error;
      const message = 'the temporary queue was removed, as happens after an hour without use; run the command again';
      throw new CommandFailure(message, { cause: error });
    }
  }

  /** A message that is not deleted is received again, and then recognized. */
  async #delete(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.#url, Entries }));
  }

  #unseen(messages: readonly Message[]): Envelope[] {
    const events = messages.map(({ Body = '{}' }) => JSON.parse(Body) as Envelope);
    return events.filter(({ id, 'replay-name': replay = '' }) => !this.#seen.add(`${id} ${replay}`));
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

  /** Remembers an id. Returns whether it was known before. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return true;
    this.#ids.add(id);
    if (this.#ids.size > this.#most) this.#ids.delete(this.#ids.values().next().value as string);
    return false;
  }
}
