import { expect, test } from '@jest/globals';
import { stackFacts } from '../../../../tools/capacity/stack-facts.ts';

const resource = (Type: string, Properties: Readonly<Record<string, unknown>> = {}) => ({ Type, Properties });

test('facts are read out of the template: nothing is known beforehand', () => {
  const facts = stackFacts({
    Resources: {
      Pipe: resource('AWS::Pipes::Pipe', {
        SourceParameters: { DynamoDBStreamParameters: { BatchSize: 7, ParallelizationFactor: 4 } },
      }),
      Queue: resource('AWS::SQS::Queue'),
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
    tables: 0,
    archiveDays: 30,
    logDays: 14,
    alarms: 2,
    alarmMetrics: 3,
    dashboards: 1,
  });
  expect(facts.subscribers).toMatchObject([
    { name: 'greeter', events: ['BucketCreated'], memoryMb: 256, isTraced: true, batchSize: 5, concurrency: 3 },
  ]);
});

test('a template without archive or functions has none', () => {
  expect(stackFacts({ Resources: {} })).toMatchObject({ subscribers: [], pipes: 0, dashboards: 0, logDays: 0 });
  expect(stackFacts({ Resources: {} })).not.toHaveProperty('archiveDays');
});
