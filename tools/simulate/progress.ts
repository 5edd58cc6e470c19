import type { SeedResult } from './processes.ts';

/** How often the line is written again. */
const EVERY_MS = 1000;

export interface ProgressProps {
  /** Schedules in all. */
  readonly total: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Writes to the terminal. Undefined where there is none: then nothing is shown. */
  readonly write: ((text: string) => void) | undefined;
}

/** Shows on one line of a terminal how far a long run is. */
export class Progress {
  readonly #props: ProgressProps;
  readonly #began: number;
  #shownAt: number;
  #done = 0;
  #failed = 0;

  constructor(props: ProgressProps) {
    this.#props = props;
    this.#began = props.now();
    this.#shownAt = this.#began;
  }

  /** Call this after each schedule. */
  note({ failure }: Pick<SeedResult, 'failure'>): void {
    const { total, now, write } = this.#props;
    this.#done += 1;
    if (failure !== undefined) this.#failed += 1;
    if (write === undefined || now() - this.#shownAt < EVERY_MS) return;
    this.#shownAt = now();
    const rate = (this.#done * 1000) / (now() - this.#began);
    write(`\r${this.#done} of ${total} schedules, ${rate.toFixed(1)} in a second, ${this.#failed} broke a promise`);
  }

  /** Makes the line free for other text. */
  clear(): void {
    // Source: ECMA-48, erase in line.
    this.#props.write?.('\r\u001b[K');
  }
}
