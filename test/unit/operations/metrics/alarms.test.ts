import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from '@jest/globals';
import { readAlarms, thresholdsOf } from '../../../../operations/metrics/alarms.ts';
import { alarmDescription } from '../../../../services/shared/alarm-guide.ts';
import { FakeAws } from '../aws/fake-aws.ts';

const TARGET = { stackName: 'my-stack' };
const SINCE = new Date('2026-11-26T10:00Z');

const ERRORS: MetricAlarm = {
  AlarmName: 'errors',
  AlarmDescription: alarmDescription({ problem: 'audit fails', command: 'dlq list', entry: '3-broken' }, 'my-stack'),
  StateValue: 'ALARM',
  StateReason: 'Threshold Crossed',
  StateTransitionedTimestamp: SINCE,
  Namespace: 'AWS/Lambda',
  MetricName: 'Errors',
  Dimensions: [{ Name: 'FunctionName', Value: 'audit' }],
  Statistic: 'Sum',
  Period: 300,
  EvaluationPeriods: 3,
  DatapointsToAlarm: 2,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
};

const named = (physicalId: string) => ({ logicalId: physicalId, physicalId, type: 'AWS::CloudWatch::Alarm' });

async function read(...described: readonly MetricAlarm[]) {
  const aws = new FakeAws({ DescribeAlarms: () => ({ MetricAlarms: described }) });
  const { clients } = aws;
  const queue = { ...named('queue'), type: 'AWS::SQS::Queue' };
  const found = await readAlarms({ clients, target: TARGET }, [
    queue,
    ...described.map((each) => named(each.AlarmName ?? '')),
  ]);
  return { aws, ...found };
}

describe('the alarms of a stack', () => {
  test('are asked for by name, and say what is wrong, what to do, and what they watch', async () => {
    const { aws, alarms } = await read(ERRORS);
    expect(aws.inputs('DescribeAlarms')).toEqual([{ AlarmNames: ['errors'], MaxRecords: 100 }]);
    expect(alarms).toEqual([
      {
        name: 'errors',
        state: 'ALARM',
        since: SINCE.getTime(),
        reason: 'Threshold Crossed',
        problem: 'audit fails',
        command: 'dlq list',
        entry: '3-broken',
        watches: {
          namespace: 'AWS/Lambda',
          name: 'Errors',
          dimensions: { FunctionName: 'audit' },
          statistic: 'Sum',
          periodSeconds: 300,
          comparison: 'greater than or equal to',
          threshold: 1,
          datapoints: 2,
          periods: 3,
        },
      },
    ]);
  });

  test('given several, those that are on are first', async () => {
    const states = ['OK', 'INSUFFICIENT_DATA', 'ALARM'] as const;
    const { alarms } = await read(...states.map((StateValue) => ({ ...ERRORS, AlarmName: StateValue, StateValue })));
    expect(alarms.map(({ name }) => name)).toEqual(['ALARM', 'INSUFFICIENT_DATA', 'OK']);
  });

  test('given a description in other words, all of it is what is wrong', async () => {
    const { alarms } = await read({ ...ERRORS, AlarmDescription: 'An older one' });
    expect(alarms[0]).toMatchObject({ problem: 'An older one' });
    expect(alarms[0]).not.toHaveProperty('command');
  });

  test('given more than one call may name, there are more calls', async () => {
    const aws = new FakeAws({ DescribeAlarms: () => ({ MetricAlarms: [] }) });
    await readAlarms(
      { clients: aws.clients, target: TARGET },
      Array.from({ length: 101 }, (_, index) => named(`a${index}`)),
    );
    expect(aws.inputs('DescribeAlarms').map(({ AlarmNames }) => AlarmNames.length)).toEqual([100, 1]);
  });

  test('given credentials that may not read them, it says so, and the rest goes on', async () => {
    const denied = Object.assign(new Error('not authorized to perform: cloudwatch:DescribeAlarms'), {
      name: 'AccessDenied',
    });
    const aws = new FakeAws({
      DescribeAlarms: () => {
        throw denied;
      },
    });
    const found = await readAlarms({ clients: aws.clients, target: TARGET }, [named('a')]);
    expect(found).toEqual({ alarms: [], problem: expect.stringContaining('cloudwatch:DescribeAlarms') });
  });
});

describe('the thresholds of a graph', () => {
  const line = {
    label: 'audit',
    namespace: 'AWS/Lambda',
    name: 'Errors',
    dimensions: { FunctionName: 'audit' },
    statistic: 'Sum',
    periodSeconds: 300,
  };

  test('are those of alarms on its lines, each value once', async () => {
    const other = { ...ERRORS, AlarmName: 'other', Dimensions: [{ Name: 'FunctionName', Value: 'mail' }] };
    const { alarms } = await read(ERRORS, other, { ...ERRORS, AlarmName: 'high', Threshold: 10 });
    const metrics = [line, { ...line, dimensions: { FunctionName: 'mail' } }];
    expect(thresholdsOf({ metrics }, alarms)).toEqual([
      { value: 1, comparison: 'greater than or equal to', alarms: ['errors', 'other'] },
      { value: 10, comparison: 'greater than or equal to', alarms: ['high'] },
    ]);
  });

  test.each([
    ['of another period, whose sums are others', { periodSeconds: 60 }],
    ['of another statistic', { statistic: 'Maximum' }],
    ['with another dimension', { dimensions: { FunctionName: 'audit', Resource: 'audit' } }],
    ['of another name', { name: 'Throttles' }],
  ])('given a line %s, it has none', async (_what, more) => {
    const { alarms } = await read(ERRORS);
    expect(thresholdsOf({ metrics: [{ ...line, ...more }] }, alarms)).toEqual([]);
  });

  test('given an age, an alarm on shorter periods has the same values', async () => {
    const age = { ...line, name: 'Age', statistic: 'Maximum' };
    const { alarms } = await read({ ...ERRORS, MetricName: 'Age', Statistic: 'Maximum', Period: 60 });
    expect(thresholdsOf({ metrics: [age] }, alarms)).toHaveLength(1);
  });
});
