import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { ruleOfArn } from '../deployed/subscribers.ts';
import type { Window } from '../time/time.ts';

const DAY_MS = 86_400_000;

/**
 * How long CloudWatch keeps data points, by their period (CloudWatch API reference, GetMetricData). Longer windows are read in
 * longer periods as well, which keeps the answer small.
 */
const PERIODS = [
  { seconds: 60, keptMs: 15 * DAY_MS, longestWindowMs: DAY_MS },
  { seconds: 300, keptMs: 63 * DAY_MS, longestWindowMs: 7 * DAY_MS },
];
const LONGEST_PERIOD_SECONDS = 3600;

/**
 * How many events each rule matched in a window, as CloudWatch counted them. An estimate of what a replay would bring: periods at
 * the window's ends count as a whole, replays of that time are among them, and a rule that was made or changed since then
 * matched otherwise.
 * @param now milliseconds since the Unix epoch
 * @returns by the rule's ARN; rules that CloudWatch knows nothing of are left out
 */
export async function estimateMatchedEvents(
  cloudwatch: CloudWatchClient,
  ruleArns: readonly string[],
  window: Window,
  now: number,
): Promise<Map<string, number>> {
  const period = periodOf(window, now);
  const matched = new Map<string, number>();
  let NextToken: string | undefined;
  do {
    const page = await cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: ruleArns.map((arn, index) => queryOf(arn, index, period)),
        StartTime: new Date(Math.floor(window.from / (period * 1000)) * period * 1000),
        EndTime: new Date(window.to),
        ...(NextToken && { NextToken }),
      }),
    );
    for (const { Id = '', Values = [] } of page.MetricDataResults ?? []) {
      const ruleArn = ruleArns[Number(Id.slice(1))];
      if (ruleArn === undefined || Values.length === 0) continue;
      const sum = Values.reduce((total, value) => total + value, 0);
      matched.set(ruleArn, (matched.get(ruleArn) ?? 0) + sum);
    }
    ({ NextToken } = page);
  } while (NextToken);
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
