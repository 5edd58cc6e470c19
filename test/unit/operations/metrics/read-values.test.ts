import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { expect, test } from '@jest/globals';
import type { DashboardMetric } from '../../../../operations/metrics/dashboard.ts';
import { readValues } from '../../../../operations/metrics/read-values.ts';
import { FakeAws } from '../aws/fake-aws.ts';

const WINDOW = { from: Date.parse('2026-11-26T10:00Z'), to: Date.parse('2026-11-26T11:00Z') };
const at = (minutes: number) => new Date(WINDOW.from + minutes * 60_000);

function metric(statistic: string, name = 'Waits'): DashboardMetric {
  return { label: name, namespace: 'Ours', name, dimensions: { service: 'audit' }, statistic, periodSeconds: 300 };
}

/** The values of each metric, in order. */
async function valuesOf(aws: FakeAws, metrics: readonly DashboardMetric[]) {
  const values = await readValues(aws.clients.of(CloudWatchClient), metrics, WINDOW);
  return metrics.map((metric) => values.get(metric));
}

test('each metric is asked for once, by its name, dimensions, statistic and period', async () => {
  const aws = new FakeAws({ GetMetricData: () => ({ MetricDataResults: [] }) });
  await valuesOf(aws, [metric('p99')]);
  const Metric = { Namespace: 'Ours', MetricName: 'Waits', Dimensions: [{ Name: 'service', Value: 'audit' }] };
  expect(aws.inputs('GetMetricData')).toEqual([
    {
      MetricDataQueries: [{ Id: 'm0', MetricStat: { Metric, Period: 300, Stat: 'p99' } }],
      StartTime: at(0),
      EndTime: at(60),
      ScanBy: 'TimestampAscending',
    },
  ]);
});

test('given answers on two pages, sums add up, and of others the highest counts', async () => {
  const page = (minutes: number, values: readonly number[]) =>
    values.map((value, index) => ({ Id: `m${index}`, Timestamps: [at(minutes)], Values: [value] }));
  const aws = new FakeAws({
    GetMetricData: ({ NextToken }) =>
      NextToken === undefined
        ? { MetricDataResults: page(5, [3, 900]), NextToken: 'more' }
        : { MetricDataResults: page(10, [4, 700]) },
  });
  const points = (...values: readonly number[]) => values.map((value, index) => [at(5 * (index + 1)).getTime(), value]);
  expect(await valuesOf(aws, [metric('Sum'), metric('p99')])).toEqual([
    { whole: 7, latest: 4, latestAt: at(10).getTime(), points: points(3, 4) },
    { whole: 900, latest: 700, latestAt: at(10).getTime(), points: points(900, 700) },
  ]);
});

test('given a metric without values, it has none, which is not zero', async () => {
  const aws = new FakeAws({ GetMetricData: () => ({ MetricDataResults: [{ Id: 'm0', Timestamps: [], Values: [] }] }) });
  expect(await valuesOf(aws, [metric('Sum')])).toEqual([{ whole: null, latest: null, latestAt: null, points: [] }]);
});

test('given more metrics than one call may ask for, there are more calls, and none is lost', async () => {
  const aws = new FakeAws({
    GetMetricData: ({ MetricDataQueries }) => ({
      MetricDataResults: MetricDataQueries.map(({ Id }: { Id: string }) => ({ Id, Timestamps: [at(0)], Values: [1] })),
    }),
  });
  const values = await valuesOf(
    aws,
    Array.from({ length: 501 }, () => metric('Sum')),
  );
  expect(aws.inputs('GetMetricData').map(({ MetricDataQueries }) => MetricDataQueries.length)).toEqual([500, 1]);
  expect(values.map((value) => value?.whole)).toEqual(Array(501).fill(1));
});
