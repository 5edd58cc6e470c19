import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Progress } from '../../cli/output/progress.ts';

import { readSubscriberDepths, type SubscriberDepths } from '../deployed/queues.ts';
import { describeReplay, hasEnded, type ReplayStatus, startReplay } from '../deployed/replays.ts';
import type { OnStack } from '../deployed/stack.ts';
import { CommandFailure } from '../messages/errors.ts';
import { countUsersWithoutUri } from '../reconcile/index.ts';
import { pauseUnless } from '../time/time.ts';
import { timeFactorOf } from '../time/time-factor.ts';
import { countReplayed } from './count-replayed.ts';
import { followReplay } from './follow-replay.ts';
import { type ReplayPlan, reached } from './replay-plan.ts';
import { progressText, type ReplaySummary } from './replay-summary.ts';
import { eventsIn } from './replayed.ts';
import { waitForWorkOff } from './work-off.ts';

const MINUTE_MS = 60_000;

/** SQS's counts are up to a minute late (SQS API reference, GetQueueAttributes); the local engine's are true. */
const DEPTH_DELAY_MS = MINUTE_MS;

/** How many messages waited for the receivers before the replay. */
export function depthsOf({ clients }: OnStack, plan: ReplayPlan): Promise<SubscriberDepths[]> {
  const subscribers = reached(plan).map(({ subscriber }) => subscriber);
  return readSubscriberDepths(clients.of(SQSClient), subscribers);
}

/** Starts what was planned. @throws CommandFailure if AWS takes no such replay now */
export async function startPlanned({ clients }: OnStack, plan: ReplayPlan): Promise<void> {
  const [first, ...others] = reached(plan).map(({ subscriber }) => subscriber.ruleArn);
  if (first === undefined) throw new Error('A replay to no rule would be one to all rules of the bus.');
  const { name, archive, window } = plan;
  await startReplay(clients.of(EventBridgeClient), { name, archive, window, ruleArns: [first, ...others] });
}

/**
 * Follows a replay to its end, and shows how far it is.
 * @returns how it stood last: if it was asked to stop, perhaps not at the end
 * @throws CommandFailure for one that ends otherwise than complete
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
    onStatus: ({ scannedTo }) => progress.show(doneAt(plan, scannedTo)),
  });
  progress.clear();
  if (!hasEnded(status)) return status;
  if (status.state !== 'COMPLETED') throw new CommandFailure(progressText(status));
  return status;
}

/**
 * What a completed replay has brought about, once its receivers have worked it off or do not get on.
 * @throws CommandFailure if it is certain that they got nothing
 */
export async function summarizeAfterReplay(
  on: OnStack,
  plan: ReplayPlan,
  { status, before }: Pick<ReplaySummary, 'status' | 'before'>,
  signal: AbortSignal,
): Promise<ReplaySummary> {
  const replayed = plan.timeline && (await countReplayed(on, plan, status, Date.now()));
  if (replayed && eventsIn(replayed) === 0) {
    const names = reached(plan).map(({ subscriber }) => subscriber.name);
    throw new CommandFailure(`nothing was replayed: no event of this time went to ${names.join(', ')}`);
  }
  let progress: Progress | undefined;
  let most = 0;
  const after = await waitForWorkOff({
    read: () => depthsOf(on, plan),
    pause: (ms) => pauseUnless(signal, ms),
    now: () => performance.now(),
    signal,
    delayMs: 'endpoint' in on.target ? 0 : DEPTH_DELAY_MS,
    timeFactor: timeFactorOf(process.env),
    onWaiting: (waiting) => {
      most = Math.max(most, waiting);
      progress ??= newProgress('worked off', waiting);
      progress.show(most - waiting);
    },
  });
  progress?.clear();
  const usersWithoutUri = await countUsersWithoutUri(on, signal);
  // CloudWatch counts late: it is asked at the end.
  const counted = replayed ?? (await countReplayed(on, plan, status, Date.now()));
  return { status, replayed: counted, before, after, usersWithoutUri };
}

/** AWS says which minute it has scanned last: where events cannot be counted, progress is that of the window. */
function progressOf({ timeline, window }: ReplayPlan): Progress {
  return timeline
    ? newProgress('events replayed', timeline.total)
    : newProgress('minutes of the window scanned', Math.ceil((window.to - window.from) / MINUTE_MS));
}

/**
 * What is certainly done: of the events, those before the minute that is being scanned; of the window, whole minutes. All of it
 * once the window's end is reached, and nothing before anything was scanned.
 */
export function doneAt({ timeline, window }: Pick<ReplayPlan, 'timeline' | 'window'>, scannedTo = window.from): number {
  if (timeline) return timeline.countUpTo(scannedTo - 1);
  return scannedTo >= window.to
    ? Math.ceil((window.to - window.from) / MINUTE_MS)
    : Math.floor((scannedTo - window.from) / MINUTE_MS);
}

function newProgress(label: string, total: number): Progress {
  return new Progress({ stream: process.stderr, label, total, now: () => performance.now() });
}
