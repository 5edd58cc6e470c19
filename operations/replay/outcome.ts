import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { timeAt } from '../aws/pipeline-time.ts';
import type { ReplayStatus } from '../deployed/archive.ts';
import type { SubscriberDepths } from '../deployed/queue-depth.ts';
import type { OnStack } from '../deployed/stack.ts';
import { usersTable } from '../deployed/users-table.ts';
import { JOURNAL_LOG_GROUP, type JournalEntry } from '../journal/journal.ts';
import { CommandFailure } from '../messages/errors.ts';
import { type Clock, SYSTEM_CLOCK } from '../time/waiting.ts';
import { estimateMatchedEvents } from './event-counts.ts';
import { type ReplayPlan, reachedSubscribers } from './plan.ts';
import { FIRST_PAUSE_MS, longerPause, readDepths } from './run.ts';

/** What a completed replay has done. */
export interface ReplaySummary {
  readonly status: ReplayStatus;
  readonly replayed: CountedEvents;
  readonly before: readonly SubscriberDepths[];
  readonly after: readonly SubscriberDepths[];
  readonly usersWithoutUri: number;
}

/**
 * How many events a replay has sent to its subscribers, as far as that is known. AWS does not say: how far it has scanned a window
 * does not mean that there was an event in it.
 */
export type CountedEvents =
  /** From the local engine's journal. */
  | { readonly by: 'journal'; readonly events: number }
  /** What CloudWatch has counted at each subscriber's rule since the replay started, new events included. */
  | { readonly by: 'CloudWatch'; readonly counts: readonly RuleCount[] }
  | { readonly by: 'unknown' };

export interface RuleCount {
  readonly subscriber: string;
  /** @default - CloudWatch has no data yet */
  readonly events?: number;
}

/** SQS's counts are up to a minute late (SQS API reference, GetQueueAttributes); those of the local engine are exact. */
const DEPTH_DELAY_MS = 60_000;

export interface SummarizeOptions {
  readonly status: ReplayStatus;
  /** The queues before the replay. */
  readonly before: readonly SubscriberDepths[];
  readonly signal: AbortSignal;
  /** How many times longer than usual subscribers may take. */
  readonly timeFactor: number;
  /** Called with how many events are processed, and how many waited at most. */
  readonly onProcessed: (done: number, total: number) => void;
}

/**
 * What a completed replay has done, after its subscribers have processed the events or make no progress.
 * @throws CommandFailure if it is certain that they got no event
 */
export async function summarizeReplay(
  on: OnStack,
  plan: ReplayPlan,
  { status, before, signal, timeFactor, onProcessed }: SummarizeOptions,
): Promise<ReplaySummary> {
  const exact = plan.timeline && (await countReplayed(on, plan, status, timeAt(on.target)));
  if (exact?.by === 'journal' && exact.events === 0) {
    const names = reachedSubscribers(plan).map(({ name }) => name);
    throw new CommandFailure(`nothing was replayed: no event of this time went to ${names.join(', ')}`);
  }
  const left = await waitForSubscribers(on, plan, { signal, timeFactor, onProcessed });
  // CloudWatch counts late, so it is asked at the end.
  const replayed = exact ?? (await countReplayed(on, plan, status, timeAt(on.target)));
  return { status, replayed, before, ...left };
}

/**
 * Waits until the subscribers of a plan have processed what is in their queues, or make no progress.
 * @returns their queues then, and how many users have no URI
 */
export async function waitForSubscribers(
  on: OnStack,
  plan: Pick<ReplayPlan, 'receivers'>,
  { signal, timeFactor, onProcessed }: Pick<SummarizeOptions, 'signal' | 'timeFactor' | 'onProcessed'>,
): Promise<Pick<ReplaySummary, 'after' | 'usersWithoutUri'>> {
  let most = 0;
  const after = await waitUntilProcessed({
    read: () => readDepths(on, plan),
    clock: SYSTEM_CLOCK,
    signal,
    delayMs: 'endpoint' in on.target ? 0 : DEPTH_DELAY_MS,
    timeFactor,
    onWaiting: (waiting) => {
      most = Math.max(most, waiting);
      onProcessed(most - waiting, most);
    },
  });
  return { after, usersWithoutUri: await usersTable(on).countWithoutUri(signal) };
}

/** Clocks of two machines may differ by this much. */
const CLOCKS_DIFFER_MS = 60_000;

/** Asks the local engine's journal, or CloudWatch on AWS. @param now milliseconds since the Unix epoch */
export async function countReplayed(
  { clients }: OnStack,
  plan: ReplayPlan,
  status: ReplayStatus,
  now: number,
): Promise<CountedEvents> {
  const { startedAt = now } = status;
  // Only the local engine can count an archive, and only it has a journal.
  if (plan.timeline !== undefined) {
    const events = await matchedInJournal(clients.of(CloudWatchLogsClient), plan.name, startedAt);
    return events === undefined ? { by: 'unknown' } : { by: 'journal', events };
  }
  const subscribers = reachedSubscribers(plan);
  const ruleArns = subscribers.map(({ ruleArn }) => ruleArn);
  const window = { from: startedAt, to: Math.max(now, startedAt) + CLOCKS_DIFFER_MS };
  const counted = await estimateMatchedEvents(clients.of(CloudWatchClient), ruleArns, window, now);
  const counts = subscribers.map(({ name, ruleArn }) => {
    const events = counted.get(ruleArn);
    return { subscriber: name, ...(events !== undefined && { events }) };
  });
  return { by: 'CloudWatch', counts };
}

/** The journal's number at the end of the replay; undefined if it has dropped that entry. */
async function matchedInJournal(
  client: CloudWatchLogsClient,
  name: string,
  startedAt: number,
): Promise<number | undefined> {
  const input = {
    logGroupName: JOURNAL_LOG_GROUP,
    filterPattern: `{ $.hop = "replay" && $.replay = "${name}" && $.state = "COMPLETED" }`,
    startTime: startedAt - CLOCKS_DIFFER_MS,
  };
  for await (const { events: [ended] = [] } of paginateFilterLogEvents({ client }, input)) {
    if (ended?.message !== undefined) return Number((JSON.parse(ended.message) as JournalEntry).matched);
  }
  return undefined;
}

export interface WaitEffects {
  /** The queues as they are now. */
  read(): Promise<readonly SubscriberDepths[]>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How late the counts may be: a count is true only after it has stayed the same for that long. */
  readonly delayMs: number;
  readonly timeFactor: number;
  /** Called with how many events still wait. */
  readonly onWaiting: (waiting: number) => void;
}

/** An event that fails comes back after six times its function's timeout: waiting for all its attempts would take minutes. */
const PATIENCE_MS = 15_000;

/**
 * Waits until subscribers have processed what is in their queues; gives up if it has not become less for a while. If counts
 * are late, queues must be empty for as long as the delay.
 * @returns the queues at the end
 */
export async function waitUntilProcessed(effects: WaitEffects): Promise<readonly SubscriberDepths[]> {
  const { read, clock, signal, delayMs, timeFactor, onWaiting } = effects;
  const { now } = clock;
  let fewest = Number.POSITIVE_INFINITY;
  let lastProgress = now();
  let emptySince: number | undefined;
  for (let ms = FIRST_PAUSE_MS; ; ms = longerPause(ms)) {
    const depths = await read();
    const waiting = depths.reduce((sum, each) => sum + each.waiting, 0);
    onWaiting(waiting);
    emptySince = waiting > 0 ? undefined : (emptySince ?? now());
    if (emptySince !== undefined && now() - emptySince >= delayMs) return depths;
    // Events that appear after an early zero were on their way: progress is counted from there.
    if (waiting < fewest) [fewest, lastProgress] = [waiting || Number.POSITIVE_INFINITY, now()];
    if (signal.aborted || now() - lastProgress >= PATIENCE_MS * timeFactor + delayMs) return depths;
    await clock.pause(ms, signal);
  }
}
