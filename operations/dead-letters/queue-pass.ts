import { failureOfOne } from './failure-of-one.ts';
import { HeldLetters, HOLD_SECONDS } from './held-letters.ts';
import { BATCH_SIZE, type LetterQueue } from './letter-queue.ts';
import type { ReceivedMessage } from './receive-letters.ts';

/**
 * What becomes of a letter. {@link Done}: it may be deleted. `kept`: it stays in the queue. `uncounted`: it stays as well,
 * and is none of those that are to be gone through.
 */
export type Fate = Done | 'kept' | 'uncounted';

export interface Done {
  /** Called when it is deleted. */
  readonly whenDeleted: () => void;
  /** Called when it, and it alone, cannot be deleted: then it stays. @default - the pass ends with the error */
  readonly whenNotDeleted?: (problem: string) => void;
}

/**
 * Decides about a message.
 * @param signal aborted when the pass is to end, also because of an error elsewhere: nothing is to be begun after it
 */
export type Decide = (message: ReceivedMessage, signal: AbortSignal) => Promise<Fate>;

export interface PassOptions {
  /** Letters to go through at most. */
  readonly most: number;
  /** Ends the pass early: no letter is begun after it. */
  readonly signal: AbortSignal;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** How many receive side by side. @default 1 */
  readonly lanes?: number;
}

/** So many receives in a row may bring nothing new while the queue says that it holds something. */
const MOST_EMPTY_RECEIVES = 5;

/**
 * Goes through the letters of a queue, each once, however often SQS delivers it. A letter that is done is deleted when
 * its decision has come back, never before. All others are visible to everybody again when the pass ends, in whatever way.
 *
 * It ends after `most` letters, when the queue is empty, when `signal` is aborted, or with the first error.
 */
export async function goThrough(queue: LetterQueue, options: PassOptions, decide: Decide): Promise<void> {
  const pass = new QueuePass(queue, options, decide);
  try {
    await pass.run();
  } catch (error) {
    // What the pass failed with is what to tell; letters that cannot be given back are back when their time is over.
    await Promise.allSettled([pass.end()]);
    throw error;
  }
  await pass.end();
}

class QueuePass {
  readonly #queue: LetterQueue;
  readonly #options: PassOptions;
  readonly #decide: Decide;
  readonly #held: HeldLetters;
  /** Ids of those that were deleted: SQS may deliver one all the same. */
  readonly #deleted = new Set<string>();
  readonly #failed = new AbortController();
  readonly #signal: AbortSignal;
  #begun = 0;
  #emptyReceives = 0;

  constructor(queue: LetterQueue, options: PassOptions, decide: Decide) {
    this.#queue = queue;
    this.#options = options;
    this.#decide = decide;
    this.#held = new HeldLetters(queue, options.now);
    this.#signal = AbortSignal.any([options.signal, this.#failed.signal]);
  }

  async run(): Promise<void> {
    const { lanes = 1 } = this.#options;
    await allOrFirstError(Array.from({ length: lanes }, () => this.#orFail(this.#lane())));
  }

  end(): Promise<void> {
    return this.#held.giveBack();
  }

  async #lane(): Promise<void> {
    while (!this.#signal.aborted) {
      const room = Math.min(BATCH_SIZE, this.#options.most - this.#begun);
      if (room <= 0) return;
      this.#begun += room;
      const fresh = await this.#receive(room);
      this.#begun -= room - fresh.length;
      if (fresh.length === 0 && (await this.#isEmpty())) return;
      if (fresh.length > 0) this.#emptyReceives = 0;
      await allOrFirstError(fresh.map((message) => this.#orFail(this.#handle(message))));
    }
  }

  /** Ends the pass when a part of it fails, without waiting for the others. */
  async #orFail(part: Promise<void>): Promise<void> {
    try {
      await part;
    } catch (error) {
      this.#failed.abort();
      throw error;
    }
  }

  /** Those among the next messages that are new. */
  async #receive(room: number): Promise<ReceivedMessage[]> {
    const fresh: ReceivedMessage[] = [];
    for (const message of await this.#queue.receive(room, HOLD_SECONDS)) {
      const { MessageId = '', ReceiptHandle = '' } = message;
      if (this.#deleted.has(MessageId)) {
        await this.#deleteAgain(MessageId, ReceiptHandle);
        continue;
      }
      if (!this.#held.has(MessageId)) fresh.push(message);
      this.#held.hold(MessageId, ReceiptHandle);
    }
    return fresh;
  }

  async #handle(message: ReceivedMessage): Promise<void> {
    if (this.#signal.aborted) return;
    const { MessageId = '' } = message;
    const fate = await this.#decide(message, this.#signal);
    if (fate === 'uncounted') this.#begun -= 1;
    if (typeof fate === 'object') await this.#delete(MessageId, fate);
    // Others of the same receive may have to wait for their turns.
    await this.#held.renew();
  }

  async #delete(messageId: string, { whenDeleted, whenNotDeleted }: Done): Promise<void> {
    try {
      await this.#queue.delete(this.#held.handleOf(messageId));
    } catch (error) {
      const problem = failureOfOne(error);
      if (problem === undefined || whenNotDeleted === undefined) throw error;
      // It is held, and given back with the others.
      whenNotDeleted(problem);
      return;
    }
    this.#held.drop(messageId);
    this.#deleted.add(messageId);
    whenDeleted();
  }

  async #deleteAgain(messageId: string, receiptHandle: string): Promise<void> {
    try {
      await this.#queue.delete(receiptHandle);
    } catch (error) {
      if (failureOfOne(error) === undefined) throw error;
      this.#held.hold(messageId, receiptHandle);
    }
  }

  /** A receive that brings nothing new is no proof of it. */
  async #isEmpty(): Promise<boolean> {
    this.#emptyReceives += 1;
    if (this.#emptyReceives >= MOST_EMPTY_RECEIVES) return true;
    const { visible } = await this.#queue.depth();
    return visible === 0;
  }
}

/** Waits for all, also when one fails: what is under way is to be finished. */
async function allOrFirstError(tasks: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(tasks)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}
