export interface PaceProps {
  readonly perSecond: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Waits that long, or until it is told to stop. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Spreads work evenly over time, whoever does it: time that was not used is not made up for. */
export class Pace {
  readonly #props: PaceProps;
  #nextFree = 0;

  constructor(props: PaceProps) {
    this.#props = props;
  }

  /**
   * Waits for the next turn, or until it is told to stop.
   * @param weight how many messages it stands for: the turn after it comes that much later
   */
  async turn(signal: AbortSignal, weight = 1): Promise<void> {
    const { perSecond, now, pause } = this.#props;
    const start = Math.max(now(), this.#nextFree);
    this.#nextFree = start + (weight * 1000) / perSecond;
    const wait = start - now();
    if (wait > 0) await pause(wait, signal);
  }
}
