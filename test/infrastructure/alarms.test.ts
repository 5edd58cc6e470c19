import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { guideAlarms } from '../../cdk/constructs/alarm-guides.ts';
import { Subscriber } from '../../cdk/constructs/subscriber.ts';
import { createProgram } from '../../cli/program.ts';
import { RUNBOOK, readAlarmDescription } from '../../services/shared/alarm-guide.ts';
import { foundSubscriber, projectContext, synthesize } from './support/synthesize.ts';
import { joinedText, resource } from './support/template.ts';

const ALARM = 'AWS::CloudWatch::Alarm';

/** The properties of an alarm, by the beginning of its logical id. */
function alarm(template: Template, idPart: string) {
  return resource(template, ALARM, idPart)[1].Properties;
}

/** Links to the entries of the runbook, as GitHub makes them. */
const ANCHORS = [
  ...readFileSync(join(import.meta.dirname, '../..', RUNBOOK), 'utf8').matchAll(/^## (\d+\. .+)$/gm),
].map(([, title = '']) =>
  title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(/\s/g, '-'),
);

describe('the alarms', () => {
  const template = synthesize({
    settings: {
      alarmOldestMessageSeconds: 120,
      alarmPipeFailures: 2,
      alarmFunctionErrors: 3,
      alarmFunctionThrottles: 4,
      serviceLevelSeconds: 6,
    },
    subscribers: [foundSubscriber('quick', { timeoutSeconds: 5 }), foundSubscriber('slow', { timeoutSeconds: 60 })],
  });

  test('all tell one topic when they go off and when they are over', () => {
    const [topicId] = resource(template, 'AWS::SNS::Topic');
    const alarms = Object.values(template.findResources(ALARM));
    expect(alarms.length).toBeGreaterThan(10);
    for (const { Properties } of alarms) {
      expect(Properties).toMatchObject({ AlarmActions: [{ Ref: topicId }], OKActions: [{ Ref: topicId }] });
    }
    template.hasOutput('AlarmTopicArn', { Value: { Ref: topicId } });
  });

  test.each([
    ['QuickBacklog', 'ApproximateAgeOfOldestMessage', 'GreaterThanThreshold', 120],
    ['SlowBacklog', 'ApproximateAgeOfOldestMessage', 'GreaterThanThreshold', 6 * 120],
    ['QuickErrors', 'Errors', 'GreaterThanOrEqualToThreshold', 3],
    ['QuickThrottles', 'Throttles', 'GreaterThanOrEqualToThreshold', 4],
    ['QuickEventsLost', 'InvocationsFailedToBeSentToDlq', 'GreaterThanOrEqualToThreshold', 1],
    ['QuickDeadLettersNotEmpty', 'ApproximateNumberOfMessagesVisible', 'GreaterThanOrEqualToThreshold', 1],
    ['RegistrationPipeDeadLettersNotEmpty', 'ApproximateNumberOfMessagesVisible', 'GreaterThanOrEqualToThreshold', 1],
    ['RegistrationPipeExecutionFailed', 'ExecutionFailed', 'GreaterThanOrEqualToThreshold', 2],
    ['RegistrationPipeExecutionPartiallyFailed', 'ExecutionPartiallyFailed', 'GreaterThanOrEqualToThreshold', 2],
    ['RegistrationPipeExecutionTimeout', 'ExecutionTimeout', 'GreaterThanOrEqualToThreshold', 2],
    ['RegistrationPipeExecutionThrottled', 'ExecutionThrottled', 'GreaterThanOrEqualToThreshold', 2],
  ])('%s watches %s, from the threshold of the stage on', (idPart, MetricName, ComparisonOperator, Threshold) => {
    expect(alarm(template, idPart)).toMatchObject({
      MetricName,
      ComparisonOperator,
      Threshold,
      TreatMissingData: 'notBreaching',
    });
  });

  test('of the service level watches what uri-recorder measures, against the stage’s seconds', () => {
    expect(alarm(template, 'ServiceLevelMissed')).toMatchObject({
      Namespace: 'UserBucketPipeline/Pipeline',
      MetricName: 'RegistrationToUri',
      Dimensions: [{ Name: 'service', Value: 'uri-recorder' }],
      ExtendedStatistic: 'p99',
      Threshold: 6000,
    });
  });

  test('reach the topic over TLS alone, from this account’s CloudWatch alone', () => {
    const [topicId, topic] = resource(template, 'AWS::SNS::Topic');
    // CloudWatch may not use the key that AWS manages.
    expect(topic.Properties).not.toHaveProperty('KmsMasterKeyId');
    const [, { Properties }] = resource(template, 'AWS::SNS::TopicPolicy');
    expect(Properties.Topics).toEqual([{ Ref: topicId }]);
    expect(Properties.PolicyDocument.Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Condition: expect.objectContaining({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }),
      }),
    ]);
  });

  test('are mailed to the address of the stage, and without one to nobody', () => {
    template.resourceCountIs('AWS::SNS::Subscription', 0);
    const mailed = synthesize({ settings: { alarmEmail: 'night@example.com' } });
    mailed.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'night@example.com' });
  });

  test('of a stack that has no topic exist, and tell nobody', () => {
    const stack = new Stack(new App({ analyticsReporting: false, postCliContext: { ...projectContext } }), 'Other');
    new Subscriber(stack, 'Audit', {
      serviceName: 'audit',
      bus: new EventBus(stack, 'Bus'),
      event: { source: 'users-table', detailType: 'UserRegistered' },
      code: Code.fromInline('export const handler = async () => {};'),
    });
    const alarms = Object.values(Template.fromStack(stack).findResources(ALARM));
    expect(alarms).toHaveLength(5);
    for (const { Properties } of alarms) expect(Properties).not.toHaveProperty('AlarmActions');
  });
});

describe('the description of an alarm', () => {
  const everything = synthesize({
    settings: { whenUserLeaves: 'keep' },
    subscribers: [foundSubscriber('quick'), foundSubscriber('slow')],
  });
  const described = Object.entries(everything.findResources(ALARM)).map(([id, { Properties }]) => {
    return [id, readAlarmDescription(joinedText(Properties.AlarmDescription))] as const;
  });

  test.each(described)('of %s ends with a command that exists, and an entry that is in the runbook', (_id, guide) => {
    expect(guide.problem).toMatch(/^[^.]+$/);
    const [name = '', second = ''] = (guide.command ?? '').split(' ');
    const command = createProgram().commands.find((each) => each.name() === name);
    expect(command?.name()).toBe(name);
    if (second !== '' && !second.startsWith('-'))
      expect(command?.commands.map((each) => each.name())).toContain(second);
    expect(ANCHORS).toContain(guide.entry);
  });

  test('of a dead-letter queue names its owner', () => {
    const commands = Object.fromEntries(described.map(([id, { command }]) => [id.slice(0, -8), command]));
    expect(commands).toMatchObject({
      QuickDeadLettersNotEmpty: 'dlq show --subscriber quick',
      RegistrationPipeDeadLettersNotEmpty: 'dlq show --pipe',
    });
  });

  test('given an alarm without guide, the stack is not made, and says which', () => {
    const stack = new Stack(new App({ analyticsReporting: false, postCliContext: { ...projectContext } }), 'Other');
    const metric = new Metric({ namespace: 'N', metricName: 'M' });
    new Alarm(stack, 'New', { metric, threshold: 1, evaluationPeriods: 1 });
    expect(() => guideAlarms(stack, [])).toThrow('The alarm Other/New has no guide');
  });
});
