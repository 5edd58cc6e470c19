import { hasEnded, type ReplayStatus } from '../deployed/replays.ts';
import { CommandFailure } from '../messages/errors.ts';
import { progressText } from '../replay/replay-summary.ts';
import { asArchived, type Envelope } from './envelope.ts';
import { TimeOrder } from './time-order.ts';

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
