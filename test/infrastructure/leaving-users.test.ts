import { describe, expect, test } from '@jest/globals';
import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { findSubscribers } from '../../cdk/find-subscribers.ts';
import { subscribersOf } from '../../cdk/leaving-users.ts';
import type { StageSettings } from '../../cdk/stage-settings.ts';
import { stageTemplate } from '../../tools/stage-template.ts';
import { foundSubscriber, pipelineStack, synthesize } from './support/synthesize.ts';
import { actionsOf, arnOf, joinedText, resource, statementsOfRole } from './support/template.ts';

const ACCOUNT = { Ref: 'AWS::AccountId' };

/** The stage `test` with these settings, and the project's own subscribers. */
const withSettings = (settings: Partial<StageSettings>) => stageTemplate({ stage: 'test', stages: { test: settings } });

describe('a stage in which nothing happens when users leave', () => {
  test('is the same as it was before there was the choice', async () => {
    const { Resources, Outputs = {} } = await withSettings({});
    const text = JSON.stringify({ Resources, Outputs });
    for (const trace of ['REMOVE', 'UserDeleted', 'etire', 'estorer', 'ListAllMyBuckets', 'dynamodb:GetItem']) {
      expect(text).not.toContain(trace);
    }
    const pipes = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Pipes::Pipe');
    expect(pipes).toHaveLength(1);
    expect(pipes[0]?.Properties?.SourceParameters).toMatchObject({
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
    });
    expect(await withSettings({ whenUserLeaves: 'nothing' })).toMatchObject({ Resources, Outputs });
  });

  test('keeps all of its resources as they are when the choice is made, apart from what has to know', async () => {
    const before = await withSettings({});
    const after = await withSettings({ whenUserLeaves: 'empty-and-delete' });
    const changed = Object.entries(before.Resources).filter(
      ([id, each]) => JSON.stringify(after.Resources[id]) !== JSON.stringify(each),
    );
    expect(changed.map(([, { Type }]) => Type).sort()).toEqual([
      'AWS::CloudWatch::Dashboard', // shows two subscribers more
      'AWS::IAM::Policy', // bucket-service reads rows
      'AWS::Lambda::Function', // and knows where they are
    ]);
  });

  test('warns of a subscriber that gets no event', () => {
    const subscribers = [foundSubscriber('farewell', { event: 'UserDeleted' }), foundSubscriber('welcome')];
    const warnings = (whenUserLeaves: StageSettings['whenUserLeaves']) =>
      Annotations.fromStack(pipelineStack({ settings: { whenUserLeaves }, subscribers }))
        .findWarning('*', Match.stringLikeRegexp('UserDeleted'))
        .map(({ id, entry }) => [id, entry.data]);
    expect(warnings('nothing')).toEqual([
      [
        '/Pipeline/Farewell',
        expect.stringContaining(
          'it listens to UserDeleted, which this stage does not publish: set whenUserLeaves of the stage',
        ),
      ],
    ]);
    expect(warnings('keep')).toEqual([]);
  });

  test('has no use for subscribers that would retire buckets', async () => {
    const found = await findSubscribers('services');
    const neededIn = (whenUserLeaves: StageSettings['whenUserLeaves']) =>
      subscribersOf(found, { whenUserLeaves, emptyBucketAfterDays: 30 }).map(({ name }) => name);
    expect(neededIn('keep')).toEqual(found.map(({ name }) => name));
    expect(neededIn('empty-and-delete')).toEqual(found.map(({ name }) => name));
    const others = found
      .map(({ name }) => name)
      .filter((name) => !['bucket-restorer', 'bucket-retirer'].includes(name));
    expect(neededIn('nothing')).toEqual(others);
  });

  test('has the entry points of services that do nothing for it', async () => {
    const found = await findSubscribers('services');
    const entriesIn = (whenUserLeaves: StageSettings['whenUserLeaves']) =>
      subscribersOf(found, { whenUserLeaves, emptyBucketAfterDays: 30 }).flatMap(({ handlerFile }) =>
        handlerFile.endsWith('/handler.ts') ? [] : [handlerFile],
      );
    expect(entriesIn('nothing')).toEqual([]);
    expect(entriesIn('keep')).toEqual(['services/bucket-service/handler-where-users-leave.ts']);
  });
});

describe('a stage where users leave warns', () => {
  const TABLE = 'arn:aws:dynamodb:eu-west-1:123456789012:table/users';
  const ofTable = { tableArn: TABLE, tableStreamArn: `${TABLE}/stream/2026-03-01T12:00:00.000` };
  const keep = { whenUserLeaves: 'keep' } as const;
  const warnings = (context: Record<string, unknown>) =>
    Annotations.fromStack(pipelineStack({ context }))
      .findWarning('*', Match.stringLikeRegexp('^whenUserLeaves'))
      .map(({ entry }) => String(entry.data));

  test('that two pipes are all readers that an existing stream takes', () => {
    expect(warnings({ stages: { test: keep }, ...ofTable })).toEqual([
      expect.stringContaining(`the two readers that a shard of ${ofTable.tableStreamArn} takes at most`),
    ]);
    expect(warnings({ stages: { test: keep } })).toEqual([]);
    expect(warnings({ stages: { test: {} }, ...ofTable })).toEqual([]);
  });

  test.each([
    ['names buckets the same', { other: {} }, 1],
    ['has another prefix', { other: { bucketNamePrefix: 'dev' } }, 0],
    ['has another namespace', { other: { bucketNamespace: 'global' } }, 0],
  ])('of another stage that %s, whose buckets would be retired too', (_, others, count) => {
    const found = warnings({ stages: { test: keep, ...others } });
    expect(found).toHaveLength(count);
    for (const each of found) expect(each).toContain('the stage other may be in the same account and Region');
    expect(warnings({ stages: { test: {}, ...others } })).toEqual([]);
    const emptying = () =>
      pipelineStack({ context: { stages: { test: { whenUserLeaves: 'empty-and-delete' }, ...others } } });
    if (count === 0) expect(emptying).not.toThrow();
    else expect(emptying).toThrow('stages.test: buckets of other have names of the same form');
  });
});

describe('the pipe of deletions', () => {
  const settings = { whenUserLeaves: 'keep' } as const;
  const template = synthesize({ settings });
  const [, pipe] = resource(template, 'AWS::Pipes::Pipe', 'RegistrationPipeDeletions');

  test('lets only deleted rows through, whoever deleted them', () => {
    const { Filters } = pipe.Properties.SourceParameters.FilterCriteria;
    expect(Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([{ eventName: ['REMOVE'] }]);
  });

  test('puts UserDeleted on the bus', () => {
    expect(pipe.Properties.Target).toEqual(arnOf(resource(template, 'AWS::Events::EventBus')[0]));
    expect(pipe.Properties.TargetParameters.EventBridgeEventBusParameters).toEqual({
      Source: 'users-table',
      DetailType: 'UserDeleted',
    });
  });

  test('shares the dead-letter queue of the pipe of registrations, and may do the same', () => {
    const of = (role: string) => statementsOfRole(template, role).map((each) => [each.Resource, actionsOf(each)]);
    const first = Object.values(template.findResources('AWS::Pipes::Pipe')).find(
      (each) => each !== pipe,
    ) as typeof pipe;
    const parameters = (of: typeof pipe) => of.Properties.SourceParameters.DynamoDBStreamParameters;
    expect(parameters(pipe)).toEqual(parameters(first));
    expect(of('RegistrationPipeDeletionsRole')).toEqual(of('RegistrationPipeRole'));
  });

  test('has an alarm for each way of failing', () => {
    const alarms = Object.entries(template.findResources('AWS::CloudWatch::Alarm'));
    const own = alarms.filter(([id]) => id.startsWith('RegistrationPipeDeletions'));
    expect(own.map(([, { Properties }]) => Properties.MetricName).sort()).toEqual([
      'ExecutionFailed',
      'ExecutionPartiallyFailed',
      'ExecutionThrottled',
      'ExecutionTimeout',
    ]);
    const [pipeId] = resource(template, 'AWS::Pipes::Pipe', 'RegistrationPipeDeletions');
    for (const [, { Properties }] of own) {
      expect(Properties.Dimensions).toEqual([{ Name: 'PipeName', Value: { Ref: pipeId } }]);
      expect(Properties.AlarmActions).toHaveLength(1);
      expect(joinedText(Properties.AlarmDescription)).toMatch(
        /^Deletion pipe: .+, and buckets of users who left are not retired/,
      );
    }
  });
});

describe('who retires buckets', () => {
  const retirer = foundSubscriber('listener', { event: 'UserDeleted', access: ['retire-user-buckets'] });
  const bucketService = foundSubscriber('bucket-service', { access: ['create-user-buckets'] });
  const templateOf = (settings: Partial<StageSettings>) =>
    synthesize({ settings, subscribers: [retirer, bucketService] });
  const variablesOf = (template: Template, id: string) =>
    resource(template, 'AWS::Lambda::Function', id)[1].Properties.Environment.Variables;
  const statement = (template: Template, role: string, action: string) =>
    statementsOfRole(template, role).find((each) => actionsOf(each).includes(action));

  test.each([
    [{ whenUserLeaves: 'keep' }, 'never'],
    [{ whenUserLeaves: 'empty-and-delete' }, '30'],
    [{ whenUserLeaves: 'empty-and-delete', emptyBucketAfterDays: 7 }, '7'],
  ] as const)('with %j, it empties them after %s days', (settings, days) => {
    expect(variablesOf(templateOf(settings), 'Listener')).toMatchObject({ EMPTY_RETIRED_AFTER_DAYS: days });
  });

  test('may tag buckets of the stage in this account, and change their lifecycle; it may delete nothing', () => {
    const template = templateOf({ whenUserLeaves: 'empty-and-delete' });
    const actions = statementsOfRole(template, 'ListenerRole').flatMap(actionsOf);
    expect(actions.filter((action) => /^(s3|dynamodb):/.test(action)).sort()).toEqual([
      'dynamodb:GetItem',
      's3:GetBucketTagging',
      's3:GetLifecycleConfiguration',
      's3:ListAllMyBuckets',
      's3:PutBucketTagging',
      's3:PutLifecycleConfiguration',
    ]);
    expect(statement(template, 'ListenerRole', 's3:PutLifecycleConfiguration')).toMatchObject({
      Resource: {
        'Fn::Join': ['', expect.arrayContaining([':s3:::siu*-', ACCOUNT, '-an'])],
      },
      Condition: { StringEquals: { 's3:ResourceAccount': ACCOUNT } },
    });
  });

  test.each(['ListenerRole', 'BucketServiceRole'])(
    '%s may read key and URI of a row, and nothing else of it',
    (role) => {
      const template = templateOf({ whenUserLeaves: 'keep', userIdAttribute: 'id' });
      expect(statement(template, role, 'dynamodb:GetItem')).toMatchObject({
        Resource: { 'Fn::GetAtt': [resource(template, 'AWS::DynamoDB::Table')[0], 'Arn'] },
        Condition: {
          'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['id', 's3_bucket_uri'] },
          StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
        },
      });
    },
  );
});
