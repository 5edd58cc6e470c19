import { expect, test } from '@jest/globals';
import type { MeasuredGraph } from '../../../../operations/metrics/read-metrics.ts';
import { serviceLevelOf } from '../../../../operations/metrics/service-level.ts';

const TARGET = 5000;

/** The graph of the service level, with these percentiles. */
function graphOf(...values: readonly number[]): Pick<MeasuredGraph, 'metrics' | 'limits'> {
  const metric = { label: 'p99', namespace: 'N', name: 'RegistrationToUri', dimensions: {}, periodSeconds: 300 };
  const points = values.map((value, index) => [index, value] as const);
  const whole = values.length === 0 ? null : Math.max(...values);
  const measured = { ...metric, points, whole, latest: values.at(-1) ?? null, latestAt: null };
  return {
    limits: [{ label: 'service level, p99', value: TARGET }],
    metrics: [
      { ...measured, statistic: 'p50', whole: 1 },
      { ...measured, statistic: 'p99' },
    ],
  };
}

test.each([
  [[1000, 2000], 0, '99 of 100 users have their URI within 5 s: kept in 2 of 2 periods of 5 min with registrations.'],
  [[6000, 5000, 7000], 2, 'kept in 1 of 3 periods'],
  [[], 0, 'there was no registration in this time'],
])('given the percentiles %j, it is missed in %i periods', (values, missed, text) => {
  expect(serviceLevelOf([{ limits: [], metrics: [] }, graphOf(...values)])).toMatchObject({
    target: TARGET,
    highest: values.length === 0 ? null : Math.max(...values),
    latest: values.at(-1) ?? null,
    periods: values.length,
    missed,
    text: expect.stringContaining(text),
  });
});

test('given a dashboard without it, there is none', () => {
  expect(serviceLevelOf([{ limits: [], metrics: [] }])).toBeUndefined();
});

test('given graphs that only look like it, there is none', () => {
  const { limits, metrics } = graphOf(1000);
  const [half, whole] = metrics;
  if (half === undefined || whole === undefined) throw new Error('The graph has two lines.');
  expect(serviceLevelOf([{ limits, metrics: [] }])).toBeUndefined();
  expect(serviceLevelOf([{ limits, metrics: [half, { ...whole, name: 'Other' }] }])).toBeUndefined();
  expect(serviceLevelOf([{ limits: [], metrics }])).toBeUndefined();
});
