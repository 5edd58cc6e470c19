import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  countArchivedEvents,
  EventTimeline,
  estimateMatchedEvents,
} from '../../../../operations/replay/event-counts.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';
import { HOUR_MS, NOW, subscriber } from './plans.ts';

const WINDOW = { from: 1000, to: 5000 };

function line(timestamp: number, ...rules: string[]) {
  return { timestamp, message: JSON.stringify({ id: 'x', rules }) };
}

/** Logs that answer these pages. */
function logs(...pages: object[]) {
  return new FakeAws({
    FilterLogEvents: ({ nextToken }) => ({
      events: pages[Number(nextToken ?? 0)],
      ...(Number(nextToken ?? 0) + 1 < pages.length && { nextToken: String(Number(nextToken ?? 0) + 1) }),
    }),
  });
}

function count(aws: FakeAws, ...rules: string[]) {
  return countArchivedEvents(aws.clients.of(CloudWatchLogsClient), 'all', WINDOW, rules);
}

describe('archived events', () => {
  test('are counted for each rule, and once each in all, through all pages', async () => {
    const aws = logs([line(1000, 'a', 'other'), line(2000, 'a', 'b')], [], [line(3000, 'b'), line(4000, 'other')]);
    const counted = await count(aws, 'a', 'b', 'c');
    expect(Object.fromEntries(counted?.byRule ?? [])).toEqual({ a: 2, b: 2, c: 0 });
    expect(counted?.timeline.total).toBe(3);
    expect(counted?.timeline.countUpTo(2000)).toBe(2);
    expect(aws.inputs('FilterLogEvents')).toHaveLength(3);
  });

  test('are reported page by page, for those who wait', async () => {
    const client = logs([line(1000, 'a'), line(2000, 'b')], [], [line(3000, 'other')]).clients.of(CloudWatchLogsClient);
    const counts: number[] = [];
    await countArchivedEvents(client, 'all', WINDOW, ['a'], (events) => void counts.push(events));
    expect(counts).toEqual([2, 2, 3]);
  });

  test('are those of the window, whose end is no part of it', async () => {
    const aws = logs([]);
    await count(aws, 'a');
    expect(aws.inputs('FilterLogEvents')).toEqual([
      { logGroupName: '/local-engine/archive/all', startTime: 1000, endTime: 4999 },
    ]);
  });

  test.each(['ResourceNotFoundException', 'AccessDeniedException'])(
    'cannot be counted where there is no such log group: %s',
    async (name) => {
      const aws = new FakeAws({
        FilterLogEvents: () => {
          throw awsError(name);
        },
      });
      expect(await count(aws, 'a')).toBeUndefined();
    },
  );

  test('fail to be counted as the call fails', async () => {
    const aws = new FakeAws({
      FilterLogEvents: () => {
        throw awsError('ThrottlingException');
      },
    });
    await expect(count(aws, 'a')).rejects.toThrow('ThrottlingException');
  });
});

test('counts the events up to a second and with it', () => {
  const timeline = new EventTimeline([5000, 1000, 1999, 3000]);
  expect(timeline.total).toBe(4);
  expect([0, 999, 1000, 2999, 3000, 4999, 5000, 9000].map((time) => timeline.countUpTo(time))).toEqual([
    0, 0, 2, 2, 3, 3, 4, 4,
  ]);
});

test('of no event counts none', () => {
  expect(new EventTimeline([]).total).toBe(0);
  expect(new EventTimeline([]).countUpTo(Date.now())).toBe(0);
});

test('counts as one would by hand, whatever the times', () => {
  const times = fc.array(fc.integer({ min: 0, max: 60_000 }));
  fc.assert(
    fc.property(times, fc.integer({ min: 0, max: 61_000 }), (all, time) => {
      const second = Math.floor(time / 1000);
      const byHand = all.filter((each) => Math.floor(each / 1000) <= second).length;
      expect(new EventTimeline(all).countUpTo(time)).toBe(byHand);
    }),
  );
});

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
    expect(await estimateMatchedEvents(aws.clients.of(CloudWatchClient), [A, B], window, NOW)).toEqual(
      new Map([[A, 6]]),
    );
  });

  test('is asked by bus and rule, and on the default bus by rule alone', async () => {
    const aws = cloudwatch([]);
    const onDefault = A.replace('rule/bus/', 'rule/');
    await estimateMatchedEvents(
      aws.clients.of(CloudWatchClient),
      [A, onDefault],
      { from: NOW - HOUR_MS, to: NOW },
      NOW,
    );
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
    await estimateMatchedEvents(
      aws.clients.of(CloudWatchClient),
      [A],
      { from: to - hours * HOUR_MS, to },
      NOW + 12_345,
    );
    const [{ MetricDataQueries, StartTime }] = aws.inputs('GetMetricData');
    expect(MetricDataQueries[0].MetricStat.Period).toBe(period);
    expect(StartTime.getTime() % (period * 1000)).toBe(0);
  });
});
