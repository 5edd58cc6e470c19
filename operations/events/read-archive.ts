import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { Progress } from '../../cli/output/progress.ts';
import type { EventArchive } from '../deployed/archive.ts';
import { describeReplay, hasEnded, type ReplayStatus, requestCancel, startReplay } from '../deployed/replays.ts';
import { CommandFailure } from '../messages/errors.ts';
import { progressText } from '../replay/replay-summary.ts';
import type { Window } from '../time/time.ts';
import { asArchived, type Envelope, type EventsSession } from './session.ts';
import { putAway, withTemporaryQueue } from './temporary-queue.ts';

export interface HistoryOptions {
  readonly archive: EventArchive;
  readonly window: Window;
  /** Called before each look for events, however long it takes until there are some. */
  readonly keepAlive?: () => Promise<void>;
}

/**
 * The archived events of a window: AWS has no call to read an archive, so they are replayed to a temporary rule, and to no other.
 * @throws CommandFailure if the replay cannot be started, or does not complete
 */
export function readArchive(session: EventsSession, options: HistoryOptions): AsyncGenerator<Envelope[]> {
  const client = session.on.clients.of(EventBridgeClient);
  const { archive, window, keepAlive } = options;
  const { signal, delays } = session;
  return withTemporaryQueue(session, true, async function* ({ name, ruleArn, reader, renew }) {
    const progress = progressOf(window);
    let status: ReplayStatus | undefined;
    try {
      await startReplay(client, { name, archive, window, ruleArns: [ruleArn] });
      yield* readHistory({
        next: async (waitSeconds) => {
          await Promise.all([renew(), keepAlive?.()]);
          const events = await reader.next(waitSeconds, signal);
          if (events.length > 0) progress.clear();
          return events;
        },
        describe: () => describeReplay(client, name),
        quietSeconds: delays.quietSeconds,
        signal,
        onStatus: (latest) => {
          status = latest;
          if (hasEnded(latest)) progress.clear();
          else progress.show(Math.floor(minutesBetween(window.from, latest.scannedTo ?? window.from)));
        },
      });
    } finally {
      progress.clear();
      if (!status || !hasEnded(status)) await putAway(session, name, () => cancelIfStarted(client, name));
    }
  });
}

/** Whether the replay has started is not known where starting it failed or was interrupted. */
async function cancelIfStarted(client: EventBridgeClient, name: string): Promise<void> {
  try {
    await requestCancel(client, name);
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
  }
}

function progressOf(window: Window): Progress {
  return new Progress({
    stream: process.stderr,
    label: 'minutes of the window scanned',
    total: Math.ceil(minutesBetween(window.from, window.to)),
    now: () => performance.now(),
  });
}

function minutesBetween(from: number, to: number): number {
  return (to - from) / 60_000;
}

export interface HistoryEffects {
  /** The next events of the replay, as soon as there are some; none if none come for so many seconds. */
  next(waitSeconds: number): Promise<readonly Envelope[]>;
  describe(): Promise<ReplayStatus>;
  /** How long no event must come after the replay has ended until there are no more. */
  readonly quietSeconds: number;
  readonly signal: AbortSignal;
  readonly onStatus: (status: ReplayStatus) => void;
}

const WAIT_SECONDS = 1;

/**
 * Reads what a replay emits, in the order of the events' times as far as the replay has it, until it has ended or it is asked to
 * stop.
 * @throws CommandFailure if the replay does not complete
 */
export async function* readHistory(effects: HistoryEffects): AsyncGenerator<Envelope[]> {
  const { next, describe, quietSeconds, signal, onStatus } = effects;
  const order = new TimeOrder();
  for (let ended = false; ; ) {
    const events = await next(ended ? quietSeconds : WAIT_SECONDS);
    if (signal.aborted) return;
    yield order.add(events.map(asArchived));
    if (ended && events.length === 0) break;
    if (ended) continue;
    const status = await describe();
    onStatus(status);
    ended = hasEnded(status);
    if (ended && status.state !== 'COMPLETED') {
      throw new CommandFailure(`the events cannot be read to the end: ${progressText(status)}`);
    }
  }
  yield order.rest();
}

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
