import { pauseUnless } from './time.ts';

interface PaceEffects {
  /** Monotonic clock in milliseconds. */
  readonly now: () => number;
  /** Waits, or returns at once when `signal` is aborted. */
  readonly pause: (signal: AbortSignal, ms: number) => Promise<unknown>;
}

const REAL: PaceEffects = { now: () => performance.now(), pause: pauseUnless };

/** Spreads work evenly over time. Time that was not used is not made up for later. */
export class Pace {
  readonly #perSecond: number;
  readonly #effects: PaceEffects;
  #nextFree = 0;

  constructor(perSecond: number, effects: PaceEffects = REAL) {
    this.#perSecond = perSecond;
    this.#effects = effects;
  }

  /**
   * Waits for the next turn, or until `signal` is aborted.
   * @param weight how many messages the turn is for: the next turn comes that much later
   */
  async turn(signal: AbortSignal, weight = 1): Promise<void> {
    const { now, pause } = this.#effects;
    const start = Math.max(now(), this.#nextFree);
    this.#nextFree = start + (weight * 1000) / this.#perSecond;
    const wait = start - now();
    if (wait > 0) await pause(signal, wait);
  }
}
