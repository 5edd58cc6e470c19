import { Progress, type ProgressStream } from '../../output/progress.ts';

/** Shows the progress of work that has several steps, one after the other. */
export class Steps {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  #label: string | undefined;
  #progress: Progress | undefined;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(stream: ProgressStream, now: () => number) {
    this.#stream = stream;
    this.#now = now;
  }

  /** @param total of the step, which is no longer told when more than that is done: it was an estimate then */
  show(label: string, done: number, total = 0): void {
    const key = total >= done && total > 0 ? label : `${label} `;
    if (key !== this.#label) {
      this.end();
      this.#label = key;
      this.#progress = new Progress({
        stream: this.#stream,
        label,
        now: this.#now,
        ...(key === label && { total }),
      });
    }
    this.#progress?.show(done);
  }

  end(): void {
    this.#progress?.clear();
    this.#progress = undefined;
    this.#label = undefined;
  }
}
