import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { ReplayStatus } from '../deployed/replays.ts';
import type { OnStack } from '../deployed/stack.ts';
import { JOURNAL_LOG_GROUP, type JournalEntry } from '../journal/journal.ts';
import { estimateMatchedEvents } from './matched-events.ts';
import { type ReplayPlan, reached } from './replay-plan.ts';
import type { Replayed } from './replayed.ts';

/** Clocks of two machines may differ by so much. */
const CLOCKS_DIFFER_MS = 60_000;

/**
 * Finds out how many events a completed replay has given to its receivers, as far as that can be known: the local engine's journal
 * says it, and CloudWatch has a hint.
 * @param now milliseconds since the Unix epoch
 */
export async function countReplayed(
  { clients }: OnStack,
  plan: ReplayPlan,
  status: ReplayStatus,
  now: number,
): Promise<Replayed> {
  const { startedAt = now } = status;
  // Only the local engine can count an archive, and only it has a journal.
  if (plan.timeline !== undefined) {
    const events = await matchedInJournal(clients.of(CloudWatchLogsClient), plan.name, startedAt);
    return events === undefined ? { by: 'unknown' } : { by: 'journal', events };
  }
  const subscribers = reached(plan).map(({ subscriber }) => subscriber);
  const ruleArns = subscribers.map(({ ruleArn }) => ruleArn);
  const window = { from: startedAt, to: Math.max(now, startedAt) + CLOCKS_DIFFER_MS };
  const counted = await estimateMatchedEvents(clients.of(CloudWatchClient), ruleArns, window, now);
  const counts = subscribers.map(({ name, ruleArn }) => {
    const events = counted.get(ruleArn);
    return { subscriber: name, ...(events !== undefined && { events }) };
  });
  return { by: 'CloudWatch', counts };
}

/** What the journal says at the end of the replay; undefined if it has forgotten that by now. */
async function matchedInJournal(
  logs: CloudWatchLogsClient,
  name: string,
  startedAt: number,
): Promise<number | undefined> {
  let nextToken: string | undefined;
  do {
    const page = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: JOURNAL_LOG_GROUP,
        filterPattern: `{ $.hop = "replay" && $.replay = "${name}" && $.state = "COMPLETED" }`,
        startTime: startedAt - CLOCKS_DIFFER_MS,
        ...(nextToken && { nextToken }),
      }),
    );
    const [ended] = page.events ?? [];
    if (ended?.message !== undefined) return Number((JSON.parse(ended.message) as JournalEntry).matched);
    ({ nextToken } = page);
  } while (nextToken);
  return undefined;
}
