import { afterEach, describe, expect, test } from '@jest/globals';
import { cloudWatchAlarm } from '../../../../packages/local-engine/cloudwatch/alarm-resource.ts';
import { createAlarms } from '../../../../packages/local-engine/cloudwatch/index.ts';
import { MetricHistory } from '../../../../packages/local-engine/cloudwatch/metric-history.ts';
import { ACCOUNT, makeParts } from '../support/parts.ts';
import { makeQueues, queueArn, queueProps } from '../support/queues.ts';

const MINUTE_MS = 60_000;

const ERRORS = {
  Namespace: 'AWS/Lambda',
  MetricName: 'Errors',
  Dimensions: [{ Name: 'FunctionName', Value: 'f' }],
  Statistic: 'Sum',
  Period: 300,
  EvaluationPeriods: 1,
  Threshold: 2,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  TreatMissingData: 'notBreaching',
  AlarmDescription: 'f fails',
  AlarmActions: ['arn:aws:sns:ap-northeast-1:111122223333:people'],
};
const DEPTH = {
  ...ERRORS,
  Namespace: 'AWS/SQS',
  MetricName: 'ApproximateNumberOfMessagesVisible',
  Dimensions: [{ Name: 'QueueName', Value: 'dlq' }],
  Statistic: 'Maximum',
  Period: 60,
  Threshold: 1,
};

interface Described {
  readonly AlarmName: string;
  readonly StateValue: string;
  readonly StateReason: string;
  readonly StateUpdatedTimestamp: Date;
}

const started: { stop(): void }[] = [];
afterEach(() => {
  for (const alarms of started.splice(0)) alarms.stop();
});

/** An account with the queue `dlq`, at the beginning of a minute, in which alarms are evaluated every minute. */
function given(definitions: Readonly<Record<string, object>>) {
  const { clock, ...parts } = makeParts();
  clock.skip(MINUTE_MS - (clock.now() % MINUTE_MS));
  const queues = makeQueues({ clock, ...parts }, 'dlq');
  const history = new MetricHistory();
  const alarms = createAlarms({ account: ACCOUNT, clock, queues, metrics: history });
  started.push(alarms);
  const put = (name: string, properties: object) => {
    const naming = { physicalName: name, account: ACCOUNT, endpoint: '', createdAt: 0, properties: () => ({}) };
    const identity = cloudWatchAlarm.identify(naming);
    const creation = { logicalId: name, physicalName: name, identity, properties: { ...properties } };
    cloudWatchAlarm.check?.(creation.properties, ACCOUNT);
    return cloudWatchAlarm.create({ ...creation, services: { alarms } });
  };
  for (const [name, properties] of Object.entries(definitions)) put(name, properties);
  const describe = (request: object = {}) =>
    (alarms.describe({ ...request }) as { MetricAlarms: Described[] }).MetricAlarms;
  const fail = (times: number) => {
    const metric = { namespace: 'AWS/Lambda', name: 'Errors', dimensions: { FunctionName: 'f' } };
    for (let time = 0; time < times; time++) history.add({ metric, unit: 'Count', at: clock.now(), value: 1 });
  };
  return { clock, queues, alarms, history, put, describe, fail, state: () => describe()[0]?.StateValue };
}

describe('an alarm on a sum', () => {
  test('goes off when the minute is over in which the sum of its period reaches the threshold, and ends a period later', () => {
    const { clock, fail, state, describe } = given({ errors: ERRORS });
    expect(state()).toBe('OK');
    fail(1);
    clock.skip(2 * MINUTE_MS);
    fail(1);
    // The running minute does not count.
    expect(state()).toBe('OK');
    clock.skip(MINUTE_MS);
    expect(describe()).toMatchObject([
      {
        AlarmName: 'errors',
        StateValue: 'ALARM',
        StateReason:
          'Threshold Crossed: 1 datapoint [2] was greater than or equal to the threshold (2) (minimum 1 datapoint for OK -> ALARM transition).',
      },
    ]);
    // A window of five minutes that moves by a minute: the first failure leaves it.
    clock.skip(3 * MINUTE_MS);
    expect(state()).toBe('OK');
  });

  test('has what its template says, and since when it is in its state', () => {
    const { clock, alarms, fail, describe } = given({ errors: ERRORS });
    alarms.start();
    fail(2);
    const begun = clock.now();
    clock.skip(MINUTE_MS);
    clock.skip(MINUTE_MS / 2);
    const [alarm] = describe();
    expect(alarm).toMatchObject({
      ...ERRORS,
      AlarmArn: 'arn:aws:cloudwatch:ap-northeast-1:111122223333:alarm:errors',
      ActionsEnabled: true,
      OKActions: [],
      StateValue: 'ALARM',
    });
    // By the evaluation of each minute, not by when it was asked for.
    expect((alarm?.StateUpdatedTimestamp.getTime() ?? 0) - begun).toBeLessThan(MINUTE_MS * 1.5);
  });
});

describe('an alarm on a queue', () => {
  test('knows the messages of now, and of the minutes before', async () => {
    const { clock, queues, alarms, describe } = given({
      dlq: { ...DEPTH, EvaluationPeriods: 2, DatapointsToAlarm: 2 },
    });
    alarms.start();
    await queues.send(queueArn('dlq'), 'lost');
    expect(describe({ StateValue: 'ALARM' })).toEqual([]);
    clock.skip(MINUTE_MS);
    expect(describe()).toMatchObject([{ StateValue: 'OK' }]);
    clock.skip(MINUTE_MS);
    expect(describe()).toMatchObject([{ StateValue: 'ALARM' }]);
  });

  test('given one that needs one data point, it goes off at once', async () => {
    const { queues, state } = given({ dlq: DEPTH });
    await queues.send(queueArn('dlq'), 'lost');
    expect(state()).toBe('ALARM');
  });
});

test('given an alarm on a percentile, it compares that of all values of the period', () => {
  const latency = { Namespace: 'Own', MetricName: 'Latency', Dimensions: [], Threshold: 90, Period: 120 };
  const { Statistic: _, ...others } = ERRORS;
  const { clock, history, state } = given({
    slow: { ...others, ...latency, ExtendedStatistic: 'p50', ComparisonOperator: 'GreaterThanThreshold' },
  });
  const metric = { namespace: 'Own', name: 'Latency', dimensions: {} };
  for (const value of [10, 100, 100]) {
    history.add({ metric, unit: 'Milliseconds', at: clock.now(), value });
    clock.skip(MINUTE_MS / 2);
  }
  clock.skip(MINUTE_MS / 2);
  expect(state()).toBe('ALARM');
});

describe('DescribeAlarms', () => {
  const names = (described: readonly Described[]) => described.map(({ AlarmName }) => AlarmName);
  const all = { 'b-errors': ERRORS, 'a-errors': ERRORS, dlq: DEPTH };

  test('gives those that are asked for, by name', () => {
    const { describe } = given(all);
    expect(names(describe())).toEqual(['a-errors', 'b-errors', 'dlq']);
    expect(names(describe({ AlarmNames: ['dlq', 'unknown'] }))).toEqual(['dlq']);
    expect(names(describe({ AlarmNamePrefix: 'b' }))).toEqual(['b-errors']);
    expect(names(describe({ ActionPrefix: 'arn:aws:lambda' }))).toEqual([]);
    expect(names(describe({ AlarmTypes: ['CompositeAlarm'] }))).toEqual([]);
  });

  test('gives them page by page', () => {
    const { alarms } = given(all);
    const first = alarms.describe({ MaxRecords: 2 }) as { MetricAlarms: Described[]; NextToken: string };
    const second = alarms.describe({ MaxRecords: 2, NextToken: first.NextToken }) as typeof first;
    expect([names(first.MetricAlarms), names(second.MetricAlarms)]).toEqual([['a-errors', 'b-errors'], ['dlq']]);
    expect(second.NextToken).toBeUndefined();
  });

  test.each([
    [{ AlarmNames: ['a'], AlarmNamePrefix: 'a' }, 'mutually exclusive'],
    [{ ChildrenOfAlarmName: 'a' }, 'no composite alarms'],
    [{ MaxRecords: 101 }, 'MaxRecords must be from 1 to 100'],
    [{ NextToken: 'x' }, 'next token'],
  ])('refuses %j', (request, message) => {
    const { describe } = given(all);
    expect(() => describe(request)).toThrow(message);
  });

  test('given an alarm that has gone, it is not there', () => {
    const { alarms, describe } = given(all);
    alarms.remove('dlq');
    expect(names(describe())).toEqual(['a-errors', 'b-errors']);
  });
});

describe('an alarm that the engine cannot evaluate', () => {
  test.each([
    [{ Metrics: [{ Id: 'm1' }] }, 'no metric math'],
    [{ ComparisonOperator: 'GreaterThanUpperThreshold', ThresholdMetricId: 'ad' }, 'no anomaly detection'],
    [{ Period: 10 }, 'the period of this alarm is 10 s'],
    [{ Period: 86_400, EvaluationPeriods: 2 }, 'keeps metrics for a day'],
    [{ Statistic: undefined, ExtendedStatistic: 'tm99' }, 'not tm99'],
    [{ EvaluateLowSampleCountPercentile: 'ignore' }, 'EvaluateLowSampleCountPercentile'],
  ])('given %j, it says why, and stays without data', (more, reason) => {
    const { describe } = given({ odd: { ...ERRORS, ...more } });
    expect(describe()).toMatchObject([
      { StateValue: 'INSUFFICIENT_DATA', StateReason: expect.stringContaining(reason) },
    ]);
  });

  test.each([
    [{ EvaluationPeriods: undefined }, 'has no EvaluationPeriods'],
    [{ ComparisonOperator: undefined }, 'has no ComparisonOperator'],
    [{ DatapointsToAlarm: 2 }, 'DatapointsToAlarm 2; it must be from 1 to 1'],
    [{ TreatMissingData: 'no' }, 'TreatMissingData "no"'],
    [{ Threshold: undefined }, 'has no Threshold'],
    [{ MetricName: undefined }, 'neither Metrics'],
    [{ ExtendedStatistic: 'p99' }, 'either a Statistic or an ExtendedStatistic'],
  ])('given %j, which AWS refuses, it is refused', (more, message) => {
    expect(() => given({ odd: { ...ERRORS, ...more } })).toThrow(message);
  });
});

test('given other properties, an alarm keeps its state until it is evaluated', () => {
  const { clock, fail, state, put } = given({ errors: ERRORS });
  fail(2);
  clock.skip(MINUTE_MS);
  expect(state()).toBe('ALARM');
  put('errors', { ...ERRORS, Threshold: 3 });
  expect(state()).toBe('OK');
});

test('given a queue, each of its minutes is kept, so that a chart has them', async () => {
  const { clock, queues, alarms, history } = given({});
  queues.create(queueProps('users'));
  alarms.start();
  const begun = clock.now();
  await queues.send(queueArn('users'), 'a');
  clock.skip(MINUTE_MS);
  await queues.send(queueArn('users'), 'b');
  clock.skip(MINUTE_MS);
  const metric = {
    namespace: 'AWS/SQS',
    name: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: 'users' },
  };
  const points = history.points({ metric, start: begun, end: clock.now(), periodMs: MINUTE_MS });
  expect(points.map(({ values }) => values.max)).toEqual([1, 2]);
});

test('given a queue that is gone, its history is forgotten, and that of others is kept', async () => {
  const { clock, queues, alarms, history } = given({});
  queues.create(queueProps('temporary'));
  alarms.start();
  const begun = clock.now();
  clock.skip(MINUTE_MS);
  const pointsOf = (QueueName: string) => {
    const metric = { namespace: 'AWS/SQS', name: 'ApproximateNumberOfMessagesVisible', dimensions: { QueueName } };
    return history.points({ metric, start: begun, end: clock.now(), periodMs: MINUTE_MS }).length;
  };
  expect([pointsOf('temporary'), pointsOf('dlq')]).toEqual([1, 1]);
  queues.remove(queueArn('temporary'));
  clock.skip(MINUTE_MS);
  expect([pointsOf('temporary'), pointsOf('dlq')]).toEqual([0, 2]);
});
