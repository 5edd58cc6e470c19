import type { Clock } from '../core/clock.ts';
import type { QueueSignals } from './queue-signals.ts';
import type { ReceivedMessage } from './queues.ts';

/** Calls of ReceiveMessage that wait for messages. Arrivals end them; nothing asks again and again. */
export class LongPolls {
  readonly #clock: Clock;
  readonly #signals: QueueSignals;
  readonly #waiting = new Set<{ readonly arn: string; readonly end: () => void }>();

  constructor(clock: Clock, signals: QueueSignals) {
    this.#clock = clock;
    this.#signals = signals;
  }

  /** What `take` takes now or as soon as there is something, or nothing when the time is over. */
  async take(arn: string, waitMs: number, take: () => ReceivedMessage[]): Promise<ReceivedMessage[]> {
    const first = take();
    if (first.length > 0 || waitMs <= 0) return first;
    return new Promise((resolve) => {
      const end = (received: ReceivedMessage[]) => {
        timer.cancel();
        unsubscribe();
        this.#waiting.delete(poll);
        resolve(received);
      };
      const poll = { arn, end: () => end([]) };
      this.#waiting.add(poll);
      const timer = this.#clock.after(waitMs, poll.end);
      const unsubscribe = this.#signals.consume(arn, () => {
        const received = take();
        if (received.length > 0) end(received);
      });
    });
  }

  /** Ends those of a queue that is gone. */
  end(arn: string): void {
    for (const poll of [...this.#waiting]) if (poll.arn === arn) poll.end();
  }

  close(): void {
    for (const poll of [...this.#waiting]) poll.end();
  }
}
