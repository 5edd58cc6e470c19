import type { BusEvent, BusNews } from '../../../operations/live-events/index.ts';
import { type Clock, SYSTEM_CLOCK } from '../../../operations/time/waiting.ts';
import type { Jobs } from '../jobs.ts';

/** Events that are kept for a page that comes later; older ones are dropped. */
const MOST_KEPT = 5000;

/** The events of a bus on AWS that came while it was watched: from the job that watches it to the pages. */
export class LiveTail {
  readonly #clock: Clock;
  #events: BusEvent[] = [];
  /** How many were dropped: the place of the first that is kept. */
  #dropped = 0;
  #news = Promise.withResolvers<void>();
  #watchers = 0;
  #leftAt: number;

  constructor(clock: Clock = SYSTEM_CLOCK) {
    this.#clock = clock;
    this.#leftAt = clock.now();
  }

  add(events: readonly BusEvent[]): void {
    if (events.length === 0) return;
    this.#events.push(...events);
    const dropped = Math.max(0, this.#events.length - MOST_KEPT);
    this.#events.splice(0, dropped);
    this.#dropped += dropped;
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  /** For how long no page has shown it, in milliseconds; 0 while one does. */
  get unwatchedMs(): number {
    return this.#watchers > 0 ? 0 : this.#clock.now() - this.#leftAt;
  }

  /** Begins to count anew how long no page shows it. */
  begin(): void {
    this.#leftAt = this.#clock.now();
  }

  /**
   * The events that are kept, and those that come, until the signal is aborted.
   * @param after the place of an earlier reading, to continue there
   */
  async *follow(after: string | undefined, signal: AbortSignal): AsyncGenerator<BusNews> {
    const gone = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    let place = Math.min(placeIn(after), this.#dropped + this.#events.length);
    this.#watchers += 1;
    try {
      while (!signal.aborted) {
        const news = this.#news.promise;
        const isGap = place > 0 && place < this.#dropped;
        const events = this.#events.slice(Math.max(0, place - this.#dropped));
        place = this.#dropped + this.#events.length;
        yield { events, verdicts: [], isGap, isAnew: false, place: String(place) };
        await Promise.race([news, gone]);
      }
    } finally {
      this.#watchers -= 1;
      this.#leftAt = this.#clock.now();
    }
  }
}

function placeIn(after: string | undefined): number {
  return /^\d{1,15}$/.test(after ?? '') ? Number(after) : 0;
}

const TAILS = new WeakMap<Jobs, LiveTail>();

/** The tail of a run of the console, by its jobs. */
export function tailOf(jobs: Jobs): LiveTail {
  const tail = TAILS.get(jobs) ?? new LiveTail();
  TAILS.set(jobs, tail);
  return tail;
}
