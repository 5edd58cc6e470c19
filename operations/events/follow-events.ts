import { createHash } from 'node:crypto';
import type { EventArchive } from '../deployed/archive.ts';
import type { Window } from '../time/time.ts';
import { RecentIds } from './queue-reader.ts';
import { readArchive } from './read-archive.ts';
import type { Envelope, EventsSession } from './session.ts';
import { withTemporaryQueue } from './temporary-queue.ts';

/** The longest wait of one ReceiveMessage (SQS API reference). */
const WAIT_SECONDS = 20;

/** Added to the archive's delay when late events are read. */
const MARGIN_MS = 60_000;

export interface FollowOptions<T> {
  /** Makes of each event what is given out for it, as for {@link readArchive}. */
  readonly show: (event: Envelope) => T;
  /** What to read before the events that are still to come. @default nothing */
  readonly history?: { readonly archive: EventArchive; readonly from: number };
}

/**
 * Events as they come, until the signal is aborted. With a history, first those since an earlier time, without a gap and none
 * twice. Where an archive gets its events late, those that were missing from it at first are read later.
 */
export function followEvents<T>(
  session: EventsSession,
  { show, history }: FollowOptions<T>,
): AsyncGenerator<readonly T[]> {
  const { signal, delays, onProgress, now } = session;
  return withTemporaryQueue(session, false, async function* (reader, queue) {
    const renew = () => queue.renew(now());
    // From here on the queue gets every event, so the history may end now.
    const openedAt = now();
    const shown = new RecentIds();
    const unlessShown = (reading: Identities) => (event: Envelope) =>
      shown.add(reading.of(event)) ? undefined : show(event);
    const showLive = history ? unlessShown(new Identities()) : show;
    const replayed = async function* (window: Window) {
      if (!history) return;
      const { archive } = history;
      yield* readArchive(session, { archive, window, keepAlive: renew, show: unlessShown(new Identities()) });
    };
    if (history) yield* replayed({ from: history.from, to: openedAt });
    if (signal.aborted) return;
    onProgress({ kind: 'following' });

    const lateBy = delays.archiveMs + MARGIN_MS;
    let lateAt = history && delays.archiveMs > 0 ? openedAt + lateBy : Number.POSITIVE_INFINITY;
    while (!signal.aborted) {
      await renew();
      const events = await reader.next(WAIT_SECONDS, signal);
      yield events.map(({ event }) => showLive(event)).filter((each) => each !== undefined);
      if (now() < lateAt) continue;
      lateAt = Number.POSITIVE_INFINITY;
      const from = Math.max(history?.from ?? 0, openedAt - lateBy);
      yield* replayed({ from, to: openedAt + MARGIN_MS });
    }
  });
}

/**
 * Identifies events across readings of the same events: of a queue, and of the archive. An event has the same identity in each
 * reading, and another one for each replay that the bus sees. The envelope's id cannot serve for it, because each replay gives
 * the event a new one (recorded on AWS in 2026).
 */
export class Identities {
  readonly #most: number;
  readonly #counts = new Map<string, number>();

  /** @param most how many events without an event id are remembered, equal ones once */
  constructor(most = 100_000) {
    this.#most = most;
  }

  of(event: Envelope): string {
    const { source, 'detail-type': type, time, detail, 'replay-name': replay = '' } = event;
    const eventId = detail.metadata?.eventId;
    if (typeof eventId === 'string') return JSON.stringify([eventId, time, replay]);
    // An event of another system: equal ones are counted, and the first here is the first there.
    const hash = createHash('sha256')
      .update(JSON.stringify([source, type, time, replay, detail]))
      .digest('base64');
    return `${hash} ${this.#count(hash)}`;
  }

  #count(hash: string): number {
    const occurrence = (this.#counts.get(hash) ?? 0) + 1;
    // The latest is moved to the end, so that the oldest is dropped.
    this.#counts.delete(hash);
    this.#counts.set(hash, occurrence);
    if (this.#counts.size > this.#most) this.#counts.delete(this.#counts.keys().next().value as string);
    return occurrence;
  }
}
