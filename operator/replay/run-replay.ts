import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { OnStack } from '../command-run.ts';
import { CommandFailure } from '../errors.ts';
import { pauseUnless } from '../pause.ts';
import { Progress } from '../progress.ts';
import { countUsersWithoutUri } from '../reconcile/scan.ts';
import { followReplay } from './follow-replay.ts';
import { type QueueDepths, readQueueDepths } from './queue-depths.ts';
import { type ReplayPlan, reached } from './replay-plan.ts';
import { progressText, type ReplaySummary } from './replay-summary.ts';
import { describeReplay, hasEnded, type ReplayStatus, startReplay } from './replays.ts';
import { waitForWorkOff } from './work-off.ts';

const MINUTE_MS = 60_000;

/** SQS's counts are up to a minute late (SQS API reference, GetQueueAttributes); the local engine's are true. */
const DEPTH_DELAY_MS = MINUTE_MS;

/** How many messages waited for the receivers before the replay. */
export function depthsOf({ clients }: OnStack, plan: ReplayPlan): Promise<QueueDepths[]> {
  const subscribers = reached(plan).map(({ subscriber }) => subscriber);
  return readQueueDepths(clients.of(SQSClient), subscribers);
}

/** Starts what was planned. @throws CommandFailure if AWS takes no such replay now */
export async function startPlanned({ clients }: OnStack, plan: ReplayPlan): Promise<void> {
  const [first, ...others] = reached(plan).map(({ subscriber }) => subscriber.ruleArn);
  if (first === undefined) throw new Error('A replay to nobody would be one to all rules of the bus.');
  const { name, archive, window } = plan;
  await startReplay(clients.of(EventBridgeClient), { name, archive, window, ruleArns: [first, ...others] });
}

/**
 * Follows a replay to its end, and shows how far it is.
 * @returns how it stood last: if it was asked to stop, perhaps not at the end
 * @throws CommandFailure for one that ends otherwise than complete, or that found no event
 */
export async function followPlanned(
  { clients }: OnStack,
  plan: ReplayPlan,
  signal: AbortSignal,
): Promise<ReplayStatus> {
  const client = clients.of(EventBridgeClient);
  const progress = progressOf(plan);
  const status = await followReplay({
    describe: () => describeReplay(client, plan.name),
    pause: (ms) => pauseUnless(signal, ms),
    signal,
    onStatus: ({ lastReplayed }) => progress.show(replayedUpTo(plan, lastReplayed)),
  });
  progress.clear();
  if (!hasEnded(status)) return status;
  if (status.state !== 'COMPLETED') throw new CommandFailure(progressText(status));
  if (status.lastReplayed === undefined) {
    throw new CommandFailure(`nothing was replayed: the archive ${plan.archive.name} holds no event of this time`);
  }
  return status;
}

/** What a completed replay has brought about, once its receivers have worked it off or do not get on. */
export async function summarizeAfterReplay(
  on: OnStack,
  plan: ReplayPlan,
  { status, before }: Pick<ReplaySummary, 'status' | 'before'>,
  signal: AbortSignal,
): Promise<ReplaySummary> {
  let progress: Progress | undefined;
  let most = 0;
  const after = await waitForWorkOff({
    read: () => depthsOf(on, plan),
    pause: (ms) => pauseUnless(signal, ms),
    now: () => performance.now(),
    signal,
    delayMs: 'endpoint' in on.target ? 0 : DEPTH_DELAY_MS,
    onWaiting: (waiting) => {
      most = Math.max(most, waiting);
      progress ??= newProgress('worked off', waiting);
      progress.show(most - waiting);
    },
  });
  progress?.clear();
  const usersWithoutUri = await countUsersWithoutUri(on, signal);
  return { status, before, after, usersWithoutUri, ...(plan.timeline && { events: plan.timeline.total }) };
}

/** AWS tells the time of the last event only: where events cannot be counted, progress is that of the window. */
function progressOf({ timeline, window }: ReplayPlan): Progress {
  return timeline
    ? newProgress('events replayed', timeline.total)
    : newProgress('minutes of the window replayed', Math.ceil((window.to - window.from) / MINUTE_MS));
}

function replayedUpTo({ timeline, window }: ReplayPlan, lastReplayed: number | undefined): number {
  if (lastReplayed === undefined) return 0;
  return timeline ? timeline.countUpTo(lastReplayed) : Math.floor((lastReplayed - window.from) / MINUTE_MS);
}

function newProgress(label: string, total: number): Progress {
  return new Progress({ stream: process.stderr, label, total, now: () => performance.now() });
}
