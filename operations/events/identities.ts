import { createHash } from 'node:crypto';
import type { Envelope } from './envelope.ts';

/** How many events are remembered that look like none other. */
const MOST = 100_000;

/**
 * Says which event is which, in one reading: of a queue, or of the archive once. An event has the same identity in each reading
 * that it comes in, and another one for each replay that the bus sees. The envelope's id would not do: each replay gives a new one
 * (recorded on AWS in 2026).
 */
export class Identities {
  readonly #alike = new Map<string, number>();

  of(event: Envelope): string {
    const { source, 'detail-type': type, time, detail, 'replay-name': replay = '' } = event;
    const eventId = detail.metadata?.eventId;
    if (typeof eventId === 'string') return JSON.stringify([eventId, time, replay]);
    // An event of somebody else: those that look the same are counted, and the first here is the first there.
    const looks = createHash('sha256')
      .update(JSON.stringify([source, type, time, replay, detail]))
      .digest('base64');
    return `${looks} ${this.#count(looks)}`;
  }

  #count(looks: string): number {
    const occurrence = (this.#alike.get(looks) ?? 0) + 1;
    // What came last stands last.
    this.#alike.delete(looks);
    this.#alike.set(looks, occurrence);
    if (this.#alike.size > MOST) this.#alike.delete(this.#alike.keys().next().value as string);
    return occurrence;
  }
}
