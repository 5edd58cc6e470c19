import { setTimeout } from 'node:timers/promises';
import { UsageError } from '../messages/errors.ts';

/** A clock that only goes forward, for waiting. */
export interface Clock {
  /** Milliseconds. */
  readonly now: () => number;
  /** Waits that many milliseconds, or until the signal is aborted. */
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<unknown>;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  pause: async (ms, signal) => {
    try {
      await setTimeout(ms, undefined, { signal });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};

/** How many times longer a watcher pauses than its reading took, up to a pause after which a person would miss news. */
const PAUSE_TIMES = 50;
const LONGEST_WATCHING_PAUSE_MS = 3000;

/**
 * The pause of what watches a pipeline again and again, so that a busy engine gives it little of its time.
 * @param leastMs the pause after a reading that took no time
 * @param tookMs the time of the reading
 */
export function watchingPause(leastMs: number, tookMs: number): number {
  return Math.max(leastMs, Math.min(PAUSE_TIMES * tookMs, LONGEST_WATCHING_PAUSE_MS));
}

/** Spreads work evenly over time. Time that was not used is not made up for later. */
export class Pace {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #nextFree = 0;

  constructor(perSecond: number, clock = SYSTEM_CLOCK) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /**
   * Waits for the next turn, or until `signal` is aborted.
   * @param weight how many messages the turn is for: the next turn comes that much later
   */
  async turn(signal: AbortSignal, weight = 1): Promise<void> {
    const { now, pause } = this.#clock;
    const start = Math.max(now(), this.#nextFree);
    this.#nextFree = start + (weight * 1000) / this.#perSecond;
    const wait = start - now();
    if (wait > 0) await pause(wait, signal);
  }
}

/** The environment variable that gives a slow machine more time. */
export const TIME_FACTOR_VARIABLE = 'PIPELINE_TIME_FACTOR';

const LARGEST = 1000;

/**
 * How many times longer than on an ordinary machine work may take here before a limit ends it. A limit ends what hangs; a
 * machine that is slow or busy must not reach it.
 * @param env where `PIPELINE_TIME_FACTOR` may stand. Without it the factor is 1
 * @throws UsageError for anything but a number from 1 to 1000
 */
export function timeFactorOf(env: Readonly<Record<string, string | undefined>>): number {
  const text = env[TIME_FACTOR_VARIABLE] ?? '';
  if (text === '') return 1;
  const factor = Number(text);
  if (factor >= 1 && factor <= LARGEST) return factor;
  throw new UsageError(`${TIME_FACTOR_VARIABLE} is "${text}"; it must be a number from 1 to ${LARGEST}.`);
}

/** What gives a local engine that much time: for its own limits, and for those of its functions' AWS clients. */
export function engineTime(env: Readonly<Record<string, string | undefined>>) {
  const timeFactor = timeFactorOf(env);
  return { timeFactor, functionVariables: timeFactor === 1 ? {} : { [TIME_FACTOR_VARIABLE]: String(timeFactor) } };
}
