import type { Clock, Timer } from '../core/clock.ts';
import type { Queues } from '../sqs/index.ts';

/** A replay holds back while one of the queues that it feeds has so many messages waiting, the delayed among them. */
export const MOST_WAITING = 500;

/**
 * A queue from which nothing was taken for so long is not waited for: it may have no consumer. On a slow machine this is as many
 * times longer as its clock says.
 */
export const PATIENCE_MS = 60_000;

interface FedQueue {
  /** Unix epoch milliseconds at which something was last taken from it, or it was first fed. */
  takenAt: number;
  readonly unsubscribe: () => void;
}

interface ReplayPaceProps {
  readonly queues: Queues;
  readonly clock: Clock;
  /** Called when it is worth asking again. */
  readonly onProgress: () => void;
}

/**
 * Keeps a replay from running ahead of those who take its events. AWS does so by a rate, which it does not publish.
 * Nothing is polled: queues tell when something is taken from them.
 */
export class ReplayPace {
  readonly #props: ReplayPaceProps;
  /** By ARN. */
  readonly #fed = new Map<string, FedQueue>();
  #patience: Timer | undefined;

  constructor(props: ReplayPaceProps) {
    this.#props = props;
  }

  /** Takes note of the queues that were sent something. */
  feeds(queueArns: Iterable<string>): void {
    const { queues, clock } = this.#props;
    for (const arn of queueArns) {
      if (this.#fed.has(arn)) continue;
      const unsubscribe = queues.onTaken(arn, () => this.#noteTaken(arn));
      this.#fed.set(arn, { takenAt: clock.now(), unsubscribe });
    }
  }

  /** Whether to send more now. If not, `onProgress` is called later. */
  allowsMore(): boolean {
    this.#patience?.cancel();
    this.#patience = undefined;
    const { clock, onProgress } = this.#props;
    const patience = [...this.#fed].flatMap(([arn, { takenAt }]) =>
      this.#isFull(arn) ? [takenAt + PATIENCE_MS * clock.timeFactor - clock.now()] : [],
    );
    const longest = Math.max(0, ...patience);
    if (longest === 0) return true;
    this.#patience = clock.after(longest, onProgress);
    return false;
  }

  stop(): void {
    this.#patience?.cancel();
    this.#patience = undefined;
    for (const { unsubscribe } of this.#fed.values()) unsubscribe();
    this.#fed.clear();
  }

  #isFull(arn: string): boolean {
    const queue = this.#props.queues.find(arn);
    return queue !== undefined && queue.visible + queue.delayed >= MOST_WAITING;
  }

  #noteTaken(arn: string): void {
    const fed = this.#fed.get(arn);
    if (fed) fed.takenAt = this.#props.clock.now();
    if (this.#patience !== undefined) this.#props.onProgress();
  }
}
