import { ARCHIVE_DELAY_MS } from '../deployed/archive.ts';
import type { OnStack } from '../deployed/stack.ts';
import type { BusId } from '../deployed/temporary-rules.ts';

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

/** An event as the bus hands it out, as far as it is looked at here. */
export interface Envelope {
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly detail: {
    readonly metadata?: { readonly eventId?: unknown };
    readonly data?: { readonly userId?: unknown };
  };
  readonly 'replay-name'?: string;
}

/** An event of a replay without that one's name. The envelope's id is still one that the replay has given it. */
export function asArchived({ 'replay-name': _, ...event }: Envelope): Envelope {
  return event;
}

/** Which events are wanted. */
export interface EventFilter {
  /** The detail-type. @default any */
  readonly type?: string;
  /** Whose events, by `data.userId`. @default anybody's */
  readonly userId?: string;
  /** Only those that this replay emits. @default any, replayed or not */
  readonly replayName?: string;
}

/**
 * The pattern of a rule that takes the wanted events, as JSON text.
 * @param account a pattern must ask for something: every event of a bus has the account of it
 */
export function eventPattern({ type, userId, replayName }: EventFilter, account: string): string {
  return JSON.stringify({
    account: [account],
    ...(type !== undefined && { 'detail-type': [type] }),
    ...(userId !== undefined && { detail: { data: { userId: [userId] } } }),
    ...(replayName !== undefined && { 'replay-name': [replayName] }),
  });
}
