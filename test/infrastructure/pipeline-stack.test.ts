import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ArchivedEventBus } from '../../cdk/constructs/event-bus.ts';
import { SUBSCRIBER_ACCESS, type SubscriberAccess } from '../../services/shared/subscription.ts';
import { foundSubscriber, pipelineStack, synthesize } from './support/synthesize.ts';
import { arnOf, resource } from './support/template.ts';

describe('the pipeline stack', () => {
  test('gives each function a role of its own, and no managed policy to any', () => {
    const template = synthesize();
    const roles = Object.values(template.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.Role['Fn::GetAtt'][0],
    );
    expect(new Set(roles).size).toBe(roles.length);
    for (const { Properties } of Object.values(template.findResources('AWS::IAM::Role'))) {
      expect(Properties.ManagedPolicyArns).toBeUndefined();
    }
  });

  test.each([
    ['destroy', 'Delete'],
    ['retain', 'RetainExceptOnCreate'],
  ] as const)('with removalPolicy %s: data outlives the stack accordingly', (removalPolicy, expected) => {
    const { Resources } = synthesize({ settings: { removalPolicy } }).toJSON();
    const policies = (type: string, idPart = '') =>
      Object.entries<{ Type: string; DeletionPolicy?: string }>(Resources)
        .filter(([id, { Type }]) => Type === type && id.includes(idPart))
        .map(([, { DeletionPolicy }]) => DeletionPolicy);

    for (const found of [
      policies('AWS::DynamoDB::Table'),
      policies('AWS::Events::EventBus'),
      policies('AWS::Events::Archive'),
      policies('AWS::Logs::LogGroup'),
      policies('AWS::SQS::Queue', 'DeadLetters'),
    ]) {
      expect(new Set(found)).toEqual(new Set([expected]));
    }
  });

  test.each([
    [0, 0],
    [30, 30],
  ])('with archiveRetentionDays %d: archives every event that long, since it has no pattern', (days, expected) => {
    const template = synthesize({ settings: { archiveRetentionDays: days } });
    const [busId] = resource(template, 'AWS::Events::EventBus');
    const [, archive] = resource(template, 'AWS::Events::Archive');
    expect(archive.Properties).toMatchObject({ SourceArn: arnOf(busId), RetentionDays: expected });
    expect(archive.Properties).not.toHaveProperty('EventPattern');
  });

  test.each(['a', 'stage-of-20-characte'])(
    'in the stage %s: the archive has a name of its own, which fits',
    (stage) => {
      const template = synthesize({ context: { stage, stages: { [stage]: {} } } });
      const [, archive] = resource(template, 'AWS::Events::Archive');
      const uuid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
      const beginning = { 'Fn::Select': [0, { 'Fn::Split': ['-', uuid] }] };
      expect(archive.Properties.ArchiveName).toEqual({ 'Fn::Join': ['-', [`user-buckets-${stage}`, beginning]] });
      // The first part of a UUID has eight characters, an archive's name 48 at most (API reference, CreateArchive).
      expect(`user-buckets-${stage}-12345678`.length).toBeLessThanOrEqual(48);
    },
  );

  test.each([
    ['x'.repeat(39), true],
    ['x'.repeat(40), false],
    ['', false],
    ['with space', false],
  ])('an archive whose name begins with %j fits, or is refused', (archiveNamePrefix, fits) => {
    const make = () => new ArchivedEventBus(new Stack(new App()), 'Events', { archiveNamePrefix });
    if (fits) expect(make().archiveArn).toEqual(expect.any(String));
    else
      expect(make).toThrow(
        `archiveNamePrefix must be 1 to 39 letters, digits, periods, hyphens and underscores; got ${archiveNamePrefix}`,
      );
  });

  test('with a log level: functions write at it, and Lambda keeps what they write', () => {
    const template = synthesize({ settings: { logLevel: 'DEBUG', logRetentionDays: 7 } });
    for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function'))) {
      expect(Properties.LoggingConfig.ApplicationLogLevel).toBe('DEBUG');
    }
    for (const { Properties } of Object.values(template.findResources('AWS::Logs::LogGroup'))) {
      expect(Properties.RetentionInDays).toBe(7);
    }
  });

  test('publishes what operators and other stacks need', () => {
    const template = synthesize();
    const [busId] = resource(template, 'AWS::Events::EventBus');
    template.hasOutput('EventBusName', { Value: { Ref: busId } });
    template.hasOutput('EventBusArn', { Value: arnOf(busId) });
    template.hasOutput('UsersTableName', { Value: { Ref: resource(template, 'AWS::DynamoDB::Table')[0] } });
    template.hasOutput('UserIdAttribute', { Value: 'userId' });
    template.hasOutput('PipeName', { Value: { Ref: resource(template, 'AWS::Pipes::Pipe')[0] } });
    template.hasOutput('EventArchiveArn', { Value: arnOf(resource(template, 'AWS::Events::Archive')[0]) });
    template.hasOutput('PipeDlqUrl', {
      Value: { Ref: resource(template, 'AWS::SQS::Queue', 'RegistrationPipeDeadLetters')[0] },
    });
    template.hasOutput('BucketServiceDlqUrl', {
      Value: { Ref: resource(template, 'AWS::SQS::Queue', 'BucketServiceDeadLetters')[0] },
    });
    template.hasOutput('UriRecorderRuleArn', {
      Value: arnOf(resource(template, 'AWS::Events::Rule', 'UriRecorder')[0]),
    });
    template.hasResourceProperties('AWS::SSM::Parameter', {
      Name: '/user-bucket-pipeline/test/event-bus-arn',
      Value: arnOf(busId),
    });
  });

  test('names nothing itself but the parameter that others look up', () => {
    const template = synthesize();
    for (const type of ['AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::Lambda::Function', 'AWS::Pipes::Pipe']) {
      for (const { Properties } of Object.values(template.findResources(type))) {
        expect(Object.keys(Properties)).not.toContain(`${type.split('::')[2]}Name`);
        expect(Object.keys(Properties)).not.toContain('Name');
      }
    }
  });

  test('belongs to no account and no Region, and makes no call to find out', () => {
    const stack = pipelineStack();
    expect(stack.environment).toBe('aws://unknown-account/unknown-region');
    // Registered schemas are the same everywhere, and hold a limit of twelve digits.
    const template = JSON.stringify(synthesize().toJSON(), (key, value) => (key === 'Content' ? undefined : value));
    expect(template).not.toMatch(/us-east-1|\b\d{12}\b/);
  });

  test('another subscriber changes nothing that was there but the dashboard, which shows it too', () => {
    const one = synthesize();
    const [dashboardId] = resource(one, 'AWS::CloudWatch::Dashboard');
    const { [dashboardId]: _, ...before } = one.toJSON().Resources;
    const both = synthesize({
      subscribers: [
        foundSubscriber('audit'),
        foundSubscriber('bucket-service', { access: ['create-user-buckets', 'publish-events'] }),
        foundSubscriber('uri-recorder', { event: 'BucketCreated', access: ['record-bucket-uris'] }),
      ],
    }).toJSON().Resources;
    expect(both).toMatchObject(before);
    expect(
      Object.keys(both)
        .filter((id) => !(id in before) && id !== dashboardId)
        .every((id) => id.startsWith('Audit')),
    ).toBe(true);
  });

  test.each([
    { bucketNamespace: 'account-regional' },
    { bucketNamespace: 'global', bucketCors: true, bucketPublicListing: true },
  ] as const)('with %j: the AwsSolutions rules of cdk-nag find nothing unexplained', (settings) => {
    const greedy = foundSubscriber('greedy', { access: Object.keys(SUBSCRIBER_ACCESS) as SubscriberAccess[] });
    const stack = pipelineStack({ settings, subscribers: [greedy, foundSubscriber('modest')] });
    const { violations } = new AwsSolutionsChecks().validateScope(stack);
    expect(violations.map(({ ruleName }) => ruleName)).toEqual([]);
  });
});
