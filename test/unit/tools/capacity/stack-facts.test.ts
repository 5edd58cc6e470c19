import { expect, test } from '@jest/globals';
import { stackFacts } from '../../../../tools/capacity/stack-facts.ts';

const resource = (Type: string, Properties: Readonly<Record<string, unknown>> = {}) => ({ Type, Properties });

test('facts are read out of the template: nothing is known beforehand', () => {
  const facts = stackFacts({
    Resources: {
      Pipe: resource('AWS::Pipes::Pipe', {
        SourceParameters: {
          DynamoDBStreamParameters: { BatchSize: 7, ParallelizationFactor: 4, MaximumRecordAgeInSeconds: 7200 },
        },
      }),
      Queue: resource('AWS::SQS::Queue', { MessageRetentionPeriod: 172_800 }),
      DeadLetters: resource('AWS::SQS::Queue'),
      Rule: resource('AWS::Events::Rule', {
        EventPattern: { 'detail-type': ['BucketCreated'] },
        Targets: [{ Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
      }),
      Handler: resource('AWS::Lambda::Function', {
        MemorySize: 256,
        TracingConfig: { Mode: 'Active' },
        Environment: { Variables: { POWERTOOLS_SERVICE_NAME: 'greeter' } },
      }),
      Mapping: resource('AWS::Lambda::EventSourceMapping', {
        BatchSize: 5,
        EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
        FunctionName: { Ref: 'Handler' },
        ScalingConfig: { MaximumConcurrency: 3 },
      }),
      Archive: resource('AWS::Events::Archive', { RetentionDays: 30 }),
      Log: resource('AWS::Logs::LogGroup', { RetentionInDays: 14 }),
      OneMetric: resource('AWS::CloudWatch::Alarm', { MetricName: 'Errors' }),
      TwoMetrics: resource('AWS::CloudWatch::Alarm', {
        Metrics: [{ Expression: 'a / b' }, { MetricStat: {} }, { MetricStat: {} }],
      }),
      Dashboard: resource('AWS::CloudWatch::Dashboard'),
    },
  });
  expect(facts).toMatchObject({
    functions: 1,
    queues: 2,
    pipes: 1,
    pipeBatchSize: 7,
    pipeLanes: 4,
    pipeHours: 2,
    tables: 0,
    archiveDays: 30,
    logDays: 14,
    alarms: 2,
    alarmMetrics: 3,
    dashboards: 1,
  });
  expect(facts.subscribers).toMatchObject([
    {
      name: 'greeter',
      events: ['BucketCreated'],
      memoryMb: 256,
      isTraced: true,
      batchSize: 5,
      concurrency: 3,
      queueDays: 2,
    },
  ]);
});

test('a template without archive or functions has none', () => {
  expect(stackFacts({ Resources: {} })).toMatchObject({ subscribers: [], pipes: 0, dashboards: 0, logDays: 0 });
  expect(stackFacts({ Resources: {} })).not.toHaveProperty('archiveDays');
});

test.each([
  ['without an age', {}, 24],
  ['of any age', { MaximumRecordAgeInSeconds: -1 }, 24],
  ['older than the stream keeps them', { MaximumRecordAgeInSeconds: 604_800 }, 24],
  ['of an hour', { MaximumRecordAgeInSeconds: 3600 }, 1],
])('a pipe that gives up records %s keeps them for this many hours', (_, DynamoDBStreamParameters, hours) => {
  const Pipe = resource('AWS::Pipes::Pipe', { SourceParameters: { DynamoDBStreamParameters } });
  expect(stackFacts({ Resources: { Pipe } })).toMatchObject({ pipes: 1, pipeLanes: 1, pipeHours: hours });
});
