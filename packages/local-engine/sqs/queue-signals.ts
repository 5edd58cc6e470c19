import type { Clock, Timer } from '../core/clock.ts';
import type { Queue } from './queue.ts';

/** Listeners of each queue, by its ARN. */
class Listeners {
  readonly #byQueue = new Map<string, Set<() => void>>();

  /** Returns what ends it. */
  add(arn: string, listener: () => void): () => void {
    const listeners = this.#byQueue.get(arn) ?? new Set();
    this.#byQueue.set(arn, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#byQueue.get(arn) === listeners) this.#byQueue.delete(arn);
    };
  }

  has(arn: string): boolean {
    return this.#byQueue.has(arn);
  }

  /** Calls those that listen now. */
  call(arn: string): void {
    for (const listener of [...(this.#byQueue.get(arn) ?? [])]) listener();
  }
}

/**
 * Says what happens in queues, so that nothing has to ask: messages may be waiting, on arrival and when a visibility timeout
 * or a delay ends, and messages were taken.
 */
export class QueueSignals {
  readonly #clock: Clock;
  readonly #consumers = new Listeners();
  readonly #takers = new Listeners();
  readonly #woken = new Set<string>();
  /** One timer a queue, for the message that returns first. */
  readonly #returns = new Map<string, { due: number; timer: Timer }>();
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `consumer` whenever messages may be waiting, first of all soon. Returns what ends that. */
  consume(arn: string, consumer: () => void): () => void {
    const end = this.#consumers.add(arn, consumer);
    this.waiting(arn);
    return end;
  }

  /** Calls `listener` whenever messages are taken from a queue: received, redriven or purged. Returns what ends that. */
  onTaken(arn: string, listener: () => void): () => void {
    return this.#takers.add(arn, listener);
  }

  /** Messages may be waiting. Consumers hear once of all that arrive in the same turn, so that these can share a batch. */
  waiting(arn: string): void {
    if (this.#woken.has(arn) || !this.#consumers.has(arn)) return;
    this.#woken.add(arn);
    setImmediate(() => {
      this.#woken.delete(arn);
      this.#consumers.call(arn);
    });
  }

  taken(arn: string): void {
    this.#takers.call(arn);
  }

  /** Waits for the hidden message of a queue that returns first. */
  planReturn(queue: Queue): void {
    const { arn, nextReturn: due } = queue;
    if (due === undefined || this.#isClosed) return;
    const planned = this.#returns.get(arn);
    if (planned !== undefined && planned.due <= due) return;
    planned?.timer.cancel();
    // A timer of the machine may fire a little early.
    const timer = this.#clock.after(Math.max(1, due - this.#clock.now()), () => {
      this.#returns.delete(arn);
      if (queue.visible > 0) this.waiting(arn);
      this.planReturn(queue);
    });
    this.#returns.set(arn, { due, timer });
  }

  /** Waits for nothing of this queue any more. */
  forget(arn: string): void {
    this.#returns.get(arn)?.timer.cancel();
    this.#returns.delete(arn);
  }

  /** Waits for nothing any more, also not for what a call that is under way hides later. */
  close(): void {
    this.#isClosed = true;
    for (const arn of [...this.#returns.keys()]) this.forget(arn);
  }
}
