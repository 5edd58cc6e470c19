import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { synthesize } from './support/synthesize.ts';
import { actionsOf, arnOf, type Resource, resource, statementsOfQueue, statementsOfRole } from './support/template.ts';

describe('the registration pipe', () => {
  let template: Template;
  let pipe: Resource;

  beforeAll(() => {
    template = synthesize();
    [, pipe] = resource(template, 'AWS::Pipes::Pipe');
  });

  test('lets only new rows through, so that the recorder’s own write ends the loop', () => {
    const { Filters } = pipe.Properties.SourceParameters.FilterCriteria;
    expect(Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([{ eventName: ['INSERT'] }]);
  });

  test('reads the stream from its beginning, gives up in the end, and isolates what fails', () => {
    const [dlqId] = resource(template, 'AWS::SQS::Queue', 'RegistrationPipeDeadLetters');
    const [tableId] = resource(template, 'AWS::DynamoDB::Table');
    const parameters = pipe.Properties.SourceParameters.DynamoDBStreamParameters;

    expect(pipe.Properties.Source).toEqual({ 'Fn::GetAtt': [tableId, 'StreamArn'] });
    expect(parameters).toEqual({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 10,
      ParallelizationFactor: 10,
      MaximumRetryAttempts: 185,
      MaximumRecordAgeInSeconds: expect.any(Number),
      OnPartialBatchItemFailure: 'AUTOMATIC_BISECT',
      DeadLetterConfig: { Arn: arnOf(dlqId) },
    });
    expect(parameters.MaximumRecordAgeInSeconds).toBeGreaterThan(0);
    expect(parameters.MaximumRecordAgeInSeconds).toBeLessThan(24 * 60 * 60); // what the stream keeps
  });

  test('reads each shard in as many lanes as the stage says', () => {
    const [, other] = resource(synthesize({ settings: { parallelizationFactor: 3 } }), 'AWS::Pipes::Pipe');
    expect(other.Properties.SourceParameters.DynamoDBStreamParameters.ParallelizationFactor).toBe(3);
  });

  test('puts UserRegistered on the bus', () => {
    const [busId] = resource(template, 'AWS::Events::EventBus');
    expect(pipe.Properties.Target).toEqual(arnOf(busId));
    expect(pipe.Properties.TargetParameters.EventBridgeEventBusParameters).toEqual({
      Source: 'users-table',
      DetailType: 'UserRegistered',
    });
  });

  test('leaves quoting to EventBridge, so that a quote in a user id does not break the event', () => {
    const { InputTemplate } = pipe.Properties.TargetParameters;
    // Each value is filled in with quotes of its own: inside others, it would not be JSON any more.
    const filled = JSON.parse(InputTemplate.replaceAll(/<\$\.([^>]*)>/g, (_: string, path: string) => `"${path}"`));
    expect(filled).toEqual({
      metadata: { schemaVersion: 1, eventId: 'eventID', correlationId: 'eventID' },
      data: { userId: 'dynamodb.Keys.userId.S', registeredAt: 'dynamodb.ApproximateCreationDateTime' },
    });
  });

  test('reads the id from the key that the stage names', () => {
    const [, other] = resource(synthesize({ settings: { userIdAttribute: 'member-id' } }), 'AWS::Pipes::Pipe');
    expect(other.Properties.TargetParameters.InputTemplate).toContain('<$.dynamodb.Keys.member-id.S>');
  });

  test('has a role for the stream, the bus and its dead-letter queue, and nothing else', () => {
    const [tableId] = resource(template, 'AWS::DynamoDB::Table');
    const [busId] = resource(template, 'AWS::Events::EventBus');
    const [dlqId] = resource(template, 'AWS::SQS::Queue', 'RegistrationPipeDeadLetters');
    const granted = statementsOfRole(template, 'RegistrationPipeRole').map((statement) => [
      statement.Resource,
      actionsOf(statement),
    ]);
    expect(granted).toEqual([
      [
        { 'Fn::GetAtt': [tableId, 'StreamArn'] },
        ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      ],
      [arnOf(busId), ['events:PutEvents']],
      [arnOf(dlqId), ['sqs:SendMessage']],
    ]);
  });

  test('lends its role to pipes of the same account only', () => {
    const [, role] = resource(template, 'AWS::IAM::Role', 'RegistrationPipeRole');
    expect(role.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { Service: 'pipes.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });

  test('keeps what it gave up for 14 days, in a queue that takes only encrypted connections', () => {
    const [dlqId, dlq] = resource(template, 'AWS::SQS::Queue', 'RegistrationPipeDeadLetters');
    expect(dlq.Properties).toEqual({
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
      SqsManagedSseEnabled: true,
      // The pipe sends to it; no queue redrives to it.
      RedriveAllowPolicy: { redrivePermission: 'denyAll' },
    });
    expect(statementsOfQueue(template, dlqId)).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    ]);
  });

  test('logs its errors without the rows that they are about', () => {
    const [logGroupId] = resource(template, 'AWS::Logs::LogGroup', 'RegistrationPipe');
    expect(pipe.Properties.LogConfiguration).toEqual({
      Level: 'ERROR',
      CloudwatchLogsLogDestination: { LogGroupArn: arnOf(logGroupId) },
    });
    // AWS adds the policy that the delivery needs to the group, which can hold one, and an account has ten of its own.
    template.resourceCountIs('AWS::Logs::ResourcePolicy', 0);
    const [, logGroup] = resource(template, 'AWS::Logs::LogGroup', 'RegistrationPipe');
    expect(logGroup.Properties).not.toHaveProperty('ResourcePolicyDocument');
  });
});
