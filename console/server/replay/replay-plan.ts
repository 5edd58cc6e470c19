import { askTime } from '../../../operations/aws/pipeline-time.ts';
import { newName } from '../../../operations/deployed/archive.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import {
  type ArchiveHistogram,
  eventsText,
  narrowPlan,
  planHeading,
  planNotes,
  planReplay,
  readHistogram,
  reasonNothingToReplay,
  typesText,
} from '../../../operations/replay/index.ts';
import type { HistogramPage, ReplayPlanPage } from '../../contract/replay.ts';
import type { Asked } from '../route.ts';
import { choiceIn, choosesEvents, replayCommand, windowOf } from './replay-choice.ts';

/** The spans of the histogram, in milliseconds. */
const SPANS: Readonly<Record<string, number>> = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
};

/** The events of the archive over time. The query has `span`; without it, all of them. */
export async function readReplayHistogram({ query, target, signal }: Asked): Promise<HistogramPage> {
  const span = query.get('span') ?? '';
  if (span !== '' && !Object.hasOwn(SPANS, span)) {
    throw new UsageError(`the span must be one of ${Object.keys(SPANS).join(', ')}; got ${span}`);
  }
  const now = await askTime(target);
  const histogram = await onStack(target, (on) => readHistogram(on, { spanMs: SPANS[span], now, signal }));
  const { window, binMs, bins } = histogram;
  return { now, ...window, binMs, bins, source: sourceOf(histogram) };
}

function sourceOf({ archive, isExact }: ArchiveHistogram): string {
  if (isExact) return `Events of the archive ${archive.name}, counted one by one.`;
  return (
    `AWS has no call to read the archive ${archive.name}, and to count it would be a replay of all of it. These are events that ` +
    'the subscribers’ rules matched, by CloudWatch: an event for two subscribers counts twice, and what was replayed counts again.'
  );
}

/** What a replay would do, for each subscriber. The query has the choice, as the page's address. */
export async function readReplayPlan({ query, target }: Asked): Promise<ReplayPlanPage> {
  const now = await askTime(target);
  const choice = choiceIn((name) => query.get(name));
  const window = windowOf(choice, now);
  const name = newName('pipeline-', now, Math.random());
  const plan = await onStack(target, (on) => planReplay(on, { allSubscribers: true }, { name, window }, now));
  const { subscribers } = choice;
  const isWhole = subscribers.length > 0 && !choosesEvents(choice);
  const problem = isWhole ? reasonNothingToReplay(narrowPlan(plan, subscribers)) : undefined;
  return {
    now,
    heading: planHeading(plan).join(' ').replace(/:$/, '.'),
    receivers: plan.receivers.map((receiver) => ({
      name: receiver.subscriber.name,
      takes: typesText(receiver),
      events: eventsText(plan, receiver),
      isReached: receiver.hindrance === undefined,
      skipsReplays: receiver.hindrance === 'its rule skips replays',
    })),
    notes: planNotes(plan, now),
    ...(problem !== undefined && { problem }),
    choosesEvents: choosesEvents(choice),
    command: replayCommand(choice, window, target),
  };
}
