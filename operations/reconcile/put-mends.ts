import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { RefusedEntry } from '../aws/event-bridge.ts';
import { CommandFailure } from '../messages/errors.ts';
import type { Mend } from './finding.ts';

/** The most entries of one PutEvents request (EventBridge user guide, eb-putevents). */
const MOST_ENTRIES = 10;

export interface PutMendsEffects {
  /** Throws a CommandFailure for a mend that makes no valid event. */
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

/** Puts the events of mends on the bus, a request at a time. One that makes no valid event is refused, and the others go on. */
export async function putMends(mends: readonly Mend[], effects: PutMendsEffects): Promise<PutMends> {
  const { put, turn, onPut, signal } = effects;
  const accepted: Mend[] = [];
  const refused: { mend: Mend; reason: string }[] = [];
  for (let start = 0; start < mends.length && !signal.aborted; start += MOST_ENTRIES) {
    const some = mends.slice(start, start + MOST_ENTRIES);
    await turn(some.length);
    if (signal.aborted) break;
    const made = some.map((mend) => ({ mend, made: entryOrReason(mend, effects) }));
    const valid = made.flatMap(({ mend, made: entry }) => (typeof entry === 'string' ? [] : [{ mend, entry }]));
    refused.push(...made.flatMap(({ mend, made: reason }) => (typeof reason === 'string' ? [{ mend, reason }] : [])));
    const refusals = valid.length > 0 ? await put(valid.map(({ entry }) => entry)) : [];
    const reasons = new Map(refusals.map(({ index, code, message }) => [index, `${code}: ${message}`]));
    for (const [index, { mend }] of valid.entries()) {
      const reason = reasons.get(index);
      if (reason === undefined) accepted.push(mend);
      else refused.push({ mend, reason });
    }
    onPut(accepted.length + refused.length);
  }
  return { accepted, refused };
}

/** The event of a mend, or why there is none. */
function entryOrReason(mend: Mend, { entryOf }: PutMendsEffects): PutEventsRequestEntry | string {
  try {
    return entryOf(mend);
  } catch (error) {
    if (error instanceof CommandFailure) return error.message;
    throw error;
  }
}
