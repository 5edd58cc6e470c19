import type { Clock, Timer } from '../clock.ts';
import type { SqsQueue } from '../fauxqs-stores.ts';

/** When messages of queues become visible again, or for the first time after a delay: one timer a queue. */
export class MessageReturns {
  readonly #clock: Clock;
  readonly #returned: (queue: SqsQueue) => void;
  #isClosed = false;
  readonly #timers = new Map<string, { due: number; timer: Timer }>();

  /** @param returned is called when messages of a queue may have become visible */
  constructor(clock: Clock, returned: (queue: SqsQueue) => void) {
    this.#clock = clock;
    this.#returned = returned;
  }

  /** Some messages of a queue become visible in so many seconds. */
  within(queue: SqsQueue, seconds: number): void {
    if (this.#isClosed) return;
    const due = this.#clock.now() + seconds * 1000;
    const planned = this.#timers.get(queue.arn);
    if (planned !== undefined && planned.due <= due) return;
    planned?.timer.cancel();
    const timer = this.#clock.after(seconds * 1000, () => this.#return(queue));
    this.#timers.set(queue.arn, { due, timer });
  }

  /** Some messages of a queue become visible at a deadline of fauxqs, which reads the machine's clock. */
  at(queue: SqsQueue, deadline: number): void {
    // Never quite 0, since its deadlines are in whole milliseconds.
    this.within(queue, Math.max(0.001, (deadline - Date.now()) / 1000));
  }

  /** Waits for what a queue holds back now. */
  earliest(queue: SqsQueue): void {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { visibilityDeadline } of queue.inflightMessages.values()) {
      earliest = Math.min(earliest, visibilityDeadline);
    }
    for (const { delayUntil } of queue.delayedMessages) earliest = Math.min(earliest, delayUntil ?? earliest);
    if (earliest < Number.POSITIVE_INFINITY) this.at(queue, earliest);
  }

  cancel(queueArn: string): void {
    this.#timers.get(queueArn)?.timer.cancel();
    this.#timers.delete(queueArn);
  }

  /** Waits for nothing any more, also not for what a call that is under way holds back later. */
  close(): void {
    this.#isClosed = true;
    for (const queueArn of [...this.#timers.keys()]) this.cancel(queueArn);
  }

  #return(queue: SqsQueue): void {
    this.#timers.delete(queue.arn);
    queue.processTimers();
    this.#returned(queue);
    this.earliest(queue);
  }
}
