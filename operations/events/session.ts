import { timeAt } from '../aws/pipeline-time.ts';
import { ARCHIVE_DELAY_MS } from '../deployed/archive.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import type { BusId } from '../deployed/temporary-names.ts';

/** An event as the bus delivers it, with the fields that are read here. */
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

/** An event as it was received. */
export interface ReceivedEvent {
  readonly event: Envelope;
  /** The same as text, in which large numbers are exact. */
  readonly text: string;
}

/** Which events to read. */
export interface EventFilter {
  /** The detail-type. @default any */
  readonly type?: string;
  /** The user, by `data.userId`. @default any */
  readonly userId?: string;
  /** Only events that this replay emits. @default any, replayed or not */
  readonly replayName?: string;
  /** Only events that a rule with this pattern matches. The other conditions replace those of the same name in it. @default any */
  readonly pattern?: object;
}

/** How long AWS needs for what the local engine does at once. */
export interface Delays {
  /** Until a new rule is in effect (EventBridge user guide, eb-create-rule: a short period of time). */
  readonly ruleMs: number;
  /** Until the last event of an ended replay is in the queue; AWS reports the end about when the first event arrives. */
  readonly quietSeconds: number;
  /** See {@link ARCHIVE_DELAY_MS}. */
  readonly archiveMs: number;
}

export const LOCAL_DELAYS: Delays = { ruleMs: 0, quietSeconds: 1, archiveMs: 0 };
export const AWS_DELAYS: Delays = { ruleMs: 10_000, quietSeconds: 20, archiveMs: ARCHIVE_DELAY_MS };

export type EventsProgress =
  /** A replay has scanned that many minutes of its window. */
  | { readonly kind: 'scanned'; readonly minutes: number; readonly totalMinutes: number }
  /** From now on events are shown as they come. */
  | { readonly kind: 'following' }
  /** A temporary rule, queue or replay could not be removed at the end. */
  | { readonly kind: 'left-behind'; readonly name: string; readonly problem: string };

/** What could not be removed at the end, and what removes it. */
export function leftBehindText({ name, problem }: Extract<EventsProgress, { kind: 'left-behind' }>): string {
  return `${name} could not be removed; another run removes it after an hour: ${problem}`;
}

export interface EventsOptions {
  readonly filter?: EventFilter;
  /** Aborted to end the reading. @default never */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EventsProgress) => void;
}

/** One reading of events: what its parts share. */
export interface EventsSession extends Required<EventsOptions> {
  readonly on: OnStack;
  readonly bus: BusId;
  readonly delays: Delays;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

export function eventsSession(on: OnStack, options: EventsOptions = {}): EventsSession {
  const { filter = {}, signal = new AbortController().signal, onProgress = () => {} } = options;
  const bus = { busName: requireOutput(on.stack, 'EventBusName'), busArn: requireOutput(on.stack, 'EventBusArn') };
  const delays = 'endpoint' in on.target ? LOCAL_DELAYS : AWS_DELAYS;
  return { on, bus, filter, delays, signal, onProgress, now: () => timeAt(on.target) };
}

/**
 * The pattern of a rule that matches these events, as JSON text.
 * @param account of the bus: a pattern needs at least one field, and every event has this one
 */
export function eventPattern({ type, userId, replayName, pattern }: EventFilter, account: string): string {
  return JSON.stringify({
    account: [account],
    ...pattern,
    ...(type !== undefined && { 'detail-type': [type] }),
    ...(userId !== undefined && { detail: { data: { userId: [userId] } } }),
    ...(replayName !== undefined && { 'replay-name': [replayName] }),
  });
}
