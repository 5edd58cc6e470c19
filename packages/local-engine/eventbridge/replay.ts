import { createHash } from 'node:crypto';
import type { LogLine } from '../logs/index.ts';
import type { Archive, ArchivePosition } from './archive.ts';
import type { Bus } from './buses.ts';
import type { BusEvent } from './put-events.ts';

/** Source: EventBridge API reference, DescribeReplay. */
export const REPLAY_STATES = ['STARTING', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED'] as const;

/** What StartReplay asks for. Times are Unix epoch milliseconds. */
export interface ReplayPlan {
  readonly name: string;
  readonly description?: string;
  readonly archiveArn: string;
  readonly busArn: string;
  /** Only these rules receive its events; if none of them exists any more, no rule does. @default - all rules of the bus */
  readonly ruleArns?: readonly [string, ...string[]];
  /** Of the events' own times, inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** A replay and its progress. It is stored as it stands: rename nothing here without reading the old names. */
export interface Replay extends ReplayPlan {
  readonly arn: string;
  readonly state: (typeof REPLAY_STATES)[number];
  readonly stateReason?: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** Sequence of the last event in the archive at the start; later events are not replayed. */
  readonly upTo: number;
  /** The last event that was replayed. @default - none was */
  readonly position?: ArchivePosition;
  /**
   * Start of the last minute that was scanned, with or without an event in it. It may be before the window: see
   * {@link lastMinuteOf}. @default - none was
   */
  readonly lastMinute?: number;
  /** Events read from the archive until now. */
  readonly events: number;
  /** Events among them that a rule matched. */
  readonly matched: number;
}

const MINUTE_MS = 60_000;

export function startOfMinute(time: number): number {
  return Math.floor(time / MINUTE_MS) * MINUTE_MS;
}

/**
 * The start of the last minute that a completed replay has scanned. Replays go by whole minutes, and end before the window's
 * end: for a window from 10:00:30 to 10:00:50 it is 10:00:00. Undefined for a window that is wholly in the future.
 * Source: recorded on AWS in 2026; for windows in the future in 2024.
 */
export function lastMinuteOf({ from, to, startedAt }: Pick<Replay, 'from' | 'to' | 'startedAt'>): number | undefined {
  return from < startedAt ? startOfMinute(Math.min(to, startedAt) - 1) : undefined;
}

export function isActive({ state }: Replay): boolean {
  return state === 'STARTING' || state === 'RUNNING' || state === 'CANCELLING';
}

/** `all`, of `arn:aws:events:REGION:ACCOUNT:archive/all`. */
export function archiveNameOf({ archiveArn }: ReplayPlan): string {
  return archiveArn.slice(archiveArn.lastIndexOf('/') + 1);
}

/**
 * An archived event as a replay emits it: with the replay's name and another id, otherwise unchanged.
 * Source: EventBridge user guide, eb-replay-archived-event; id and place of the name as recorded on AWS in 2026.
 * @param id of the envelope, see {@link replayedEventId}
 */
export function replayedEvent(event: BusEvent, replayName: string, id: string): BusEvent {
  const { resources, detail, ...before } = event;
  return { ...before, id, 'replay-name': replayName, resources, detail };
}

/**
 * The id that a replay gives an archived event: another one in each replay, but the same in every emission by that replay, also
 * to several targets and after a restart of the engine. It is a UUID of version 8 (RFC 9562).
 */
export function replayedEventId({ arn, startedAt }: Pick<Replay, 'arn' | 'startedAt'>, archivedId: string): string {
  // With the time, since a name can be used again after 90 days.
  const bytes = createHash('sha256')
    .update(JSON.stringify([arn, startedAt, archivedId]))
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Which events of an archive to list. */
export interface ArchiveListingRequest {
  /** Unix epoch milliseconds of the events' own times, inclusive. @default - from the first event */
  readonly from?: number;
  /** Unix epoch milliseconds, exclusive. @default - up to the last event, which is included */
  readonly to?: number;
  /** Id of a listed line: only what stands behind it. @default - from the beginning */
  readonly after?: string;
  /** Lines at most. */
  readonly limit: number;
}

/** The form of a listed line's id, which is the event's position. */
export const ARCHIVE_POSITION = /^-?\d{1,15}\.\d{1,15}$/;

/** Patterns see that an event is replayed, but not yet by which replay. AWS allows no such name. */
const ANY_REPLAY = '(any replay)';

/**
 * What a replay of these times would emit, in its order, as log lines of JSON: `id` (a replay emits the event with another
 * one), `source`, `detailType`, `time`, and `rules`, the names of the bus's enabled rules that would match it when replayed. A
 * rule whose pattern names a certain replay is not among them.
 */
export function listArchive(archive: Archive, bus: Bus, request: ArchiveListingRequest): readonly LogLine[] {
  const { after, limit, ...range } = request;
  const rules = [...bus.rules.values()].filter(({ isEnabled }) => isEnabled);
  const page = archive.page({ ...range, ...(after !== undefined && { after: parsePosition(after) }) }, limit);
  return page.map(({ body, time: at, minute, sequence }) => {
    const original = JSON.parse(body) as BusEvent;
    const { id, source, 'detail-type': detailType, time } = original;
    const event = replayedEvent(original, ANY_REPLAY, id);
    const matching = rules.filter(({ matches }) => matches(event)).map(({ name }) => name);
    const message = JSON.stringify({ id, source, detailType, time, rules: matching });
    return { at, message, id: `${minute}.${sequence}` };
  });
}

function parsePosition(text: string): ArchivePosition {
  if (!ARCHIVE_POSITION.test(text)) throw new Error(`${text} is not a position in an archive.`);
  const [minute = 0, sequence = 0] = text.split('.').map(Number);
  return { minute, sequence };
}
