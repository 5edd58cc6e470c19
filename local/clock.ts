/** A timer that can be called off. */
export interface Timer {
  cancel(): void;
}

/**
 * Where the engine gets the time from. Everything that waits or stamps asks the clock, so that a test can let hours
 * pass at once.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `run` once, `ms` milliseconds from now. */
  after(ms: number, run: () => void): Timer;
  /** Calls `listener` whenever the clock is moved forward by hand; only a {@link SkippingClock} ever is. */
  onSkip(listener: (ms: number) => void): void;
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => startTimer(ms, run),
  onSkip: () => {},
};

/** The machine's time plus every skip so far: a test calls `skip` where production would wait. */
export class SkippingClock implements Clock {
  #skipped = 0;
  readonly #pending = new Set<{ due: number; timer: Timer; fire: () => void }>();
  readonly #listeners: ((ms: number) => void)[] = [];

  now(): number {
    return Date.now() + this.#skipped;
  }

  after(ms: number, run: () => void): Timer {
    const fire = () => {
      this.#pending.delete(entry);
      entry.timer.cancel();
      run();
    };
    const entry = { due: this.now() + ms, timer: startTimer(ms, fire), fire };
    this.#pending.add(entry);
    return {
      cancel: () => {
        entry.timer.cancel();
        this.#pending.delete(entry);
      },
    };
  }

  onSkip(listener: (ms: number) => void): void {
    this.#listeners.push(listener);
  }

  /** Moves the clock `ms` milliseconds forward and fires, in order of time, every timer that is now due. */
  skip(ms: number): void {
    this.#skipped += ms;
    for (const listener of this.#listeners) listener(ms);
    const now = this.now();
    const due = [...this.#pending].filter((entry) => entry.due <= now).sort((a, b) => a.due - b.due);
    for (const entry of due) {
      // One that fired before may have cancelled it.
      if (this.#pending.has(entry)) entry.fire();
    }
  }
}

/** Node fires a timer of 2^31 milliseconds or more at once; such a one fires here after 24.8 days instead. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function startTimer(ms: number, run: () => void): Timer {
  const handle = setTimeout(run, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
  return { cancel: () => clearTimeout(handle) };
}
