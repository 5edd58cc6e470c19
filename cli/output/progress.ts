import { numberText, visible } from '../../operations/messages/display.ts';
import { formatDuration } from '../../operations/time/time.ts';

/** The part of a stream that is used. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface ProgressProps {
  /** What is being done, such as `registering users`. */
  readonly label: string;
  /** @default - unknown: then only the number that is done is shown */
  readonly total?: number;
  /** @default stderr */
  readonly stream?: ProgressStream;
  /** Milliseconds of a monotonic clock. @default performance.now */
  readonly now?: () => number;
}

const BAR_COLUMNS = 24;
/** In a terminal, a bar is redrawn. Work that is done sooner than this shows none. */
const TERMINAL_INTERVAL_MS = 250;
/** In a log, a line is added: the longer the work takes, the rarer. */
const LOG_INTERVAL_MS = 2000;
const LOG_SHARE = 0.1;
const ERASE_LINE = '\r\u001b[K';

/** Shows the progress of some work. It draws only when it is called, so it needs no timer. */
export class Progress {
  readonly #label: string;
  readonly #total: number | undefined;
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #started: number;
  #lastShown: number;
  #isDrawn = false;
  #done = 0;

  constructor({ label, total, stream = process.stderr, now = () => performance.now() }: ProgressProps) {
    this.#label = label;
    this.#total = total;
    this.#stream = stream;
    this.#now = now;
    this.#started = now();
    this.#lastShown = this.#started;
  }

  /** Adds to what is done. */
  advance(by = 1): void {
    this.show(this.#done + by);
  }

  /** @param done in all */
  show(done: number): void {
    this.#done = done;
    const now = this.#now();
    // In a log, the next line is the result.
    const isOver = done === this.#total && !this.#stream.isTTY;
    if (isOver || now - this.#lastShown < this.#interval(now)) return;
    this.#lastShown = now;
    const stream = this.#stream;
    stream.write(stream.isTTY ? ERASE_LINE + visible(this.#bar()) : `${visible(this.#text())}\n`);
    this.#isDrawn = stream.isTTY === true;
  }

  /** Removes the bar: before other output, and at the end. */
  clear(): void {
    if (!this.#isDrawn) return;
    this.#stream.write(ERASE_LINE);
    this.#isDrawn = false;
  }

  #interval(now: number): number {
    return this.#stream.isTTY ? TERMINAL_INTERVAL_MS : Math.max(LOG_INTERVAL_MS, LOG_SHARE * (now - this.#started));
  }

  #bar(): string {
    if (this.#total === undefined) return this.#text();
    const filled = Math.min(BAR_COLUMNS, Math.round((this.#done / this.#total) * BAR_COLUMNS));
    return `[${'#'.repeat(filled)}${'.'.repeat(BAR_COLUMNS - filled)}] ${this.#text()}`;
  }

  #text(): string {
    const total = this.#total;
    const elapsed = this.#now() - this.#started;
    const pace = `${numberText(Math.round(this.#done / (elapsed / 1000)))}/s`;
    if (total === undefined) return `${this.#label}: ${numberText(this.#done)} (${pace})`;
    const msLeft = (elapsed / this.#done) * (total - this.#done);
    const left = Number.isFinite(msLeft) && msLeft > 0 ? `, ${formatDuration(msLeft)} left` : '';
    return `${this.#label}: ${numberText(this.#done)} of ${numberText(total)} (${pace}${left})`;
  }
}
