import type { ArchivePosition } from './archived-events.ts';

export const REPLAY_STATES = ['STARTING', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED'] as const;
/** Source: EventBridge API reference, DescribeReplay. */
export type ReplayState = (typeof REPLAY_STATES)[number];

/** What a replay was asked to do. Moments are Unix epoch milliseconds. */
export interface ReplayRequest {
  readonly name: string;
  readonly description?: string;
  readonly archiveArn: string;
  readonly busArn: string;
  /** The rules that see its events; none of the others does, also where these are all gone. @default - all rules of the bus */
  readonly ruleArns?: readonly [string, ...string[]];
  /** The earliest event's own time. */
  readonly from: number;
  /** What the last event's own time is before. */
  readonly to: number;
}

/** A replay as it stands. */
export interface Replay extends ReplayRequest {
  readonly arn: string;
  readonly state: ReplayState;
  readonly stateReason?: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** Sequence of the last event that was in the archive when it was started; what came later is no part of it. */
  readonly upTo: number;
  /** The last event that was replayed, by its place in the archive. @default - none was */
  readonly position?: ArchivePosition;
  /**
   * Start of the last minute that was scanned, whether there was an event in it or not. It may lie before the window: see
   * {@link lastMinuteOf}. @default - none was
   */
  readonly lastMinute?: number;
  /** Events taken out of the archive until now. */
  readonly events: number;
  /** Those among them that a rule matched. */
  readonly matched: number;
}

const MINUTE_MS = 60_000;

export function startOfMinute(time: number): number {
  return Math.floor(time / MINUTE_MS) * MINUTE_MS;
}

/**
 * The last minute that a completed replay has scanned, by its start. Replays go by whole minutes, and end before their window's
 * end: of a window from 10:00:30 to 10:00:50 it is 10:00:00. Undefined where all of the window was still to come.
 * Source: recorded on AWS in 2026; of windows still to come in 2024.
 */
export function lastMinuteOf({ from, to, startedAt }: Pick<Replay, 'from' | 'to' | 'startedAt'>): number | undefined {
  return from < startedAt ? startOfMinute(Math.min(to, startedAt) - 1) : undefined;
}

export function isActive({ state }: Replay): boolean {
  return state === 'STARTING' || state === 'RUNNING' || state === 'CANCELLING';
}

/** `all`, of `arn:aws:events:REGION:ACCOUNT:archive/all`. */
export function archiveNameOf({ archiveArn }: ReplayRequest): string {
  return archiveArn.split('/').at(-1) ?? '';
}
