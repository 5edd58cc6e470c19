import { describe, expect, test } from '@jest/globals';
import {
  metricDataQueries,
  metricStatistics,
} from '../../../../packages/local-engine/cloudwatch/cloudwatch-request.ts';

const METRIC = { Namespace: 'AWS/SQS', MetricName: 'Messages' };
const RANGE = { StartTime: 1_000, EndTime: 2_000 };
const QUERY = { Id: 'm1', MetricStat: { Metric: METRIC, Period: 60, Stat: 'Sum' } };
const statOf = (more: object) => [{ Id: 'm1', MetricStat: { ...QUERY.MetricStat, ...more } }];

describe('times of a range', () => {
  test.each([
    { given: 'seconds, as JSON has them', start: 1_000 },
    { given: 'ISO 8601, as the query protocol has them', start: '1970-01-01T00:16:40Z' },
    { given: 'a date, as CBOR has them', start: new Date(1_000_000) },
  ])('given $given, they are read', ({ start }) => {
    const [query] = metricDataQueries({ MetricDataQueries: [QUERY], ...RANGE, StartTime: start });
    expect(query?.points).toMatchObject({ start: 1_000_000, end: 2_000_000, periodMs: 60_000 });
  });
});

describe('what GetMetricData refuses', () => {
  test.each<{ given: string; request: object; code?: string; message: RegExp }>([
    { given: 'no queries', request: { MetricDataQueries: [] }, message: /MetricDataQueries is required/ },
    { given: '501 queries', request: { MetricDataQueries: Array(501).fill(QUERY) }, message: /greater than 500/ },
    {
      given: 'an id that begins with a capital',
      request: { MetricDataQueries: [{ ...QUERY, Id: 'M1' }] },
      message: /M1/,
    },
    { given: 'no id', request: { MetricDataQueries: [{ MetricStat: QUERY.MetricStat }] }, message: /member\.1\.Id/ },
    { given: 'an id twice', request: { MetricDataQueries: [QUERY, QUERY] }, message: /not unique: m1/ },
    {
      given: 'an expression',
      request: { MetricDataQueries: [{ Id: 'e', Expression: 'm1 * 2' }] },
      message: /no expressions: query e/,
    },
    {
      given: 'an unknown statistic',
      request: { MetricDataQueries: statOf({ Stat: 'Median' }) },
      message: /not Median/,
    },
    { given: 'a period of 45 seconds', request: { MetricDataQueries: statOf({ Period: 45 }) }, message: /not 45/ },
    { given: 'a period of 90 seconds', request: { MetricDataQueries: statOf({ Period: 90 }) }, message: /not 90/ },
    { given: 'no period', request: { MetricDataQueries: statOf({ Period: undefined }) }, message: /Period/ },
    { given: 'an end before the start', request: { EndTime: 900 }, message: /StartTime must be less/ },
    { given: 'an empty range', request: { EndTime: 1_000 }, message: /StartTime must be less/ },
    {
      given: 'no start',
      request: { StartTime: undefined },
      code: 'MissingRequiredParameterException',
      message: /StartTime/,
    },
    {
      given: 'an end that is no time',
      request: { EndTime: 'soon' },
      code: 'InvalidParameterValueException',
      message: /EndTime is no time: soon/,
    },
    {
      given: 'no metric',
      request: { MetricDataQueries: statOf({ Metric: undefined }) },
      code: 'MissingRequiredParameterException',
      message: /Namespace/,
    },
  ])('given $given, the error says so', ({ request, code = 'ValidationError', message }) => {
    expect(() => metricDataQueries({ MetricDataQueries: [QUERY], ...RANGE, ...request })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

describe('what GetMetricStatistics refuses', () => {
  test.each([
    { given: 'no statistics', request: { Statistics: [] }, code: 'InvalidParameterCombinationException' },
    { given: 'a percentile', request: { ExtendedStatistics: ['p99'] }, code: 'InvalidParameterValueException' },
    { given: 'an unknown statistic', request: { Statistics: ['p50'] }, code: 'InvalidParameterValueException' },
    { given: 'a period of 7 seconds', request: { Period: 7 }, code: 'InvalidParameterValueException' },
    { given: 'an end before the start', request: { EndTime: 1 }, code: 'InvalidParameterCombinationException' },
    { given: 'no name', request: { MetricName: undefined }, code: 'MissingRequiredParameterException' },
  ])('given $given, the answer is $code', ({ request, code }) => {
    const whole = { ...METRIC, ...RANGE, Period: 60, Statistics: ['Sum'], ...request };
    expect(() => metricStatistics(whole)).toThrow(expect.objectContaining({ code }));
  });
});
