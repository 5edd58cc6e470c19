export interface LineLimitProps {
  readonly write: (line: string) => void;
  /** Lines of a quiet time that are written. */
  readonly most: number;
  /** What to say of the others. */
  readonly describeOthers: (count: number) => string;
  /** Calls back after the time in which that many lines may be written. */
  readonly afterInterval: (run: () => void) => void;
}

/** Writes lines as they come; under load the first few, and from then on, once in an interval, how many others there were. */
export class LineLimit {
  readonly #props: LineLimitProps;
  #written = 0;
  #others = 0;
  #isTiming = false;

  constructor(props: LineLimitProps) {
    this.#props = props;
  }

  write(line: string): void {
    if (this.#written < this.#props.most) {
      this.#written += 1;
      this.#props.write(line);
    } else {
      this.#others += 1;
    }
    if (!this.#isTiming) this.#startInterval();
  }

  #startInterval(): void {
    this.#isTiming = true;
    this.#props.afterInterval(() => {
      this.#isTiming = false;
      if (this.#others === 0) {
        this.#written = 0;
        return;
      }
      this.#props.write(this.#props.describeOthers(this.#others));
      this.#others = 0;
      this.#startInterval();
    });
  }
}
