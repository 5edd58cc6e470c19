import type { EventArchive } from '../deployed/archive.ts';
import type { Window } from '../time/time.ts';
import type { Envelope } from './envelope.ts';
import type { EventsSession } from './events-session.ts';
import { readArchive } from './history.ts';
import { Identities } from './identities.ts';
import { withTemporaryQueue } from './open-queue.ts';
import { RecentIds } from './recent-ids.ts';

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
