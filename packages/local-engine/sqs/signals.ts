import { EventEmitter } from 'node:events';
import type { Clock, Timer } from '../core/clock.ts';
import type { Queue } from './queue.ts';

/** Reports what happens in queues, so that nothing has to poll: messages may be waiting, or messages were taken. */
export class QueueSignals {
  readonly #clock: Clock;
  /** By the queue's ARN, as the next one. */
  readonly #consumers = new EventEmitter().setMaxListeners(0);
  readonly #takers = new EventEmitter().setMaxListeners(0);
  readonly #woken = new Set<string>();
  /** One timer per queue, for the hidden message that becomes visible first. */
  readonly #returns = new Map<string, { due: number; timer: Timer }>();
  readonly #polls = new Set<{ readonly arn: string; readonly end: () => void }>();
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Calls `consumer` whenever messages may be waiting: soon after this call, on arrival, and when a visibility timeout or a
   * delay ends.
   * @returns a function that ends that
   */
  consume(arn: string, consumer: () => void): () => void {
    this.#consumers.on(arn, consumer);
    this.waiting(arn);
    return () => this.#consumers.off(arn, consumer);
  }

  /**
   * Calls `listener` whenever messages are taken from a queue: received, redriven or purged.
   * @returns a function that ends that
   */
  onTaken(arn: string, listener: () => void): () => void {
    this.#takers.on(arn, listener);
    return () => this.#takers.off(arn, listener);
  }

  /** Messages may be waiting. Consumers are called once for all that arrive in the same turn, so that these share a batch. */
  waiting(arn: string): void {
    if (this.#woken.has(arn) || this.#consumers.listenerCount(arn) === 0) return;
    this.#woken.add(arn);
    setImmediate(() => {
      this.#woken.delete(arn);
      this.#consumers.emit(arn);
    });
  }

  taken(arn: string): void {
    this.#takers.emit(arn);
  }

  /** A long poll: what `take` takes now, or as soon as there is something, or nothing when the time is over. */
  async poll<T>(arn: string, waitMs: number, take: () => T[]): Promise<T[]> {
    const first = take();
    if (first.length > 0 || waitMs <= 0) return first;
    return new Promise((resolve) => {
      const end = (taken: T[]) => {
        timer.cancel();
        unsubscribe();
        this.#polls.delete(poll);
        resolve(taken);
      };
      const poll = { arn, end: () => end([]) };
      this.#polls.add(poll);
      const timer = this.#clock.after(waitMs, poll.end);
      const unsubscribe = this.consume(arn, () => {
        const taken = take();
        if (taken.length > 0) end(taken);
      });
    });
  }

  /** Waits until the first hidden message of a queue becomes visible. */
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

  /** Ends the timer and the long polls of a queue that is removed. */
  forget(arn: string): void {
    this.#returns.get(arn)?.timer.cancel();
    this.#returns.delete(arn);
    for (const poll of [...this.#polls]) if (poll.arn === arn) poll.end();
  }

  /** Ends all timers and long polls. What a running call hides later starts no new timer. */
  close(): void {
    this.#isClosed = true;
    for (const arn of [...this.#returns.keys()]) this.forget(arn);
    for (const poll of [...this.#polls]) poll.end();
  }
}
