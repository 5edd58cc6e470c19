import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { RefusedEntry } from '../put-events.ts';
import type { Mend } from './finding.ts';

/** The most entries of one PutEvents request (EventBridge user guide, eb-putevents). */
const MOST_ENTRIES = 10;

export interface PutMendsEffects {
  readonly entryOf: (mend: Mend) => PutEventsRequestEntry;
  /** Puts a few entries on the bus, and says which of them it refused. */
  readonly put: (entries: readonly PutEventsRequestEntry[]) => Promise<readonly RefusedEntry[]>;
  /** Waits for the turn of so many events. */
  readonly turn: (events: number) => Promise<void>;
  /** After each request, with the number of all that were put. */
  readonly onPut: (events: number) => void;
  /** Ends it after the request that is under way. */
  readonly signal: AbortSignal;
}

/** What came of the mends, as far as they were begun. */
export interface PutMends {
  readonly accepted: readonly Mend[];
  readonly refused: readonly { readonly mend: Mend; readonly reason: string }[];
}

/** Puts the events of mends on the bus, a request at a time. */
export async function putMends(mends: readonly Mend[], effects: PutMendsEffects): Promise<PutMends> {
  const { entryOf, put, turn, onPut, signal } = effects;
  const accepted: Mend[] = [];
  const refused: { mend: Mend; reason: string }[] = [];
  for (let start = 0; start < mends.length && !signal.aborted; start += MOST_ENTRIES) {
    const some = mends.slice(start, start + MOST_ENTRIES);
    await turn(some.length);
    if (signal.aborted) break;
    const reasons = new Map(
      (await put(some.map(entryOf))).map(({ index, code, message }) => [index, `${code}: ${message}`]),
    );
    for (const [index, mend] of some.entries()) {
      const reason = reasons.get(index);
      if (reason === undefined) accepted.push(mend);
      else refused.push({ mend, reason });
    }
    onPut(accepted.length + refused.length);
  }
  return { accepted, refused };
}
