import { describe, expect, test } from '@jest/globals';
import { estimateMatchedEvents } from '../../../../operations/replay/matched-events.ts';
import { FakeAws } from '../aws/fake-aws.ts';
import { HOUR_MS, NOW, subscriber } from './plans.ts';

const [A, B] = [subscriber('a').ruleArn, subscriber('b').ruleArn];

function cloudwatch(...pages: object[][]) {
  return new FakeAws({
    GetMetricData: ({ NextToken }) => {
      const page = Number(NextToken ?? 0);
      return { MetricDataResults: pages[page], ...(page + 1 < pages.length && { NextToken: String(page + 1) }) };
    },
  });
}

describe('what rules matched', () => {
  test('is the sum of their periods, over all pages; a rule without data is not known', async () => {
    const aws = cloudwatch(
      [
        { Id: 'm0', Values: [1, 2] },
        { Id: 'm1', Values: [] },
      ],
      [{ Id: 'm0', Values: [3] }],
    );
    const window = { from: NOW - HOUR_MS, to: NOW };
    expect(await estimateMatchedEvents(aws.client(), [A, B], window, NOW)).toEqual(new Map([[A, 6]]));
  });

  test('is asked by bus and rule, and on the default bus by rule alone', async () => {
    const aws = cloudwatch([]);
    const onDefault = A.replace('rule/bus/', 'rule/');
    await estimateMatchedEvents(aws.client(), [A, onDefault], { from: NOW - HOUR_MS, to: NOW }, NOW);
    const [{ MetricDataQueries }] = aws.inputs('GetMetricData');
    const dimensions = MetricDataQueries.map(
      (query: { MetricStat: { Metric: { Dimensions: object[] } } }) => query.MetricStat.Metric.Dimensions,
    );
    expect(dimensions).toEqual([
      [
        { Name: 'EventBusName', Value: 'bus' },
        { Name: 'RuleName', Value: 'a-rule' },
      ],
      [{ Name: 'RuleName', Value: 'a-rule' }],
    ]);
    expect(MetricDataQueries[0].MetricStat).toMatchObject({
      Metric: { Namespace: 'AWS/Events', MetricName: 'MatchedEvents' },
      Stat: 'Sum',
    });
  });

  test.each([
    ['an hour', 1, 0, 60],
    ['a day, two weeks ago', 24, 13 * 24, 60],
    ['an hour, twenty days ago', 1, 20 * 24, 300],
    ['three days', 72, 0, 300],
    ['a month', 30 * 24, 0, 3600],
    ['an hour, a year ago', 1, 365 * 24, 3600],
  ])('in %s is read in periods that CloudWatch still has', async (_, hours, hoursAgo, period) => {
    const aws = cloudwatch([]);
    const to = NOW + 12_345 - hoursAgo * HOUR_MS;
    await estimateMatchedEvents(aws.client(), [A], { from: to - hours * HOUR_MS, to }, NOW + 12_345);
    const [{ MetricDataQueries, StartTime }] = aws.inputs('GetMetricData');
    expect(MetricDataQueries[0].MetricStat.Period).toBe(period);
    expect(StartTime.getTime() % (period * 1000)).toBe(0);
  });
});
