import { type CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { isDenied, isNotFound } from '../aws/aws-failure.ts';
import { ruleOfArn } from '../deployed/subscribers.ts';
import type { Window } from '../time/time.ts';

/**
 * Counts the archived events of a window by the rules that match them. The local engine lists its archives as log groups;
 * AWS has no call to read an archive.
 * @param onCounted called with how many were counted so far
 * @returns events by the rule's name, and the timeline of all of them; undefined if archives cannot be read: on AWS
 */
export async function countArchivedEvents(
  client: CloudWatchLogsClient,
  archiveName: string,
  { from, to }: Window,
  ruleNames: readonly string[],
  onCounted: (events: number) => void = () => {},
): Promise<{ readonly byRule: ReadonlyMap<string, number>; readonly timeline: EventTimeline } | undefined> {
  const byRule = new Map(ruleNames.map((name) => [name, 0]));
  const times: number[] = [];
  let counted = 0;
  // The end of a replay is exclusive, that of this call is not.
  const input = { logGroupName: `/local-engine/archive/${archiveName}`, startTime: from, endTime: to - 1 };
  try {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, input)) {
      for (const { timestamp = 0, message = '' } of events) {
        // The names of the rules that match the event when it is replayed.
        const { rules } = JSON.parse(message) as { readonly rules: readonly string[] };
        const matched = rules.filter((rule) => byRule.has(rule));
        for (const rule of matched) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
        if (matched.length > 0) times.push(timestamp);
      }
      counted += events.length;
      onCounted(counted);
    }
  } catch (error) {
    // On AWS there is no such log group, and the caller may not be allowed to ask for it.
    if (isNotFound(error) || isDenied(error)) return undefined;
    throw error;
  }
  return { byRule, timeline: new EventTimeline(times) };
}

/** How many events of a replay lie before a moment. All events of a second are one entry. */
export class EventTimeline {
  /** Seconds since the Unix epoch, ascending. */
  readonly #seconds: number[] = [];
  /** Events until the end of that second. */
  readonly #counts: number[] = [];

  /** @param times milliseconds since the Unix epoch, in any order */
  constructor(times: Iterable<number>) {
    const bySecond = new Map<number, number>();
    for (const time of times) {
      const second = Math.floor(time / 1000);
      bySecond.set(second, (bySecond.get(second) ?? 0) + 1);
    }
    let count = 0;
    for (const second of [...bySecond.keys()].sort((a, b) => a - b)) {
      count += bySecond.get(second) ?? 0;
      this.#seconds.push(second);
      this.#counts.push(count);
    }
  }

  get total(): number {
    return this.#counts.at(-1) ?? 0;
  }

  /** Events until the end of a moment's second. @param time milliseconds since the Unix epoch */
  countUpTo(time: number): number {
    const second = Math.floor(time / 1000);
    let [low, high] = [0, this.#seconds.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#seconds[middle] ?? 0) <= second) low = middle + 1;
      else high = middle;
    }
    return this.#counts[low - 1] ?? 0;
  }
}

const DAY_MS = 86_400_000;

/**
 * How long CloudWatch keeps data points, by their period (CloudWatch API reference, GetMetricData). Long windows are read in
 * longer periods, which keeps the answer small.
 */
const PERIODS = [
  { seconds: 60, keptMs: 15 * DAY_MS, longestWindowMs: DAY_MS },
  { seconds: 300, keptMs: 63 * DAY_MS, longestWindowMs: 7 * DAY_MS },
];
const LONGEST_PERIOD_SECONDS = 3600;

/**
 * How many events each rule matched in a window, as CloudWatch counted them. Only an estimate for a replay: periods at the ends
 * of the window count as a whole, earlier replays are included, and a rule that was created or changed since then matched
 * differently.
 * @param now milliseconds since the Unix epoch
 * @returns by the rule's ARN; rules without data in CloudWatch are left out
 */
export async function estimateMatchedEvents(
  client: CloudWatchClient,
  ruleArns: readonly string[],
  window: Window,
  now: number,
): Promise<Map<string, number>> {
  const period = periodOf(window, now);
  const input = {
    MetricDataQueries: ruleArns.map((arn, index) => queryOf(arn, index, period)),
    StartTime: new Date(Math.floor(window.from / (period * 1000)) * period * 1000),
    EndTime: new Date(window.to),
  };
  const matched = new Map<string, number>();
  for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, input)) {
    for (const { Id = '', Values = [] } of MetricDataResults) {
      const ruleArn = ruleArns[Number(Id.slice(1))];
      if (ruleArn === undefined || Values.length === 0) continue;
      const sum = Values.reduce((total, value) => total + value, 0);
      matched.set(ruleArn, (matched.get(ruleArn) ?? 0) + sum);
    }
  }
  return matched;
}

function periodOf({ from, to }: Window, now: number): number {
  const fitting = PERIODS.find(({ keptMs, longestWindowMs }) => now - from <= keptMs && to - from <= longestWindowMs);
  return fitting?.seconds ?? LONGEST_PERIOD_SECONDS;
}

/** Rules of a custom bus have both dimensions, those of the default bus only their name (EventBridge user guide, eb-monitoring). */
function queryOf(ruleArn: string, index: number, Period: number): MetricDataQuery {
  const { bus, name } = ruleOfArn(ruleArn);
  const Dimensions = [
    ...(bus === 'default' ? [] : [{ Name: 'EventBusName', Value: bus }]),
    { Name: 'RuleName', Value: name },
  ];
  return {
    Id: `m${index}`,
    MetricStat: { Metric: { Namespace: 'AWS/Events', MetricName: 'MatchedEvents', Dimensions }, Period, Stat: 'Sum' },
  };
}
