import { describe, expect, test } from '@jest/globals';
import { CloudWatch, type Measurement } from '../../../../packages/local-engine/cloudwatch/cloudwatch.ts';
import type { Metric } from '../../../../packages/local-engine/cloudwatch/cloudwatch-request.ts';
import { MetricHistory } from '../../../../packages/local-engine/cloudwatch/metric-history.ts';
import { localAccount } from '../../../../packages/local-engine/core/account.ts';
import { SkippingClock } from '../../../../packages/local-engine/core/clock.ts';

const NOW = Date.parse('2026-11-25T10:20:30.500Z');
const PERIOD = new Date('2026-11-25T10:20:00Z');
const at = (time: string) => Date.parse(`2026-11-25T${time}Z`) / 1000;

const METRIC = {
  Namespace: 'AWS/SQS',
  MetricName: 'ApproximateNumberOfMessagesVisible',
  Dimensions: [{ Name: 'QueueName', Value: 'users' }],
};
const STAT = { Metric: METRIC, Period: 60, Stat: 'Maximum' };
const RANGE = { StartTime: at('10:15:00'), EndTime: at('10:25:00') };

/** CloudWatch at {@link NOW}, where one metric has the value 7, and what it was asked to measure. */
function given(history = new MetricHistory()) {
  const clock = Object.assign(new SkippingClock(), { now: () => NOW });
  const asked: Metric[] = [];
  const measure = (metric: Metric): Measurement | undefined => {
    asked.push(metric);
    return metric.dimensions.QueueName === 'users' ? { value: 7, unit: 'Count' } : undefined;
  };
  const account = localAccount('ap-northeast-1', '123456789012');
  const dashboards = new Map([['night', '{"widgets":[]}']]);
  const cloudWatch = new CloudWatch({ account, clock, measure, history, dashboards, alarms: { describe: () => ({}) } });
  const data = (query: object, request: object = RANGE) =>
    cloudWatch.handle('GetMetricData', { MetricDataQueries: [{ Id: 'm1', ...query }], ...request });
  return { asked, cloudWatch, data };
}

const resultOf = (points: readonly [Date, number][]) => ({
  MetricDataResults: [
    {
      Id: 'm1',
      Label: METRIC.MetricName,
      Timestamps: points.map(([time]) => time),
      Values: points.map(([, value]) => value),
      StatusCode: 'Complete',
    },
  ],
  Messages: [],
});

describe('GetMetricData', () => {
  test('given a metric, its value of now is one point, at the beginning of the current period', () => {
    const { asked, data } = given();
    expect(data({ MetricStat: STAT })).toEqual(resultOf([[PERIOD, 7]]));
    expect(asked).toEqual([{ namespace: 'AWS/SQS', name: METRIC.MetricName, dimensions: { QueueName: 'users' } }]);
  });

  test.each([
    { Stat: 'Average', value: 7 },
    { Stat: 'p99.9', value: 7 },
    { Stat: 'SampleCount', value: 1 },
  ])('given the statistic $Stat of a single value, it is $value', ({ Stat, value }) => {
    expect(given().data({ MetricStat: { ...STAT, Stat } })).toEqual(resultOf([[PERIOD, value]]));
  });

  test.each([
    { given: 'it ended a moment ago', range: { StartTime: at('10:10:00'), EndTime: at('10:20:00') }, time: '10:19:00' },
    { given: 'it ends now', range: { StartTime: at('10:10:00'), EndTime: NOW / 1000 }, time: '10:20:00' },
    { given: 'it began a moment ago', range: { StartTime: at('10:20:29'), EndTime: at('10:21:00') }, time: '10:20:00' },
    { given: 'it ended longer ago', range: { StartTime: at('10:00:00'), EndTime: at('10:19:00') }, time: undefined },
    { given: 'it has not begun', range: { StartTime: at('10:21:00'), EndTime: at('10:25:00') }, time: undefined },
  ])('given a range, when $given, the point is at $time', ({ range, time }) => {
    const points: [Date, number][] = time === undefined ? [] : [[new Date(at(time) * 1000), 7]];
    expect(given().data({ MetricStat: STAT }, range)).toEqual(resultOf(points));
  });

  test('given a longer period, the point is at its beginning', () => {
    const answer = given().data({ MetricStat: { ...STAT, Period: '300' } });
    expect(answer).toEqual(resultOf([[PERIOD, 7]]));
    expect(given().data({ MetricStat: { ...STAT, Period: 3600 } })).toEqual(
      resultOf([[new Date('2026-11-25T10:00:00Z'), 7]]),
    );
  });

  test.each([
    { given: 'a metric that was never published', stat: { Metric: { ...METRIC, Dimensions: [] } } },
    { given: 'another unit', stat: { Unit: 'Bytes' } },
  ])('given $given, the result is empty and complete', ({ stat }) => {
    expect(given().data({ MetricStat: { ...STAT, ...stat } })).toEqual(resultOf([]));
  });

  test('given labels, and queries whose data is not wanted, the answer follows them', () => {
    const MetricDataQueries = [
      { Id: 'a', Label: 'waiting', MetricStat: STAT },
      { Id: 'b', MetricStat: STAT, ReturnData: false },
      { Id: 'c', MetricStat: STAT, ReturnData: 'true' },
    ];
    expect(given().cloudWatch.handle('GetMetricData', { MetricDataQueries, ...RANGE })).toMatchObject({
      MetricDataResults: [
        { Id: 'a', Label: 'waiting' },
        { Id: 'c', Label: METRIC.MetricName },
      ],
    });
  });
});

describe('GetMetricStatistics', () => {
  const ask = (request: object) =>
    given().cloudWatch.handle('GetMetricStatistics', { ...METRIC, ...RANGE, Period: 60, ...request });

  test('given statistics, the point has those, and its unit', () => {
    expect(ask({ Statistics: ['Average', 'SampleCount'] })).toEqual({
      Label: METRIC.MetricName,
      Datapoints: [{ Timestamp: PERIOD, Average: 7, SampleCount: 1, Unit: 'Count' }],
    });
  });

  test('given a metric that was never published, there are no points', () => {
    expect(ask({ Statistics: ['Sum'], Dimensions: undefined })).toEqual({ Label: METRIC.MetricName, Datapoints: [] });
  });
});

test.each(['PutMetricData', 'toString'])('given another operation (%s), the error names it', (operation) => {
  expect(() => given().cloudWatch.handle(operation, {})).toThrow(`cloudwatch:${operation}`);
});

describe('a metric with a history', () => {
  const waits = { namespace: 'UserBucketPipeline', name: 'RegistrationToUri', dimensions: { service: 'uri-recorder' } };
  const METRIC_STAT = {
    Metric: {
      Namespace: waits.namespace,
      MetricName: waits.name,
      Dimensions: [{ Name: 'service', Value: 'uri-recorder' }],
    },
    Period: 60,
    Stat: 'Sum',
  };

  function withWaits() {
    const history = new MetricHistory();
    const add = (time: string, value: number) =>
      history.add({ metric: waits, unit: 'Milliseconds', at: at(time) * 1000, value });
    for (const [time, value] of [
      ['10:15:01', 100],
      ['10:15:59', 300],
      ['10:17:00', 200],
    ] as const) {
      add(time, value);
    }
    return given(history);
  }

  test('has a point for each period in which there was a value, the newest first', () => {
    const [result] = (withWaits().data({ MetricStat: METRIC_STAT }) as ReturnType<typeof resultOf>).MetricDataResults;
    expect(result).toMatchObject({
      Timestamps: [new Date('2026-11-25T10:17:00Z'), new Date('2026-11-25T10:15:00Z')],
      Values: [200, 400],
    });
  });

  test('has them oldest first where that is asked for', () => {
    const request = { ...RANGE, ScanBy: 'TimestampAscending' };
    const answer = withWaits().data({ MetricStat: METRIC_STAT }, request) as ReturnType<typeof resultOf>;
    expect(answer.MetricDataResults[0]?.Values).toEqual([400, 200]);
  });

  test.each([
    ['Sum', 600],
    ['Average', 200],
    ['Minimum', 100],
    ['Maximum', 300],
    ['SampleCount', 3],
    ['p50', 200],
    ['p99', 300],
  ])('in a longer period has the %s of all that falls into it', (Stat, value) => {
    const query = { MetricStat: { ...METRIC_STAT, Period: 300, Stat } };
    const answer = withWaits().data(query) as ReturnType<typeof resultOf>;
    expect(answer.MetricDataResults[0]).toMatchObject({
      Timestamps: [new Date('2026-11-25T10:15:00Z')],
      Values: [value],
    });
  });

  test('has none in another unit', () => {
    const query = { MetricStat: { ...METRIC_STAT, Unit: 'Count' } };
    expect((withWaits().data(query) as ReturnType<typeof resultOf>).MetricDataResults[0]?.Values).toEqual([]);
  });
});

describe('GetDashboard', () => {
  test('gives the body of the dashboard of that name', () => {
    expect(given().cloudWatch.handle('GetDashboard', { DashboardName: 'night' })).toEqual({
      DashboardArn: 'arn:aws:cloudwatch::123456789012:dashboard/night',
      DashboardBody: '{"widgets":[]}',
      DashboardName: 'night',
    });
  });

  test('of one that there is not is refused as AWS refuses it', () => {
    expect(() => given().cloudWatch.handle('GetDashboard', { DashboardName: 'day' })).toThrow(
      expect.objectContaining({ code: 'DashboardNotFoundError', status: 404 }),
    );
  });
});
