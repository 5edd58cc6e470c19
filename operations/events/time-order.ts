import type { Envelope } from './envelope.ts';

/**
 * A replay goes minute by minute, without order inside a minute, and a queue may change the order a little: an event is held until
 * one comes that is so much younger.
 */
const HELD_MS = 120_000;

/** Brings events of a replay into the order of their times, as far as that is known. */
export class TimeOrder {
  #held: Envelope[] = [];
  #newest = 0;
  #releasedAt = 0;

  /** Takes more events; gives those that none can come before any more. */
  add(events: readonly Envelope[]): Envelope[] {
    for (const event of events) {
      this.#held.push(event);
      this.#newest = Math.max(this.#newest, Date.parse(event.time));
    }
    // Rarely: each time all that are held are looked through.
    if (this.#newest - this.#releasedAt < HELD_MS / 2) return [];
    this.#releasedAt = this.#newest;
    return this.#release(this.#newest - HELD_MS);
  }

  /** Gives all that are left. */
  rest(): Envelope[] {
    return this.#release(Number.POSITIVE_INFINITY);
  }

  #release(before: number): Envelope[] {
    const released = this.#held.filter(({ time }) => Date.parse(time) < before);
    this.#held = this.#held.filter(({ time }) => Date.parse(time) >= before);
    return released.sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
  }
}
