/** A timer that can be cancelled. */
export interface Timer {
  cancel(): void;
}

/** The engine's time. Everything that waits, or needs the time, asks the clock, so a test can let hours pass at once. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `run` once, `ms` milliseconds from now. */
  after(ms: number, run: () => void): Timer;
  /**
   * Calls `run` once, when work that starts now has used up its `ms` milliseconds. On the machine's time it may take
   * `timeFactor` times as long; skipped time counts in full.
   */
  limit(ms: number, run: () => void): Timer;
  /** How many times longer than on an ordinary machine work may take before a limit ends it. */
  readonly timeFactor: number;
}

interface ClockOptions {
  /** For machines that are slow or busy. @default 1 */
  readonly timeFactor?: number;
}

/** The machine's own time. */
export function systemClock({ timeFactor = 1 }: ClockOptions = {}): Clock {
  return {
    now: () => Date.now(),
    after: (ms, run) => startTimer(ms, run),
    limit: (ms, run) => startTimer(ms * timeFactor, run),
    timeFactor,
  };
}

/** A timer of a {@link SkippingClock}. */
interface Pending {
  /** Milliseconds until it fires, at that time of the machine. */
  readonly left: (machineTime: number) => number;
  readonly timer: Timer;
  readonly fire: () => void;
}

/** The machine's time plus all skips: a test calls `skip` where production would wait. */
export class SkippingClock implements Clock {
  readonly timeFactor: number;
  #skipped = 0;
  readonly #pending = new Set<Pending>();

  constructor({ timeFactor = 1 }: ClockOptions = {}) {
    this.timeFactor = timeFactor;
  }

  /** How much time was skipped in all. */
  get skippedMs(): number {
    return this.#skipped;
  }

  now(): number {
    return Date.now() + this.#skipped;
  }

  after(ms: number, run: () => void): Timer {
    const due = this.now() + ms;
    return this.#wait(ms, (machineTime) => due - this.#skipped - machineTime, run);
  }

  limit(ms: number, run: () => void): Timer {
    const [began, skippedBefore] = [Date.now(), this.#skipped];
    const used = (machineTime: number) => this.#skipped - skippedBefore + (machineTime - began) / this.timeFactor;
    return this.#wait(ms * this.timeFactor, (machineTime) => ms - used(machineTime), run);
  }

  /** Moves the clock `ms` milliseconds forward, and fires every timer that is due, in the order of their times. */
  skip(ms: number): void {
    this.#skipped += ms;
    const machineTime = Date.now();
    const due = [...this.#pending]
      .map((pending) => ({ pending, left: pending.left(machineTime) }))
      .filter(({ left }) => left <= 0)
      .sort((a, b) => a.left - b.left);
    for (const { pending } of due) {
      // A timer that fired before may have cancelled it.
      if (this.#pending.has(pending)) pending.fire();
    }
  }

  #wait(ms: number, left: Pending['left'], run: () => void): Timer {
    const fire = () => {
      this.#pending.delete(pending);
      pending.timer.cancel();
      run();
    };
    const pending: Pending = { left, timer: startTimer(ms, fire), fire };
    this.#pending.add(pending);
    return {
      cancel: () => {
        pending.timer.cancel();
        this.#pending.delete(pending);
      },
    };
  }
}

/** Node.js fires a timer of 2^31 milliseconds or more at once; here it fires after 24.8 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function startTimer(ms: number, run: () => void): Timer {
  const handle = setTimeout(run, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
  return { cancel: () => clearTimeout(handle) };
}
