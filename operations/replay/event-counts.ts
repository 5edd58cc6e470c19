import { type CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import {
  type CloudWatchLogsClient,
  FilterLogEventsCommand,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
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
  window: Window,
  ruleNames: readonly string[],
  onCounted: (events: number) => void = () => {},
): Promise<{ readonly byRule: ReadonlyMap<string, number>; readonly timeline: EventTimeline } | undefined> {
  const byRule = new Map(ruleNames.map((name) => [name, 0]));
  const times: number[] = [];
  let counted = 0;
  try {
    for await (const page of archivedEvents(client, archiveName, window)) {
      for (const { at, rules } of page) {
        const matched = rules.filter((rule) => byRule.has(rule));
        for (const rule of matched) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
        if (matched.length > 0) times.push(at);
      }
      counted += page.length;
      onCounted(counted);
    }
  } catch (error) {
    if (isUnlisted(error)) return undefined;
    throw error;
  }
  return { byRule, timeline: new EventTimeline(times) };
}

/** An event of the local engine's archive. */
interface ArchivedEvent {
  /** Its own time, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** The names of the rules that match it when it is replayed. */
  readonly rules: readonly string[];
}

/**
 * The events of the local engine's archive, page by page, in the order of a replay.
 * @throws an error that {@link isUnlisted} recognizes, on AWS
 */
export async function* archivedEvents(
  client: CloudWatchLogsClient,
  archiveName: string,
  { from, to }: Window,
): AsyncGenerator<readonly ArchivedEvent[]> {
  // The end of a replay is exclusive, that of this call is not.
  const input = { logGroupName: logGroupOf(archiveName), startTime: from, endTime: to - 1 };
  for await (const { events = [] } of paginateFilterLogEvents({ client }, input)) {
    yield events.map(({ timestamp: at = 0, message = '' }) => {
      const { rules } = JSON.parse(message) as Pick<ArchivedEvent, 'rules'>;
      return { at, rules };
    });
  }
}

/** About when the first event of the local engine's archive was, to the minute; undefined for an empty archive. */
export async function firstArchivedAt(client: CloudWatchLogsClient, archiveName: string): Promise<number | undefined> {
  const { events = [] } = await client.send(
    new FilterLogEventsCommand({ logGroupName: logGroupOf(archiveName), limit: 1 }),
  );
  return events[0]?.timestamp;
}

function logGroupOf(archiveName: string): string {
  return `/local-engine/archive/${archiveName}`;
}

/** Whether archives cannot be listed: on AWS there is no such log group, and the caller may not be allowed to ask for it. */
export function isUnlisted(error: unknown): boolean {
  return isNotFound(error) || isDenied(error);
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
  const matched = new Map<string, number>();
  const binMs = periodOf(window, now) * 1000;
  for (const { ruleArn, events } of await matchedEventsByTime(client, ruleArns, { window, binMs })) {
    matched.set(ruleArn, (matched.get(ruleArn) ?? 0) + events);
  }
  return matched;
}

/** Events that a rule matched in one period. */
interface MatchedEvents {
  readonly ruleArn: string;
  /** The period's start, in milliseconds since the Unix epoch. */
  readonly at: number;
  readonly events: number;
}

/**
 * How many events rules matched in each period of a window, as CloudWatch counted them; periods without data are left out.
 * @param periods `binMs` is their length, in whole minutes; data of two weeks and more ago are kept in longer ones
 */
export async function matchedEventsByTime(
  client: CloudWatchClient,
  ruleArns: readonly string[],
  { window, binMs }: { readonly window: Window; readonly binMs: number },
): Promise<MatchedEvents[]> {
  const input = {
    MetricDataQueries: ruleArns.map((arn, index) => queryOf(arn, index, binMs / 1000)),
    StartTime: new Date(Math.floor(window.from / binMs) * binMs),
    EndTime: new Date(window.to),
  };
  const matched: MatchedEvents[] = [];
  for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, input)) {
    for (const { Id = '', Values = [], Timestamps = [] } of MetricDataResults) {
      const ruleArn = ruleArns[Number(Id.slice(1))];
      if (ruleArn === undefined) continue;
      for (const [index, events] of Values.entries()) {
        matched.push({ ruleArn, at: Timestamps[index]?.getTime() ?? window.from, events });
      }
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
