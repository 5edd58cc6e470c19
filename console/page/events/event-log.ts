import { computed, signal } from '@preact/signals';
import type { EventNews, EventView, VerdictView } from '../../contract/events.ts';

/** The most events that are kept; the oldest are dropped. */
const MOST_EVENTS = 100_000;

/** Dropped at once, so that not each new event moves all others. */
const DROPPED = 5000;

/** Which events are shown; an empty text is no condition. */
export interface EventFilter {
  readonly type: string;
  readonly user: string;
  /** In the id, the source, the replay or the detail. */
  readonly text: string;
}

/** The events of the bus, in the order in which they came. While it is paused, what comes is kept and not shown. */
export class EventLog {
  readonly #events: EventView[] = [];
  readonly #verdicts = new Map<string, VerdictView[]>();
  readonly #changes = signal(0);
  readonly isPaused = signal(false);
  /** How many events there were when it was paused. */
  readonly #shown = signal(0);
  /** Whether events are missing, because too many came. */
  readonly hasGap = signal(false);

  /** Adds what has come. */
  add({ events, verdicts, isGap, isAnew }: EventNews): void {
    if (isAnew) this.#forget();
    for (const event of events) this.#events.push(event);
    for (const verdict of verdicts) {
      const known = this.#verdicts.get(verdict.eventId);
      if (known === undefined) this.#verdicts.set(verdict.eventId, [verdict]);
      else known.push(verdict);
    }
    if (isGap) this.hasGap.value = true;
    if (this.#events.length > MOST_EVENTS) this.#drop();
    this.#changes.value += 1;
  }

  #forget(): void {
    this.#events.length = 0;
    this.#verdicts.clear();
    this.#shown.value = 0;
    this.hasGap.value = false;
  }

  #drop(): void {
    for (const { id } of this.#events.splice(0, DROPPED)) this.#verdicts.delete(id);
    this.#shown.value = Math.max(0, this.#shown.value - DROPPED);
  }

  pause(isPaused: boolean): void {
    this.#shown.value = this.#events.length;
    this.isPaused.value = isPaused;
  }

  /** How many events wait until it continues. */
  readonly waiting = computed(() => {
    this.#changes.value;
    return this.isPaused.value ? this.#events.length - this.#shown.value : 0;
  });

  /** The types that have come. */
  readonly types = computed(() => {
    this.#changes.value;
    return [...new Set(this.#events.map(({ type }) => type))].sort();
  });

  /** The events that fit, the latest first. */
  matching({ type, user, text }: EventFilter): readonly EventView[] {
    this.#changes.value;
    const end = this.isPaused.value ? this.#shown.value : this.#events.length;
    const found: EventView[] = [];
    for (let index = end - 1; index >= 0; index--) {
      const event = this.#events[index];
      if (event === undefined || (type !== '' && event.type !== type)) continue;
      if (user !== '' && event.userId !== user) continue;
      if (text === '' || mentions(event, text)) found.push(event);
    }
    return found;
  }

  find(id: string): EventView | undefined {
    this.#changes.value;
    return id === '' ? undefined : this.#events.findLast((event) => event.id === id);
  }

  /** What rules decided about an event. */
  verdictsOf(id: string): readonly VerdictView[] {
    this.#changes.value;
    return this.#verdicts.get(id) ?? [];
  }
}

function mentions({ id, source, replay = '', detail }: EventView, text: string): boolean {
  return id.includes(text) || source.includes(text) || replay.includes(text) || detail.includes(text);
}
