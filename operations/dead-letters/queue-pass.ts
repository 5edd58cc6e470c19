import { HeldMessages, HOLD_SECONDS } from './held-messages.ts';
import { BATCH_SIZE, type MessageQueue, problemOfMessage, type ReceivedMessage } from './message-queue.ts';

/**
 * What happens to a message. {@link Deletion}: it is deleted. `kept`: it stays in the queue. `uncounted`: it stays as well, and
 * does not count towards the messages to process.
 */
export type Decision = Deletion | 'kept' | 'uncounted';

interface Deletion {
  /** Called after the message was deleted. */
  readonly onDeleted: () => void;
  /** Called if this one message cannot be deleted; it stays then. @default - the pass ends with the error */
  readonly onNotDeleted?: (problem: string) => void;
}

/**
 * Decides about a message.
 * @param signal aborted when the pass ends, also because of an error elsewhere: start nothing after it
 */
type Decide = (message: ReceivedMessage, signal: AbortSignal) => Promise<Decision>;

export interface PassOptions {
  /** Messages to process at most. */
  readonly most: number;
  /** Ends the pass early: no message is started after it. */
  readonly signal: AbortSignal;
  /** Monotonic clock in milliseconds. @default performance.now */
  readonly now?: () => number;
  /** How many batches are processed side by side. @default 1 */
  readonly concurrency?: number;
  /**
   * Which messages to decide about. SQS cannot be asked for a message, so the others are received as well: they are held only
   * until the chosen ones are found, and given back before the first of these is decided about.
   * @default all
   */
  readonly isChosen?: (message: ReceivedMessage) => boolean;
}

/** The most chosen messages that are held while they wait for their turns. */
const MOST_IN_HAND = 500;

/** Receives side by side in the search for chosen messages. */
const SEARCH_CONCURRENCY = 4;

/** A queue that says that it holds messages may bring nothing new for this many receives in a row. */
const MOST_EMPTY_RECEIVES = 5;

/**
 * Processes the messages of a queue, each once, however often SQS delivers it. A message is deleted only after its decision, and
 * only if the decision says so. All others are visible again when the pass ends, in whatever way it ends.
 *
 * It ends after `most` messages, when the queue is empty, when `signal` is aborted, or with the first error.
 */
export async function processMessages(queue: MessageQueue, options: PassOptions, decide: Decide): Promise<void> {
  const pass = new QueuePass(queue, options, decide);
  try {
    await pass.run();
  } catch (error) {
    // The first error counts. Messages that cannot be released are visible again when their time is over.
    await Promise.allSettled([pass.release()]);
    throw error;
  }
  await pass.release();
}

class QueuePass {
  readonly #queue: MessageQueue;
  readonly #options: PassOptions;
  readonly #decide: Decide;
  readonly #held: HeldMessages;
  /** Ids of deleted messages: SQS may deliver one again. */
  readonly #deleted = new Set<string>();
  readonly #failed = new AbortController();
  readonly #signal: AbortSignal;
  #started = 0;
  #emptyReceives = 0;

  constructor(queue: MessageQueue, options: PassOptions, decide: Decide) {
    this.#queue = queue;
    this.#options = options;
    this.#decide = decide;
    this.#held = new HeldMessages(queue, options.now ?? (() => performance.now()));
    this.#signal = AbortSignal.any([options.signal, this.#failed.signal]);
  }

  async run(): Promise<void> {
    const { concurrency = 1, isChosen } = this.#options;
    if (isChosen === undefined) return await this.#sideBySide(concurrency, () => this.#processBatches());
    while (!this.#signal.aborted) {
      const chosen = await this.#findChosen(isChosen);
      if (chosen.length === 0) return;
      await this.#sideBySide(concurrency * BATCH_SIZE, async () => {
        for (let next = chosen.shift(); next !== undefined && !this.#signal.aborted; next = chosen.shift()) {
          await this.#process(next);
        }
      });
    }
  }

  /** Receives until it holds chosen messages for a while or the queue has no more, and gives the others back. */
  async #findChosen(isChosen: (message: ReceivedMessage) => boolean): Promise<ReceivedMessage[]> {
    const room = this.#options.most - this.#started;
    const wanted = Math.min(MOST_IN_HAND, room);
    const chosen: ReceivedMessage[] = [];
    const others = new Set<string>();
    this.#emptyReceives = 0;
    /** @returns whether to continue */
    const receive = async (): Promise<boolean> => {
      if (this.#signal.aborted || chosen.length >= wanted) return false;
      const fresh = await this.#receive(BATCH_SIZE);
      if (fresh.length === 0 && (await this.#isEmpty())) return false;
      if (fresh.length > 0) this.#emptyReceives = 0;
      for (const message of fresh) {
        if (chosen.length < room && isChosen(message)) chosen.push(message);
        else others.add(message.MessageId);
      }
      await this.#held.renew();
      return true;
    };
    // A receive that finds nothing takes a second, so a short queue is read by one loop.
    const loops = (await receive()) && chosen.length + others.size >= BATCH_SIZE ? SEARCH_CONCURRENCY : 1;
    await this.#sideBySide(loops, async () => {
      while (await receive());
    });
    this.#started += chosen.length;
    await this.#held.giveBack(others);
    return chosen;
  }

  /** Runs the same part several times at once, until all have ended. */
  async #sideBySide(times: number, part: () => Promise<void>): Promise<void> {
    await allOrFirstError(Array.from({ length: times }, () => this.#orFail(part())));
  }

  /** Gives back what is still held. */
  release(): Promise<void> {
    return this.#held.release();
  }

  async #processBatches(): Promise<void> {
    while (!this.#signal.aborted) {
      const room = Math.min(BATCH_SIZE, this.#options.most - this.#started);
      if (room <= 0) return;
      this.#started += room;
      const fresh = await this.#receive(room);
      this.#started -= room - fresh.length;
      if (fresh.length === 0 && (await this.#isEmpty())) return;
      if (fresh.length > 0) this.#emptyReceives = 0;
      await allOrFirstError(fresh.map((message) => this.#orFail(this.#process(message))));
    }
  }

  /** Stops the other parts of the pass when this part fails. */
  async #orFail(part: Promise<void>): Promise<void> {
    try {
      await part;
    } catch (error) {
      this.#failed.abort();
      throw error;
    }
  }

  /** Receives messages, and returns those that are new. */
  async #receive(room: number): Promise<ReceivedMessage[]> {
    const fresh: ReceivedMessage[] = [];
    for (const message of await this.#queue.receive(room, HOLD_SECONDS)) {
      if (this.#deleted.has(message.MessageId)) {
        await this.#deleteAgain(message);
        continue;
      }
      if (!this.#held.has(message.MessageId)) fresh.push(message);
      this.#held.add(message);
    }
    return fresh;
  }

  async #process(message: ReceivedMessage): Promise<void> {
    if (this.#signal.aborted) return;
    const decision = await this.#decide(message, this.#signal);
    if (decision === 'uncounted') this.#started -= 1;
    if (typeof decision === 'object') await this.#delete(message.MessageId, decision);
    // Other messages of the same receive may wait long for their turns.
    await this.#held.renew();
  }

  async #delete(messageId: string, { onDeleted, onNotDeleted }: Deletion): Promise<void> {
    try {
      await this.#held.delete(messageId);
    } catch (error) {
      const problem = problemOfMessage(error);
      if (problem === undefined || onNotDeleted === undefined) throw error;
      // It is still held, and released with the others.
      onNotDeleted(problem);
      return;
    }
    this.#deleted.add(messageId);
    onDeleted();
  }

  async #deleteAgain(message: ReceivedMessage): Promise<void> {
    try {
      await this.#queue.delete(message.ReceiptHandle);
    } catch (error) {
      if (problemOfMessage(error) === undefined) throw error;
      this.#held.add(message);
    }
  }

  /** One receive without new messages does not prove it. */
  async #isEmpty(): Promise<boolean> {
    this.#emptyReceives += 1;
    if (this.#emptyReceives >= MOST_EMPTY_RECEIVES) return true;
    const { waiting } = await this.#queue.depth();
    return waiting === 0;
  }
}

/** Waits for all tasks, also if one fails: what has started is finished. */
async function allOrFirstError(tasks: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(tasks)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}
