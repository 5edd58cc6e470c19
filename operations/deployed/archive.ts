import {
  CancelReplayCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  type DescribeReplayResponse,
  type EventBridgeClient,
  ListReplaysCommand,
  type Replay,
  type ReplayState,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { ifFound, RECREATE_HINT } from '../aws/aws-failure.ts';
import { allPages } from '../aws/event-bridge.ts';
import { CommandFailure, UsageError } from '../messages/errors.ts';
import { formatTime, type Window } from '../time/time.ts';
import { type FoundStack, requireOutput } from './stack.ts';

/** An archive as EventBridge describes it. */
export interface ArchiveDescription {
  /** Such as `ENABLED`. */
  readonly state: string;
  /** @default - AWS gives none */
  readonly reason?: string;
  /** ARN of the bus whose events it keeps. */
  readonly sourceArn: string;
  /** Days; 0 keeps events for ever. */
  readonly retentionDays: number;
  /** Which events it keeps. @default all */
  readonly pattern?: string;
  /** All that it holds. AWS updates these numbers once a day. */
  readonly events: number;
  readonly bytes: number;
}

/** The archive of the pipeline's bus. */
export interface EventArchive extends Pick<ArchiveDescription, 'events' | 'bytes' | 'retentionDays'> {
  readonly name: string;
  readonly arn: string;
  readonly busArn: string;
  readonly busName: string;
}

/** How long AWS recommends waiting until an event is replayed; it is no maximum (EventBridge user guide, eb-archive). */
export const ARCHIVE_DELAY_MS = 600_000;

export const LATE_EVENTS =
  'Events of the last 10 minutes may not be in the archive yet: AWS recommends waiting that long, and gives no maximum.';

/** States in which an archive keeps no events, and a replay from it would miss some (EventBridge API reference, DescribeArchive). */
const UNUSABLE = new Set(['DISABLED', 'CREATE_FAILED']);

/** @returns undefined if there is no such archive */
export async function describeArchive(
  client: EventBridgeClient,
  ArchiveName: string,
): Promise<ArchiveDescription | undefined> {
  const answer = await ifFound(client.send(new DescribeArchiveCommand({ ArchiveName })));
  return (
    answer && {
      state: answer.State || 'unknown',
      ...(answer.StateReason && { reason: answer.StateReason }),
      sourceArn: answer.EventSourceArn ?? '',
      retentionDays: answer.RetentionDays ?? 0,
      ...(answer.EventPattern && { pattern: answer.EventPattern }),
      events: answer.EventCount ?? 0,
      bytes: answer.SizeBytes ?? 0,
    }
  );
}

export function archiveName(archiveArn: string): string {
  return archiveArn.split('/').at(-1) ?? '';
}

/** The archive of a stack, to replay from. @throws CommandFailure if it does not exist, or keeps no events */
export async function findArchive(client: EventBridgeClient, stack: FoundStack): Promise<EventArchive> {
  const arn = requireOutput(stack, 'EventArchiveArn');
  const name = archiveName(arn);
  const found = await describeArchive(client, name);
  if (found === undefined) {
    throw new CommandFailure(
      `the archive ${name} does not exist any more, and its events are lost; to archive new events, ${RECREATE_HINT}`,
    );
  }
  const { state, reason, events, bytes, retentionDays } = found;
  if (UNUSABLE.has(state)) {
    throw new CommandFailure(`the archive ${name} is ${state}${reason ? ` (${reason})` : ''}; fix that first`);
  }
  const [busArn, busName] = [requireOutput(stack, 'EventBusArn'), requireOutput(stack, 'EventBusName')];
  return { name, arn, busArn, busName, events, bytes, retentionDays };
}

/** A replay as EventBridge describes it; all times in milliseconds since the Unix epoch. */
export interface ReplayStatus {
  readonly name: string;
  readonly state: ReplayState;
  /** @default - AWS gives none */
  readonly reason?: string;
  readonly archiveArn: string;
  readonly window: Window;
  /** How far the window was scanned for events; there may have been none. @default - the scan has not begun */
  readonly scannedTo?: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
}

const ENDED: ReadonlySet<ReplayState> = new Set(['COMPLETED', 'CANCELLED', 'FAILED']);

export function hasEnded({ state }: ReplayStatus): boolean {
  return ENDED.has(state);
}

export interface ReplayRequest {
  readonly name: string;
  readonly archive: EventArchive;
  readonly window: Window;
  /** The rules that get the events; at least one, because none would mean all rules of the bus. */
  readonly ruleArns: readonly [string, ...string[]];
}

/**
 * Starts a replay to some rules of the archive's bus.
 * @throws CommandFailure if the name is taken, or too many replays are running
 */
export async function startReplay(client: EventBridgeClient, request: ReplayRequest): Promise<void> {
  const { name, archive, window, ruleArns } = request;
  const command = new StartReplayCommand({
    ReplayName: name,
    EventSourceArn: archive.arn,
    EventStartTime: new Date(window.from),
    EventEndTime: new Date(window.to),
    Destination: { Arn: archive.busArn, FilterArns: [...ruleArns] },
  });
  try {
    await client.send(command);
  } catch (error) {
    if (await isOurs(client, request, error as StartRefusal)) return;
    throw explainRefusal(error, name);
  }
}

interface StartRefusal extends Error {
  readonly $metadata?: { readonly attempts?: number };
}

/** Whether the name is taken by this request itself: its first answer was lost, and the SDK retried. */
async function isOurs(client: EventBridgeClient, request: ReplayRequest, refusal: StartRefusal): Promise<boolean> {
  if (refusal.name !== 'ResourceAlreadyExistsException' || (refusal.$metadata?.attempts ?? 1) < 2) return false;
  const { archiveArn, window } = await describeReplay(client, request.name);
  const inSeconds = (time: number) => Math.floor(time / 1000);
  return (
    archiveArn === request.archive.arn &&
    inSeconds(window.from) === inSeconds(request.window.from) &&
    inSeconds(window.to) === inSeconds(request.window.to)
  );
}

function explainRefusal(error: unknown, name: string): unknown {
  const failure = (message: string) => new CommandFailure(message, { cause: error });
  switch ((error as Error).name) {
    case 'ResourceAlreadyExistsException':
      return failure(`a replay ${name} exists already, and AWS keeps names for 90 days; choose another with --name`);
    case 'LimitExceededException':
      return failure(
        'too many replays are running: AWS allows 10 in an account and Region; wait for one to end, or cancel one (replay --list shows them)',
      );
    default:
      return error;
  }
}

/** @throws CommandFailure if there is none of that name */
export async function describeReplay(client: EventBridgeClient, name: string): Promise<ReplayStatus> {
  const found = await ifFound(client.send(new DescribeReplayCommand({ ReplayName: name })));
  if (found === undefined) throw new CommandFailure(`there is no replay ${name}; replay --list shows which there are`);
  return toStatus(found);
}

/**
 * Requests the cancellation of a replay, which takes a moment.
 * @returns false if it has ended already
 */
export async function requestCancel(client: EventBridgeClient, name: string): Promise<boolean> {
  try {
    await client.send(new CancelReplayCommand({ ReplayName: name }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'IllegalStatusException') return false;
    throw error;
  }
}

/** The replays of an archive in the last 90 days, the newest first. */
export async function listReplays(client: EventBridgeClient, archiveArn: string): Promise<ReplayStatus[]> {
  const replays: ReplayStatus[] = [];
  const pages = allPages((next) => client.send(new ListReplaysCommand({ EventSourceArn: archiveArn, ...next })));
  for await (const { Replays = [] } of pages) replays.push(...Replays.map(toStatus));
  return replays.sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0));
}

function toStatus(replay: Replay | DescribeReplayResponse): ReplayStatus {
  const { ReplayName = '', State = 'STARTING', StateReason, EventSourceArn = '' } = replay;
  const { EventStartTime, EventEndTime, ReplayStartTime, ReplayEndTime } = replay;
  const window = { from: EventStartTime?.getTime() ?? 0, to: EventEndTime?.getTime() ?? 0 };
  const scannedTo = scannedIn(replay, window);
  return {
    name: ReplayName,
    state: State,
    archiveArn: EventSourceArn,
    window,
    ...(StateReason && { reason: StateReason }),
    ...(scannedTo !== undefined && { scannedTo }),
    ...(ReplayStartTime && { startedAt: ReplayStartTime.getTime() }),
    ...(ReplayEndTime && { endedAt: ReplayEndTime.getTime() }),
  };
}

/**
 * EventLastReplayedTime is the start of the last scanned minute: it may be before the window, never reaches its end, and is set
 * even if no event was replayed (recorded on AWS in 2026).
 */
function scannedIn(replay: Replay | DescribeReplayResponse, { from, to }: Window): number | undefined {
  const { State, EventLastReplayedTime } = replay;
  if (State === 'COMPLETED') return to;
  return EventLastReplayedTime && Math.min(to, Math.max(from, EventLastReplayedTime.getTime()));
}

/** Source: EventBridge API reference, StartReplay. */
const REPLAY_NAME = /^[.\-_A-Za-z0-9]{1,64}$/;

const RANDOM_CHARACTERS = 5;

/**
 * A unique name, such as `pipeline-20261122T090000Z-k3x9a`. Names sort by time.
 * @param prefix such as `pipeline-`
 * @param now milliseconds since the Unix epoch
 * @param random from 0 to below 1
 */
export function newName(prefix: string, now: number, random: number): string {
  const time = formatTime(now).replaceAll(/[-:]/g, '');
  const rest = Math.floor(random * 36 ** RANDOM_CHARACTERS).toString(36);
  return `${prefix}${time}-${rest.padStart(RANDOM_CHARACTERS, '0')}`;
}

/** @throws UsageError for a name that EventBridge does not allow */
export function checkReplayName(name: string): string {
  if (REPLAY_NAME.test(name)) return name;
  throw new UsageError(`a replay's name has 1 to 64 letters, digits, dots, hyphens and underscores; got ${name}`);
}
