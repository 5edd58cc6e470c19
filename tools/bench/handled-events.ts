/** By subscriber: how many events it has handled once, twice and so on. An event that is published again is the same event. */
export type HandledTimes = Readonly<Record<string, Readonly<Record<number, number>>>>;

/** What subscribers log of an event that they have handled. */
const HANDLED = ['"bucket created"', '"bucket was already there"', '"bucket URI recorded"'];

/** Counts, by what subscribers log, how often each of them has handled each event. */
export class HandledEvents {
  /** How often, by event, by subscriber. */
  readonly #times = new Map<string, Map<string, number>>();

  /** @returns whether the line says that an event was handled */
  note(line: string): boolean {
    if (!HANDLED.some((message) => line.includes(message))) return false;
    const { service, eventId } = JSON.parse(line) as { service: string; eventId: string };
    const events = this.#times.get(service) ?? new Map<string, number>();
    this.#times.set(service, events.set(eventId, (events.get(eventId) ?? 0) + 1));
    return true;
  }

  /** What was counted so far, which is forgotten then. */
  take(): HandledTimes {
    const taken = [...this.#times].map(([service, events]) => {
      const counts: Record<number, number> = {};
      for (const times of events.values()) counts[times] = (counts[times] ?? 0) + 1;
      return [service, counts];
    });
    this.#times.clear();
    return Object.fromEntries(taken);
  }
}
