import { askTime } from '../../../operations/aws/pipeline-time.ts';
import { pipelineCommand, type TargetOptions } from '../../../operations/aws/target.ts';
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
import { formatTime, parseWindow, type Window } from '../../../operations/time/time.ts';
import type { HistogramPage, ReplayPlanPage } from '../../contract/replay.ts';
import type { Asked } from '../route.ts';

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

/** What is chosen on the page. */
interface Choice {
  readonly from: string;
  /** Empty for now. */
  readonly to: string;
  readonly subscribers: readonly string[];
}

/** @throws UsageError where there is no beginning */
export function choiceIn(textOf: (name: string) => unknown): Choice {
  const [from, to, subscribers] = ['from', 'to', 'subscribers'].map((name) => String(textOf(name) ?? ''));
  if (!from) throw new UsageError('say from which time to replay');
  return { from, to: to ?? '', subscribers: (subscribers ?? '').split(',').filter((name) => name !== '') };
}

export function windowOf({ from, to }: Choice, now: number): Window {
  return parseWindow({ from, ...(to !== '' && { to }) }, now);
}

/** The command that replays the same. Without an end it replays up to when it is run. */
export function replayCommand({ to, subscribers }: Choice, window: Window, target: TargetOptions): string {
  const options = [
    `--from ${formatTime(window.from)}`,
    ...(to === '' ? [] : [`--to ${formatTime(window.to)}`]),
    ...subscribers.map((name) => `--to-subscriber ${name}`),
  ];
  return pipelineCommand(`replay ${options.join(' ')} --wait`, target);
}

/** What a replay would do, for each subscriber. The query has `from`, `to` and `subscribers`. */
export async function readReplayPlan({ query, target }: Asked): Promise<ReplayPlanPage> {
  const now = await askTime(target);
  const choice = choiceIn((name) => query.get(name));
  const window = windowOf(choice, now);
  const name = newName('pipeline-', now, Math.random());
  const plan = await onStack(target, (on) => planReplay(on, { allSubscribers: true }, { name, window }, now));
  const { subscribers } = choice;
  const problem = subscribers.length === 0 ? undefined : reasonNothingToReplay(narrowPlan(plan, subscribers));
  return {
    now,
    heading: planHeading(plan).join(' ').replace(/:$/, '.'),
    receivers: plan.receivers.map((receiver) => ({
      name: receiver.subscriber.name,
      takes: typesText(receiver),
      events: eventsText(plan, receiver),
      isReached: receiver.hindrance === undefined,
    })),
    notes: planNotes(plan, now),
    ...(problem !== undefined && { problem }),
    command: replayCommand(choice, window, target),
  };
}
