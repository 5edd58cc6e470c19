import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { foundSubscriber, pipelineStack, synthesize } from './support/synthesize.ts';
import {
  actionsOf,
  arnOf,
  type Resource,
  resource,
  type Statement,
  statementsOfQueue,
  statementsOfRole,
} from './support/template.ts';

const DAY = 24 * 60 * 60;

describe('a subscriber', () => {
  let template: Template;
  let queueId: string;
  let queue: Resource;
  let dlqId: string;
  let dlq: Resource;
  let ruleId: string;
  let rule: Resource;

  beforeAll(() => {
    template = synthesize({
      subscribers: [
        foundSubscriber('mailer', { timeoutSeconds: 7, concurrency: 3, batchSize: 4 }),
        foundSubscriber('mail-er', { event: 'BucketCreated', replays: 'skip' }),
      ],
    });
    [queueId, queue] = resource(template, 'AWS::SQS::Queue', 'MailerQueue');
    [dlqId, dlq] = resource(template, 'AWS::SQS::Queue', 'MailerDeadLetters');
    [ruleId, rule] = resource(template, 'AWS::Events::Rule', 'MailerRule');
  });

  test('is sent the events of its contract, whole, and its dead-letter queue those that cannot be sent', () => {
    expect(rule.Properties).toEqual({
      EventBusName: { Ref: resource(template, 'AWS::Events::EventBus')[0] },
      EventPattern: { source: ['users-table'], 'detail-type': ['UserRegistered'] },
      State: 'ENABLED',
      Targets: [
        {
          Id: 'Target0',
          Arn: arnOf(queueId),
          DeadLetterConfig: { Arn: arnOf(dlqId) },
          RetryPolicy: { MaximumEventAgeInSeconds: DAY, MaximumRetryAttempts: 185 },
        },
      ],
    });
  });

  test('that stays with a version of its event is sent that one alone', () => {
    const staying = synthesize({ subscribers: [foundSubscriber('stayer', { schemaVersion: 1 })] });
    const [, { Properties }] = resource(staying, 'AWS::Events::Rule', 'StayerRule');
    expect(Properties.EventPattern).toEqual({
      source: ['users-table'],
      'detail-type': ['UserRegistered'],
      detail: { metadata: { schemaVersion: [1] } },
    });
  });

  test('that stays with a version and skips replays wants both', () => {
    const cautious = { ...foundSubscriber('cautious', { replays: 'skip', schemaVersion: 1 }) };
    const [, { Properties }] = resource(synthesize({ subscribers: [cautious] }), 'AWS::Events::Rule', 'CautiousRule');
    expect(Properties.EventPattern).toMatchObject({
      detail: { metadata: { schemaVersion: [1], replayName: [{ exists: false }] } },
    });
  });

  test('that chooses by content is sent the events with such data, and its version and replays stay as they are', () => {
    const where = { userId: [{ prefix: 'test-' }, 'alice'], registeredAt: [{ numeric: ['>=', 5] }] } as const;
    const ruleOf = (name: string, more: object) => {
      const choosing = synthesize({ subscribers: [foundSubscriber(name, { where, ...more })] });
      return resource(choosing, 'AWS::Events::Rule')[1].Properties.EventPattern;
    };
    const address = { source: ['users-table'], 'detail-type': ['UserRegistered'] };
    expect(ruleOf('chooser', {})).toEqual({ ...address, detail: { data: where } });
    expect(ruleOf('careful', { schemaVersion: 1, replays: 'skip' })).toEqual({
      ...address,
      'replay-name': [{ exists: false }],
      detail: { metadata: { schemaVersion: [1], replayName: [{ exists: false }] }, data: where },
    });
  });

  test('that chooses what cannot be is not synthesized', () => {
    const impossible = foundSubscriber('chooser', { where: { userId: [7] } });
    expect(() => synthesize({ subscribers: [impossible] })).toThrow(/^chooser: where\.userId: 7 can never match; /);
  });

  test('with a long pattern is warned of the quota that a new account has', () => {
    const where = { userId: ['x'.repeat(1000), 'y'.repeat(1000)] } as const;
    const stack = pipelineStack({ subscribers: [foundSubscriber('chooser', { where })] });
    const said = stack.node.findChild('Chooser').node.metadata.map(({ data }) => String(data));
    expect(said).toEqual([
      expect.stringMatching(/^its rule's pattern has 2\d{3} characters: an account allows 2048, /),
    ]);
  });

  test('that skips replays is sent neither replayed events nor those that came of one', () => {
    const [, skipping] = resource(template, 'AWS::Events::Rule', 'MailErRule');
    expect(skipping.Properties.EventPattern).toEqual({
      source: ['bucket-service'],
      'detail-type': ['BucketCreated'],
      'replay-name': [{ exists: false }],
      detail: { metadata: { replayName: [{ exists: false }] } },
    });
  });

  test('has queues that take messages from its own rule only', () => {
    const mayAllow: Statement[] = [queueId, dlqId].flatMap((id) => statementsOfQueue(template, id));
    const allowed = mayAllow.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toHaveLength(2);
    for (const statement of allowed) {
      expect(actionsOf(statement)).toContain('sqs:SendMessage');
      expect(statement.Principal).toEqual({ Service: 'events.amazonaws.com' });
      expect(statement.Condition).toEqual({ ArnEquals: { 'aws:SourceArn': arnOf(ruleId) } });
    }
    expect(allowed.map(({ Resource }) => Resource)).toEqual([arnOf(queueId), arnOf(dlqId)]);
  });

  test('has queues that refuse unencrypted connections and encrypt what they hold', () => {
    for (const [id, { Properties }] of [
      [queueId, queue],
      [dlqId, dlq],
    ] as const) {
      expect(Properties.SqsManagedSseEnabled).toBe(true);
      expect(statementsOfQueue(template, id)).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
  });

  test('gets an event five times before it is a dead letter, each time with six times its timeout', () => {
    expect(queue.Properties.VisibilityTimeout).toBe(6 * 7);
    expect(queue.Properties.RedrivePolicy).toEqual({ deadLetterTargetArn: arnOf(dlqId), maxReceiveCount: 5 });
  });

  test('leaves a dead letter days to live, although its age counts from its first queue', () => {
    expect(dlq.Properties.MessageRetentionPeriod).toBe(14 * DAY);
    expect(queue.Properties.MessageRetentionPeriod).toBeLessThanOrEqual(7 * DAY);
  });

  test('is handed batches of its size, with its concurrency, and may fail single events of them', () => {
    const [functionId] = resource(template, 'AWS::Lambda::Function', 'MailerFunction');
    const [, delivery] = resource(template, 'AWS::Lambda::EventSourceMapping', 'MailerDelivery');
    expect(delivery.Properties).toEqual({
      EventSourceArn: arnOf(queueId),
      FunctionName: { Ref: functionId },
      BatchSize: 4,
      ScalingConfig: { MaximumConcurrency: 3 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('runs on the pinned runtime, traced, with a log of its own', () => {
    const [, { Properties }] = resource(template, 'AWS::Lambda::Function', 'MailerFunction');
    const [logGroupId, logGroup] = resource(template, 'AWS::Logs::LogGroup', 'MailerLogs');
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 7,
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogGroup: { Ref: logGroupId }, LogFormat: 'JSON', ApplicationLogLevel: 'INFO' },
      Environment: {
        Variables: {
          POWERTOOLS_SERVICE_NAME: 'mailer',
          POWERTOOLS_METRICS_NAMESPACE: 'UserBucketPipeline/Pipeline',
        },
      },
    });
    expect(logGroup.Properties).toEqual({ RetentionInDays: 90 });
  });

  test('that asks for no access may write its log, take from its queue and send traces', () => {
    const [logGroupId] = resource(template, 'AWS::Logs::LogGroup', 'MailerLogs');
    const granted = statementsOfRole(template, 'MailerRole').map((each) => [each.Resource, actionsOf(each)]);
    expect(granted).toEqual([
      [arnOf(logGroupId), ['logs:CreateLogStream', 'logs:PutLogEvents']],
      [arnOf(queueId), ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage']],
      ['*', ['xray:PutTelemetryRecords', 'xray:PutTraceSegments']],
    ]);
  });

  test('raises an alarm for the first dead letter, and for events that wait for more than five minutes', () => {
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
    const alarmOn = (id: string) =>
      alarms.filter(({ Dimensions: [dimension] }) => dimension.Value['Fn::GetAtt']?.[0] === id);
    expect(alarmOn(dlqId)).toEqual([
      expect.objectContaining({
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Statistic: 'Maximum',
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: 1,
        EvaluationPeriods: 1,
      }),
    ]);
    expect(alarmOn(queueId)).toEqual([
      expect.objectContaining({ MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 300 }),
    ]);
  });

  test('shares no resource with a subscriber of a similar name', () => {
    const [otherQueueId] = resource(template, 'AWS::SQS::Queue', 'MailErQueue');
    expect(otherQueueId).not.toBe(queueId);
    template.hasOutput('MailerQueueUrl', { Value: { Ref: queueId } });
    template.hasOutput('MailErQueueUrl', { Value: { Ref: otherQueueId } });
  });
});
