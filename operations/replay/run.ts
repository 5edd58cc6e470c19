import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  describeReplay,
  hasEnded,
  listReplays as listArchiveReplays,
  type ReplayStatus,
  requestCancel,
  startReplay as requestReplay,
} from '../deployed/archive.ts';
import { readSubscriberDepths, type SubscriberDepths } from '../deployed/queue-depth.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { count, display } from '../messages/display.ts';
import { CommandFailure } from '../messages/errors.ts';
import { formatDuration, formatTime } from '../time/time.ts';
import { type Clock, SYSTEM_CLOCK } from '../time/waiting.ts';
import { type ReplayPlan, reachedSubscribers } from './plan.ts';

const MINUTE_MS = 60_000;

/** How many messages wait for the subscribers of a replay. */
export function readDepths({ clients }: OnStack, plan: Pick<ReplayPlan, 'receivers'>): Promise<SubscriberDepths[]> {
  return readSubscriberDepths(clients.of(SQSClient), reachedSubscribers(plan));
}

/** The replays of the stack's archive in the last 90 days, the newest first. */
export function listReplays({ clients, stack }: OnStack): Promise<ReplayStatus[]> {
  return listArchiveReplays(clients.of(EventBridgeClient), requireOutput(stack, 'EventArchiveArn'));
}

/** A replay has ended because someone has cancelled it. The message says how far it was. */
export class ReplayCancelled extends CommandFailure {}

/** Starts a planned replay. @throws CommandFailure if AWS refuses it now */
export async function startReplay({ clients }: OnStack, plan: ReplayPlan): Promise<void> {
  const [first, ...others] = reachedSubscribers(plan).map(({ ruleArn }) => ruleArn);
  if (first === undefined) throw new Error('A replay to no rule would go to all rules of the bus.');
  const { name, archive, window } = plan;
  await requestReplay(clients.of(EventBridgeClient), { name, archive, window, ruleArns: [first, ...others] });
}

/** How far a replay is. AWS only says which minute it has scanned last: without a timeline, progress is in minutes. */
export interface ReplayProgress {
  readonly unit: 'events' | 'minutes';
  readonly done: number;
  readonly total: number;
}

export interface FollowOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ReplayProgress) => void;
}

/**
 * Follows a replay until it has ended or `signal` is aborted. The replay itself continues either way.
 * @returns its last state
 * @throws ReplayCancelled if someone cancels it; CommandFailure if it ends incomplete otherwise
 */
export async function followReplay(
  { clients }: OnStack,
  plan: ReplayPlan,
  { signal, onProgress }: FollowOptions,
): Promise<ReplayStatus> {
  const client = clients.of(EventBridgeClient);
  const status = await pollReplay({
    describe: () => describeReplay(client, plan.name),
    signal,
    onStatus: ({ scannedTo }) => onProgress(progressOf(plan, scannedTo)),
  });
  if (status.state === 'CANCELLED') throw new ReplayCancelled(replayText(status));
  if (hasEnded(status) && status.state !== 'COMPLETED') throw new CommandFailure(replayText(status));
  return status;
}

/**
 * What is certainly done: events before the minute that is being scanned, or whole minutes of the window. All of it when the
 * window's end is reached, and nothing before the scan has begun.
 */
export function progressOf(
  { timeline, window }: Pick<ReplayPlan, 'timeline' | 'window'>,
  scannedTo = window.from,
): ReplayProgress {
  if (timeline) return { unit: 'events', done: timeline.countUpTo(scannedTo - 1), total: timeline.total };
  const total = Math.ceil((window.to - window.from) / MINUTE_MS);
  const done = scannedTo >= window.to ? total : Math.floor((scannedTo - window.from) / MINUTE_MS);
  return { unit: 'minutes', done, total };
}

export interface PollEffects {
  describe(): Promise<ReplayStatus>;
  readonly clock?: Clock;
  readonly signal: AbortSignal;
  readonly onStatus?: (status: ReplayStatus) => void;
}

export const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/** The pause after one that brought no change. */
export function longerPause(ms: number): number {
  return Math.min(LONGEST_PAUSE_MS, ms * 1.5);
}

/** Asks for a replay's state until it has ended or `signal` is aborted: AWS sends no events about it. */
export async function pollReplay(effects: PollEffects): Promise<ReplayStatus> {
  const { describe, clock = SYSTEM_CLOCK, signal, onStatus } = effects;
  for (let ms = FIRST_PAUSE_MS; ; ms = longerPause(ms)) {
    const status = await describe();
    onStatus?.(status);
    if (hasEnded(status) || signal.aborted) return status;
    await clock.pause(ms, signal);
  }
}

/**
 * Cancels a replay of the pipeline's archive, and waits until it has stopped or `signal` is aborted.
 * @returns its last state; a replay that was cancelled before is left as it is
 * @throws CommandFailure if it does not exist, belongs to another archive, or has ended otherwise
 */
export async function cancelReplay(on: OnStack, name: string, signal: AbortSignal): Promise<ReplayStatus> {
  const client = on.clients.of(EventBridgeClient);
  const describe = () => describeReplay(client, name);
  const status = await describe();
  if (status.archiveArn !== requireOutput(on.stack, 'EventArchiveArn')) {
    throw new CommandFailure(
      `${name} is not a replay of the stack ${on.stack.name}: it replays events from ${status.archiveArn}`,
    );
  }
  if (!hasEnded(status) && status.state !== 'CANCELLING') await requestCancel(client, name);
  const last = await pollReplay({ describe, signal });
  if (hasEnded(last) && last.state !== 'CANCELLED') {
    throw new CommandFailure(`the replay has already ended; ${replayText(last)}`);
  }
  return last;
}

/**
 * The state of a replay in one line, such as `pipeline-1: COMPLETED, 1,234 events in 3 s`.
 * @param events that a rule matched, if that is known
 */
export function replayText(status: ReplayStatus, events?: number): string {
  return `${display`${status.name}: ${status.state}, `}${outcomeText(status, events)}`;
}

/** What came of a replay so far, such as `1,234 events in 3 s`. */
export function outcomeText({ reason, window, scannedTo, startedAt, endedAt }: ReplayStatus, events?: number): string {
  const took = startedAt !== undefined && endedAt !== undefined ? ` in ${formatDuration(endedAt - startedAt)}` : '';
  const scanned =
    scannedTo === undefined
      ? 'nothing scanned'
      : scannedTo >= window.to
        ? 'whole window scanned'
        : `scanned up to ${formatTime(scannedTo)}`;
  const what = events === undefined ? scanned : count(events, 'event');
  return display`${what}${took}${reason === undefined ? '' : ` (${reason})`}`;
}
