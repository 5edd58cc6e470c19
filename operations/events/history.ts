import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { Progress } from '../../cli/output/progress.ts';
import type { EventArchive } from '../deployed/archive.ts';
import { describeReplay, hasEnded, type ReplayStatus, requestCancel, startReplay } from '../deployed/replays.ts';
import type { Window } from '../time/time.ts';
import type { Envelope } from './envelope.ts';
import type { EventsSession } from './events-session.ts';
import { putAway, withTemporaryQueue } from './open-queue.ts';
import { readHistory } from './read-history.ts';

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
