import { createHash } from 'node:crypto';
import type { EventArchive } from '../deployed/archive.ts';
import type { Window } from '../time/time.ts';
import { RecentIds } from './queue-reader.ts';
import { readArchive } from './read-archive.ts';
import type { Envelope, EventsSession } from './session.ts';
import { withTemporaryQueue } from './temporary-queue.ts';

/** The longest that SQS lets one wait for a message. */
const WAIT_SECONDS = 20;

/** Beyond the archive's delay, so that what came at its end is there as well. */
const MARGIN_MS = 60_000;

export interface TailOptions {
  /** What is shown before the events that are still to come. @default nothing */
  readonly history?: { readonly archive: EventArchive; readonly from: number };
}

/**
 * Events as they come, until it is asked to stop; before them those from an earlier time on, without a gap and none twice. Where
 * an archive gets its events late, those that were still missing from it at the beginning are shown later.
 */
export function tail(session: EventsSession, { history }: TailOptions): AsyncGenerator<Envelope[]> {
  const { signal, delays, note, now } = session;
  return withTemporaryQueue(session, false, async function* ({ reader, renew }) {
    // From here on all events come to the queue: the history may end now.
    const openedAt = now();
    const shown = new RecentIds();
    const unshown = (events: readonly Envelope[], reading: Identities) =>
      events.filter((event) => !shown.meet(reading.of(event)));
    const live = new Identities();
    const replayed = async function* (window: Window) {
      if (!history) return;
      const reading = new Identities();
      for await (const events of readArchive(session, { archive: history.archive, window, keepAlive: renew })) {
        yield unshown(events, reading);
      }
    };
    if (history) yield* replayed({ from: history.from, to: openedAt });
    if (signal.aborted) return;
    note('Following events. Ctrl-C ends it.');

    const lateBy = delays.archiveMs + MARGIN_MS;
    let lateAt = history && delays.archiveMs > 0 ? openedAt + lateBy : Number.POSITIVE_INFINITY;
    while (!signal.aborted) {
      await renew();
      const events = await reader.next(WAIT_SECONDS, signal);
      yield history ? unshown(events, live) : events;
      if (now() < lateAt) continue;
      lateAt = Number.POSITIVE_INFINITY;
      const from = Math.max(history?.from ?? 0, openedAt - lateBy);
      yield* replayed({ from, to: openedAt + MARGIN_MS });
    }
  });
}

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
