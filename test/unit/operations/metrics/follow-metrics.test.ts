import { expect, test } from '@jest/globals';
import type { Target } from '../../../../operations/aws/target.ts';
import { type FollowOptions, followMetrics } from '../../../../operations/metrics/follow-metrics.ts';
import { FakeAws } from '../aws/fake-aws.ts';

const HOUR_MS = 3_600_000;
const LOCAL = { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1' };

/** Follows a stack's metrics for some turns. @param tookMs by the clock, from one look at it to the next */
async function follow(target: Target, turns: number, tookMs = 0, more: Partial<FollowOptions> = {}) {
  const aws = new FakeAws({
    ListStackResources: () => ({
      StackResourceSummaries: [
        { LogicalResourceId: 'D', PhysicalResourceId: 'board', ResourceType: 'AWS::CloudWatch::Dashboard' },
      ],
    }),
    GetDashboard: () => ({ DashboardBody: '{}' }),
    DescribeAlarms: () => ({}),
  });
  const on = { clients: aws.clients, target, stack: { name: 's', outputs: {} } };
  const end = new AbortController();
  const pauses: number[] = [];
  let time = 1_000_000;
  const clock = {
    now: () => time,
    pause: async (ms: number) => {
      time += ms;
      if (pauses.push(ms) === turns) end.abort();
    },
  };
  const windows: object[] = [];
  const options = { spanMs: HOUR_MS, signal: end.signal, clock, now: () => 10 * HOUR_MS, ...more };
  for await (const { window } of followMetrics(on, options)) {
    windows.push(window);
    time += tookMs;
  }
  return { windows, pauses, read: aws.inputs('GetDashboard').length };
}

test('given an engine, then its numbers are read every two seconds, back to the span', async () => {
  const { windows, pauses, read } = await follow(LOCAL, 3);
  expect(windows).toEqual(Array.from({ length: 3 }, () => ({ from: 9 * HOUR_MS, to: 10 * HOUR_MS })));
  expect([pauses, read]).toEqual([[2000, 2000, 2000], 1]);
});

test('given a stack on AWS, then they are read every minute, and the dashboard itself with them', async () => {
  const { pauses, read } = await follow({ stackName: 's' }, 3);
  expect([pauses, read]).toEqual([[60_000, 60_000, 60_000], 3]);
});

test('given an engine for a minute, then its dashboard is read a second time', async () => {
  expect((await follow(LOCAL, 30)).read).toBe(1);
  expect((await follow(LOCAL, 31)).read).toBe(2);
  expect((await follow(LOCAL, 60)).read).toBe(2);
});

test('given readings that take long, then the pauses are longer, but shorter than if more time were counted', async () => {
  const [pause = 0] = (await follow(LOCAL, 1, 10_000)).pauses;
  expect(pause).toBeGreaterThan(2000);
  expect(pause).toBeLessThan(200_000);
});

test('given no time of its own, then the span ends at the time of the pipeline', async () => {
  const before = Date.now();
  const { windows } = await follow(LOCAL, 1, 0, { now: undefined } as object);
  const [{ to }] = windows as [{ to: number }];
  expect(to).toBeGreaterThanOrEqual(before);
});

test('given an end before the start, then nothing is given', async () => {
  expect((await follow(LOCAL, 1, 0, { signal: AbortSignal.abort() })).windows).toEqual([]);
});
