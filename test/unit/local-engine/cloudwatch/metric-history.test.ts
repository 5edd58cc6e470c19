import { describe, expect, test } from '@jest/globals';
import {
  addValue,
  distributionOf,
  MetricHistory,
  statisticOf,
} from '../../../../packages/local-engine/cloudwatch/metric-history.ts';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-25T10:20:00Z');
const handled = { namespace: 'UserBucketPipeline', name: 'EventsHandled', dimensions: { service: 'audit' } };

/** All points of a metric, minute by minute. */
const pointsOf = (history: MetricHistory, metric = handled) =>
  history.points({ metric, start: 0, end: NOW + 10_000 * MINUTE, periodMs: MINUTE });

describe('the history of metrics', () => {
  test('tells metrics apart by their dimensions, in whatever order these stand', () => {
    const history = new MetricHistory();
    const dimensions = { EventBusName: 'main', RuleName: 'audit' };
    history.add({ metric: { ...handled, dimensions }, unit: 'Count', at: NOW, value: 1 });
    const turned = { RuleName: 'audit', EventBusName: 'main' };
    expect(pointsOf(history, { ...handled, dimensions: turned } as never)).toHaveLength(1);
    expect(pointsOf(history)).toEqual([]);
  });

  test('keeps a day, however long the engine runs', () => {
    const history = new MetricHistory();
    for (let minute = 0; minute < 2000; minute++) {
      history.add({ metric: handled, unit: 'Count', at: NOW + minute * MINUTE, value: 1 });
    }
    const points = pointsOf(history);
    expect(points).toHaveLength(1440);
    expect(points.at(-1)?.at).toEqual(new Date(NOW + 1999 * MINUTE));
  });

  test('keeps a thousand metrics, whatever a function sends', () => {
    const history = new MetricHistory();
    const metricOf = (user: number) => ({ ...handled, dimensions: { service: `${user}` } });
    for (let user = 0; user < 1500; user++) {
      history.add({ metric: metricOf(user), unit: 'Count', at: NOW, value: 1 });
    }
    expect(pointsOf(history, metricOf(999))).toHaveLength(1);
    expect(pointsOf(history, metricOf(1000))).toEqual([]);
  });
});

describe('a distribution', () => {
  test('of many values keeps few, and percentiles to half a percent', () => {
    const values = distributionOf(1);
    for (let value = 2; value <= 100_000; value++) addValue(values, value);
    expect(values.values?.size).toBeLessThan(3000);
    expect(Math.abs(statisticOf(values, 'p99') / 99_000 - 1)).toBeLessThan(0.005);
    expect(statisticOf(values, 'SampleCount')).toBe(100_000);
    expect(statisticOf(values, 'Maximum')).toBe(100_000);
  });

  test('of one value, however often it comes, has that as its percentiles', () => {
    const values = distributionOf(1234.5);
    addValue(values, 1234.5, 9);
    expect(['p1', 'p50', 'p99.9'].map((statistic) => statisticOf(values, statistic))).toEqual([1234.5, 1234.5, 1234.5]);
    expect(statisticOf(values, 'Sum')).toBe(12_345);
  });
});
