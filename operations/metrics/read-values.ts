import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandOutput,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import type { Window } from '../time/time.ts';
import type { DashboardMetric } from './dashboard.ts';

/** What a metric was in some time. A metric that was not heard of has no values: that is not nought. */
export interface Values {
  /** The sum of a metric that is summed up; else the highest of its periods. */
  readonly whole: number | null;
  /** In the last period that has a value. */
  readonly latest: number | null;
  /** When that period began, in milliseconds since the Unix epoch. */
  readonly latestAt: number | null;
}

/** What one call may ask for. Source: CloudWatch API reference, GetMetricData. */
const MOST_QUERIES = 500;

const NOTHING: Values = { whole: null, latest: null, latestAt: null };

/** What metrics were in a time, one for each. */
export async function readValues(
  client: CloudWatchClient,
  metrics: readonly DashboardMetric[],
  window: Window,
): Promise<Values[]> {
  const values: Values[] = [];
  for (let start = 0; start < metrics.length; start += MOST_QUERIES) {
    values.push(...(await readSome(client, metrics.slice(start, start + MOST_QUERIES), window)));
  }
  return values;
}

async function readSome(
  client: CloudWatchClient,
  metrics: readonly DashboardMetric[],
  { from, to }: Window,
): Promise<Values[]> {
  const points = metrics.map((): [time: number, value: number][] => []);
  let NextToken: string | undefined;
  do {
    const answer: GetMetricDataCommandOutput = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: metrics.map(queryOf),
        StartTime: new Date(from),
        EndTime: new Date(to),
        ScanBy: 'TimestampAscending',
        ...(NextToken && { NextToken }),
      }),
    );
    for (const { Id = '', Timestamps = [], Values = [] } of answer.MetricDataResults ?? []) {
      const of = points[Number(Id.slice(1))];
      for (const [index, at] of Timestamps.entries()) of?.push([at.getTime(), Values[index] ?? 0]);
    }
    NextToken = answer.NextToken;
  } while (NextToken);
  return metrics.map((metric, index) => summaryOf(metric, points[index] ?? []));
}

function queryOf({ namespace, name, dimensions, statistic, periodSeconds }: DashboardMetric, index: number) {
  return {
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodSeconds,
      Stat: statistic,
    },
  } satisfies MetricDataQuery;
}

function summaryOf({ statistic }: DashboardMetric, points: readonly (readonly [number, number])[]): Values {
  const last = points.reduce<readonly [number, number] | undefined>(
    (latest, point) => (latest === undefined || point[0] > latest[0] ? point : latest),
    undefined,
  );
  if (last === undefined) return NOTHING;
  const values = points.map(([, value]) => value);
  const whole = isSum(statistic) ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
  return { whole, latest: last[1], latestAt: last[0] };
}

/** Whether the values of periods add up to that of a longer time; the highest of others says most. */
export function isSum(statistic: string): boolean {
  return statistic === 'Sum' || statistic === 'SampleCount';
}
