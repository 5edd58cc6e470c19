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
  /** The rules that see its events. @default - all rules of the bus */
  readonly ruleArns?: readonly string[];
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
  /** That event's own time. */
  readonly lastReplayed?: number;
  /** Events replayed until now. */
  readonly events: number;
}

export function isActive({ state }: Replay): boolean {
  return state === 'STARTING' || state === 'RUNNING' || state === 'CANCELLING';
}

/** `all`, of `arn:aws:events:REGION:ACCOUNT:archive/all`. */
export function archiveNameOf({ archiveArn }: ReplayRequest): string {
  return archiveArn.split('/').at(-1) ?? '';
}
