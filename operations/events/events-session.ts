import { ARCHIVE_DELAY_MS } from '../deployed/archive.ts';
import type { OnStack } from '../deployed/stack.ts';
import type { BusId } from '../deployed/temporary-rules.ts';
import type { EventFilter } from './event-pattern.ts';

/** How long AWS needs for things that the local engine does at once. */
export interface Delays {
  /** Until a new rule is in effect (EventBridge user guide, eb-create-rule: a short period of time). */
  readonly ruleMs: number;
  /** Until the last event of a replay that has ended is in the queue; AWS says that it has ended about when the first one comes. */
  readonly quietSeconds: number;
  /** See {@link ARCHIVE_DELAY_MS}. */
  readonly archiveMs: number;
}

export const LOCAL_DELAYS: Delays = { ruleMs: 0, quietSeconds: 1, archiveMs: 0 };
export const AWS_DELAYS: Delays = { ruleMs: 10_000, quietSeconds: 20, archiveMs: ARCHIVE_DELAY_MS };

/** One run of the command: what its parts share. */
export interface EventsSession {
  readonly on: OnStack;
  readonly bus: BusId;
  readonly filter: EventFilter;
  readonly delays: Delays;
  /** Aborted when it is to end. */
  readonly signal: AbortSignal;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Tells the user something beside the events. */
  readonly note: (text: string) => void;
}
