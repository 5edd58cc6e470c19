import { UsageError } from '../messages/errors.ts';
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
