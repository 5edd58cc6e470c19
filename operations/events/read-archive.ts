import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ifFound } from '../aws/aws-failure.ts';
import {
  describeReplay,
  type EventArchive,
  hasEnded,
  type ReplayStatus,
  requestCancel,
  startReplay,
} from '../deployed/archive.ts';
import { numberText } from '../messages/display.ts';
import { CommandFailure } from '../messages/errors.ts';
import type { Window } from '../time/time.ts';
import type { Envelope, EventsSession, ReceivedEvent } from './session.ts';
import { cleanUp, withTemporaryQueue } from './temporary-queue.ts';

export interface ReadArchiveOptions<T> {
  readonly archive: EventArchive;
  readonly window: Window;
  /**
   * Makes of each event what is given out for it; undefined leaves it out. Called as events arrive: many are held until they are
   * in order, so it should be small, such as a line of text. The text is the event as JSON, in which large numbers are exact.
   */
  readonly show: (event: Envelope, text: string) => T | undefined;
  /** Called before each receive, for a queue of the caller that must not expire. */
  readonly keepAlive?: () => Promise<void>;
}

/**
 * The archived events of a window, sorted by time. AWS has no call to read an archive, so they are replayed to a temporary rule
 * alone.
 * @throws CommandFailure if the replay cannot be started or does not complete, or if events were lost on the way here
 */
export function readArchive<T>(session: EventsSession, options: ReadArchiveOptions<T>): AsyncGenerator<T[]> {
  const client = session.on.clients.of(EventBridgeClient);
  const { archive, window, keepAlive, show } = options;
  const { signal, delays, onProgress, now } = session;
  const totalMinutes = Math.ceil(minutesBetween(window.from, window.to));
  return withTemporaryQueue(session, true, async function* (reader, queue) {
    const { name, ruleArn } = queue;
    let status: ReplayStatus | undefined;
    const report = () => {
      if (status && hasEnded(status)) return;
      const minutes = Math.floor(minutesBetween(window.from, status?.scannedTo ?? window.from));
      onProgress({ kind: 'scanned', minutes, totalMinutes });
    };
    try {
      await startReplay(client, { name, archive, window, ruleArns: [ruleArn] });
      yield* readReplay({
        next: async (waitSeconds) => {
          report();
          await Promise.all([queue.renew(now()), keepAlive?.()]);
          return await reader.next(waitSeconds, signal);
        },
        unseen: () => reader.unseen(),
        describe: () => describeReplay(client, name),
        show,
        now,
        quietSeconds: delays.quietSeconds,
        signal,
        onStatus: (latest) => {
          status = latest;
        },
      });
    } finally {
      // Where starting it failed or was interrupted, it may run all the same.
      if (!status || !hasEnded(status)) await cleanUp(session, name, () => ifFound(requestCancel(client, name)));
    }
  });
}

export interface ReplayReading<T> extends Pick<ReadArchiveOptions<T>, 'show'> {
  /** The next events of the replay, as soon as there are some; none if none come for that many seconds. */
  next(waitSeconds: number): Promise<readonly ReceivedEvent[]>;
  describe(): Promise<ReplayStatus>;
  /** About how many events were lost on the way here, asked at the end. */
  unseen(): Promise<number>;
  /** After the replay has ended, how long no event may come until there are no more. */
  readonly quietSeconds: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly onStatus: (status: ReplayStatus) => void;
}

const WAIT_SECONDS = 1;

/** While events come, the replay is asked for its state only that often. */
const DESCRIBE_EVERY_MS = 1000;

/**
 * Reads what a replay emits, sorted by time as far as possible, until the replay has ended or the signal is aborted. The name
 * of the replay is removed from the events; their envelope's id is still one that the replay gave them.
 * @throws CommandFailure if the replay does not complete, or events were lost on the way here
 */
export async function* readReplay<T>(reading: ReplayReading<T>): AsyncGenerator<T[]> {
  const { next, describe, show, quietSeconds, now, signal, onStatus } = reading;
  const order = new TimeOrder<T>();
  let describedAt = Number.NEGATIVE_INFINITY;
  for (let ended = false; ; ) {
    const events = await next(ended ? quietSeconds : WAIT_SECONDS);
    if (signal.aborted) return;
    for (const { event, text } of events) {
      const { 'replay-name': name, ...archived } = event;
      const shown = show(archived, text.replace(`,"replay-name":${JSON.stringify(name)}`, ''));
      if (shown !== undefined) order.add(Date.parse(archived.time), shown);
    }
    yield order.due();
    if (ended && events.length === 0) break;
    if (ended || (events.length > 0 && now() - describedAt < DESCRIBE_EVERY_MS)) continue;
    describedAt = now();
    const status = await describe();
    onStatus(status);
    ended = hasEnded(status);
    if (ended && status.state !== 'COMPLETED') {
      const reason = status.reason === undefined ? '' : `: ${status.reason}`;
      throw new CommandFailure(
        `not all events could be read: their replay ${status.name} is ${status.state}${reason}; run the command again`,
      );
    }
  }
  yield order.rest();
  const unseen = await reading.unseen();
  if (unseen === 0) return;
  const events = unseen === 1 ? 'one event' : `${numberText(unseen)} events`;
  throw new CommandFailure(
    `not all events could be read: an answer of SQS was lost, and about ${events} with it; run the command again`,
  );
}

/**
 * A replay emits minute by minute, without order inside a minute, and a queue may change the order a little. An event is held
 * back until one arrives that is this much younger.
 */
const HELD_MS = 120_000;

/** Sorts what a replay emits by time, as far as possible while it arrives. */
export class TimeOrder<T> {
  #held: { readonly at: number; readonly item: T }[] = [];
  #newest = 0;
  #releasedAt = 0;

  /** @param at milliseconds since the Unix epoch */
  add(at: number, item: T): void {
    this.#held.push({ at, item });
    this.#newest = Math.max(this.#newest, at);
  }

  /** Returns those that no later one can precede. */
  due(): T[] {
    // Not each time, because it reads all that are held.
    if (this.#newest - this.#releasedAt < HELD_MS / 2) return [];
    this.#releasedAt = this.#newest;
    return this.#release(this.#newest - HELD_MS);
  }

  /** Returns all that are left. */
  rest(): T[] {
    return this.#release(Number.POSITIVE_INFINITY);
  }

  #release(before: number): T[] {
    const released = this.#held.filter(({ at }) => at < before);
    this.#held = this.#held.filter(({ at }) => at >= before);
    return released.sort((a, b) => a.at - b.at).map(({ item }) => item);
  }
}

function minutesBetween(from: number, to: number): number {
  return (to - from) / 60_000;
}
