import { numberText, visible } from '../../operations/messages/display.ts';
import { formatDuration } from '../../operations/time/time.ts';

/** The part of a stream that progress is shown on. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface ProgressProps {
  readonly stream: ProgressStream;
  /** What is being done, such as `registering users`. */
  readonly label: string;
  /** @default - nobody knows: then only what is done is shown */
  readonly total?: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

const BAR_COLUMNS = 24;
/** In a terminal a bar that is redrawn; work that is over sooner than this shows none. */
const TERMINAL_INTERVAL_MS = 250;
/** In a log one line now and then. */
const LOG_INTERVAL_MS = 2000;
const ERASE_LINE = '\r\u001b[K';

/** Shows how far some work is, without holding it up: nothing is drawn but on a call. */
export class Progress {
  readonly #props: ProgressProps;
  readonly #interval: number;
  readonly #started: number;
  #lastShown: number;
  #isDrawn = false;
  #done = 0;

  constructor(props: ProgressProps) {
    this.#props = props;
    this.#interval = props.stream.isTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS;
    this.#started = props.now();
    this.#lastShown = this.#started;
  }

  /** Counts more as done. */
  advance(by = 1): void {
    this.show(this.#done + by);
  }

  /** Says how much is done in all. */
  show(done: number): void {
    this.#done = done;
    const { now, stream } = this.#props;
    if (now() - this.#lastShown < this.#interval) return;
    this.#lastShown = now();
    stream.write(stream.isTTY ? ERASE_LINE + visible(this.#bar()) : `${visible(this.#text())}\n`);
    this.#isDrawn = stream.isTTY === true;
  }

  /** Removes the bar: before other output, which it would run into, and at the end. */
  clear(): void {
    if (!this.#isDrawn) return;
    this.#props.stream.write(ERASE_LINE);
    this.#isDrawn = false;
  }

  #bar(): string {
    const { total } = this.#props;
    if (total === undefined) return this.#text();
    const filled = Math.min(BAR_COLUMNS, Math.round((this.#done / total) * BAR_COLUMNS));
    return `[${'#'.repeat(filled)}${'.'.repeat(BAR_COLUMNS - filled)}] ${this.#text()}`;
  }

  #text(): string {
    const { label, total, now } = this.#props;
    const perSecond = Math.round(this.#done / ((now() - this.#started) / 1000));
    if (total === undefined) return `${label}: ${numberText(this.#done)} (${numberText(perSecond)}/s)`;
    return `${label}: ${numberText(this.#done)} of ${numberText(total)} (${numberText(perSecond)}/s${this.#timeLeft(total)})`;
  }

  /** At the pace so far. */
  #timeLeft(total: number): string {
    const msLeft = ((this.#props.now() - this.#started) / this.#done) * (total - this.#done);
    return Number.isFinite(msLeft) && msLeft > 0 ? `, ${formatDuration(msLeft)} left` : '';
  }
}
