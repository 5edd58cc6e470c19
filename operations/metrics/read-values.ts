import { type CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import type { Window } from '../time/time.ts';
import type { DashboardMetric } from './dashboard.ts';

/** The values of a metric in a window; all null if CloudWatch has none, which is not zero. */
export interface MetricValues {
  /** The sum, of a metric that is summed; else the highest value of its periods. */
  readonly whole: number | null;
  /** Of the last period with a value. */
  readonly latest: number | null;
  /** When that period began, in milliseconds since the Unix epoch. */
  readonly latestAt: number | null;
  /** Of each period with a value, the oldest first. */
  readonly points: readonly Point[];
}

export const NO_VALUES: MetricValues = { whole: null, latest: null, latestAt: null, points: [] };

/** Of one call. Source: CloudWatch API reference, GetMetricData. */
const MOST_QUERIES = 500;

/** A metric's value in a period. */
export type Point = readonly [time: number, value: number];

/** A metric to read. */
export type WantedMetric = Omit<DashboardMetric, 'label'>;

/** The values of metrics in a window. */
export async function readValues(
  client: CloudWatchClient,
  metrics: readonly DashboardMetric[],
  window: Window,
): Promise<ReadonlyMap<DashboardMetric, MetricValues>> {
  const points = await readPoints(client, metrics, window);
  return new Map([...points].map(([metric, found]) => [metric, valuesOf(metric, found)]));
}

/** The values of metrics in each period of a window that has one, the oldest first. */
export async function readPoints<TMetric extends WantedMetric>(
  client: CloudWatchClient,
  metrics: readonly TMetric[],
  { from, to }: Window,
): Promise<ReadonlyMap<TMetric, readonly Point[]>> {
  const points = new Map(metrics.map((metric): [TMetric, Point[]] => [metric, []]));
  for (let start = 0; start < metrics.length; start += MOST_QUERIES) {
    const queried = metrics.slice(start, start + MOST_QUERIES);
    const pages = paginateGetMetricData(
      { client },
      {
        MetricDataQueries: queried.map(queryOf),
        StartTime: new Date(from),
        EndTime: new Date(to),
        ScanBy: 'TimestampAscending',
      },
    );
    for await (const { MetricDataResults = [] } of pages) {
      for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
        const metric = queried[Number(Id.slice(1))];
        const found = metric && points.get(metric);
        for (const [index, at] of Timestamps.entries()) found?.push([at.getTime(), Values[index] ?? 0]);
      }
    }
  }
  return points;
}

function queryOf({ namespace, name, dimensions, statistic, periodSeconds }: WantedMetric, index: number) {
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

function valuesOf({ statistic }: DashboardMetric, points: readonly Point[]): MetricValues {
  const [first, ...others] = points;
  if (first === undefined) return NO_VALUES;
  const last = others.reduce((latest, point) => (point[0] > latest[0] ? point : latest), first);
  const values = points.map(([, value]) => value);
  const whole = isSum(statistic) ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
  return { whole, latest: last[1], latestAt: last[0], points };
}

/** Whether the values of periods add up to the value of a longer time. */
export function isSum(statistic: string): boolean {
  return statistic === 'Sum' || statistic === 'SampleCount';
}
