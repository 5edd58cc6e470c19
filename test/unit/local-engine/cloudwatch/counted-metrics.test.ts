import { describe, expect, test } from '@jest/globals';
import { metricsOf } from '../../../../packages/local-engine/cloudwatch/counted-metrics.ts';
import type { Hop } from '../../../../packages/local-engine/journal/journal.ts';

const AT = Date.parse('2026-11-25T10:20:00Z');

/** The metrics of an entry, as text: `name value`, without those that are 0. */
function counted(hop: Hop, fields: object): string[] {
  return metricsOf({ sequence: 1, at: AT, hop, ...fields })
    .filter(({ value }) => value !== 0)
    .map(({ metric, value }) => `${metric.name} ${value}`);
}

describe('what is counted', () => {
  test.each<[string, Hop, object, string[]]>([
    [
      'a pipe’s batch, with its last record',
      'pipe-delivery',
      { pipe: 'p', execution: { events: 7, refused: 0 } },
      ['Invocations 1', 'EventCount 7'],
    ],
    [
      'a batch that is refused in part',
      'pipe-delivery',
      { pipe: 'p', execution: { events: 7, refused: 2 } },
      ['Invocations 1', 'EventCount 7', 'ExecutionPartiallyFailed 1'],
    ],
    [
      'a batch that is refused',
      'pipe-delivery',
      { pipe: 'p', execution: { events: 2, refused: 2 } },
      ['Invocations 1', 'EventCount 2', 'ExecutionFailed 1'],
    ],
    ['another record of a batch', 'pipe-delivery', { pipe: 'p', outcome: 'delivered' }, []],
    [
      'an event that a rule matches',
      'rule',
      { bus: 'main', rule: 'r', matched: true },
      ['MatchedEvents 1', 'TriggeredRules 1'],
    ],
    ['one that it does not', 'rule', { bus: 'main', rule: 'r', matched: false }, []],
    [
      'an event that a target got',
      'rule-delivery',
      { bus: 'main', rule: 'r', outcome: 'delivered' },
      ['Invocations 1'],
    ],
    ['an attempt that is repeated', 'rule-delivery', { bus: 'main', rule: 'r', outcome: 'refused', retryAt: AT }, []],
    [
      'one that was the last',
      'rule-delivery',
      { bus: 'main', rule: 'r', outcome: 'refused' },
      ['Invocations 1', 'FailedInvocations 1'],
    ],
    ['a dead letter', 'rule-dlq', { bus: 'main', rule: 'r', lost: false }, ['InvocationsSentToDlq 1']],
    ['one that is lost', 'rule-dlq', { bus: 'main', rule: 'r', lost: true }, ['InvocationsFailedToBeSentToDlq 1']],
    [
      'an invocation',
      'invocation',
      { functionName: 'f', outcome: 'answered', durationMs: 12.5 },
      ['Invocations 1', 'Duration 12.5'],
    ],
    [
      'one that fails',
      'invocation',
      { functionName: 'f', outcome: 'failed', durationMs: 3, errorType: 'Error' },
      ['Invocations 1', 'Errors 1', 'Duration 3'],
    ],
    [
      'one that the engine’s end cut short',
      'invocation',
      { functionName: 'f', outcome: 'failed', errorType: 'Runtime.Stopped', durationMs: 3 },
      [],
    ],
    [
      'one that is throttled',
      'invocation',
      { functionName: 'f', outcome: 'refused', errorType: 'TooManyRequestsException', durationMs: 0 },
      ['Throttles 1'],
    ],
    [
      'one that Lambda itself fails to run',
      'invocation',
      { functionName: 'f', outcome: 'refused', errorType: 'ServiceException', durationMs: 0 },
      [],
    ],
    ['that some of its events failed', 'invocation', { functionName: 'f', outcome: 'items-failed' }, []],
    ['anything else', 'archived', { archive: 'a' }, []],
  ])('of %s', (_what, hop, fields, expected) => {
    expect(counted(hop, fields)).toEqual(expected);
  });

  test('of a rule has its bus as a dimension, but for the default bus', () => {
    const dimensionsOn = (bus: string) =>
      metricsOf({ sequence: 1, at: AT, hop: 'rule', bus, rule: 'r', matched: true })[0]?.metric.dimensions;
    expect(dimensionsOn('main')).toEqual({ EventBusName: 'main', RuleName: 'r' });
    expect(dimensionsOn('default')).toEqual({ RuleName: 'r' });
  });
});

describe('a function’s log line', () => {
  const line = (fields: object) => ({
    sequence: 1,
    at: AT,
    hop: 'log' as const,
    functionName: 'f',
    line: JSON.stringify(fields),
  });
  const directive = (Name: string, Unit: string) => ({
    Namespace: 'UserBucketPipeline',
    Dimensions: [['service']],
    Metrics: [{ Name, Unit }],
  });

  test('in the embedded metric format is a sample for each value', () => {
    const embedded = {
      _aws: { Timestamp: 1, CloudWatchMetrics: [directive('RegistrationToUri', 'Milliseconds')] },
      service: 'uri-recorder',
      RegistrationToUri: [250, 300],
    };
    const metric = {
      namespace: 'UserBucketPipeline',
      name: 'RegistrationToUri',
      dimensions: { service: 'uri-recorder' },
    };
    expect(metricsOf(line(embedded))).toEqual([
      { metric, unit: 'Milliseconds', at: AT, value: 250 },
      { metric, unit: 'Milliseconds', at: AT, value: 300 },
    ]);
  });

  test.each([
    ['any other', { level: 'INFO', message: 'bucket created' }],
    ['without directives', { _aws: { Timestamp: 1 } }],
    ['with directives that say nothing', { _aws: { CloudWatchMetrics: [{ Namespace: 'N' }] } }],
    ['without the value', { _aws: { CloudWatchMetrics: [directive('Missing', 'Count')] }, service: 's' }],
  ])('%s is none', (_what, fields) => {
    expect(metricsOf(line(fields))).toEqual([]);
  });

  test('that was cut off is none', () => {
    expect(metricsOf({ ...line({}), line: '{"_aws":{"Timesta' })).toEqual([]);
  });
});
