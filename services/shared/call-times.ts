import { AsyncLocalStorage } from 'node:async_hooks';

/** How long calls took, in milliseconds by operation, such as `{ CreateBucket: 132, PutEvents: 41 }`. */
export type Milliseconds = Readonly<Record<string, number>>;

interface Call {
  readonly operation: string;
  readonly begunAt: number;
  /** Absent while it is under way. */
  endedAt?: number;
}

/**
 * Measures how long each event waits for calls of AWS services. Events of a batch are handled at the same time, so each one's calls
 * are kept apart: the runtime carries them along with the event's own work.
 */
export class CallTimes {
  readonly #callsOfEvent = new AsyncLocalStorage<Call[]>();
  readonly #now: () => number;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Runs the work of one event. Calls that it makes are measured for this event. */
  ofEvent<T>(work: () => T): T {
    return this.#callsOfEvent.run([], work);
  }

  /** Makes one call, and measures it for the event that makes it, with its retries. */
  async measure<T>(operation: string, call: () => Promise<T>): Promise<T> {
    const calls = this.#callsOfEvent.getStore();
    if (calls === undefined) return call();
    const measured: Call = { operation, begunAt: this.#now() };
    calls.push(measured);
    try {
      return await call();
    } finally {
      measured.endedAt = this.#now();
    }
  }

  /**
   * What the current event has waited so far, calls that are under way included: the one that hangs is among them. Calls of the same
   * operation are added up.
   *
   * @returns undefined for an event without calls
   */
  read(): Milliseconds | undefined {
    const calls = this.#callsOfEvent.getStore() ?? [];
    if (calls.length === 0) return undefined;
    const times: Record<string, number> = {};
    for (const { operation, begunAt, endedAt = this.#now() } of calls) {
      times[operation] = (times[operation] ?? 0) + Math.round(endedAt - begunAt);
    }
    return times;
  }
}
