import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Subscriber } from '../../cdk/constructs/subscriber.ts';
import type { StageSettings } from '../../cdk/stage-settings.ts';
import { UserRegistered } from '../../schemas/generated/event-contracts.ts';
import { SUBSCRIBER_ACCESS, type SubscriberAccess } from '../../services/shared/subscription.ts';
import { foundSubscriber, synthesize } from './support/synthesize.ts';
import { actionsOf, arnOf, resource, statementsOfRole } from './support/template.ts';

const EVERYONE = ['logs:', 'sqs:', 'xray:'];

/** What a subscriber gets for one access, beyond what every subscriber has. */
function given(access: SubscriberAccess, settings: Partial<StageSettings> = {}) {
  const template = synthesize({ settings, subscribers: [foundSubscriber('listener', { access: [access] })] });
  const statements = statementsOfRole(template, 'ListenerRole')
    .map((statement) => ({ resource: statement.Resource, actions: actionsOf(statement) }))
    .filter(({ actions }) => !actions.every((action) => EVERYONE.some((service) => action.startsWith(service))));
  const [, { Properties }] = resource(template, 'AWS::Lambda::Function');
  const variables = Object.entries(Properties.Environment.Variables).filter(
    ([name]) => !name.startsWith('POWERTOOLS_'),
  );
  return { template, statements, variables: Object.fromEntries(variables) };
}

const idOf = (template: Template, type: string) => resource(template, type)[0];

describe('access', () => {
  test('publish-events: to put events on this bus', () => {
    const { template, statements, variables } = given('publish-events');
    const busId = idOf(template, 'AWS::Events::EventBus');
    expect(statements).toEqual([{ resource: arnOf(busId), actions: ['events:PutEvents'] }]);
    expect(variables).toEqual({ EVENT_BUS_NAME: { Ref: busId } });
  });

  test('update-users-table: to update rows of this table', () => {
    const { template, statements, variables } = given('update-users-table');
    const tableId = idOf(template, 'AWS::DynamoDB::Table');
    expect(statements).toEqual([{ resource: arnOf(tableId), actions: ['dynamodb:UpdateItem'] }]);
    expect(variables).toEqual({ USERS_TABLE_NAME: { Ref: tableId }, USER_ID_ATTRIBUTE: 'userId' });
  });

  test('record-bucket-uris: to update two attributes of a row, and to be answered with the row where that is refused', () => {
    const { template, statements, variables } = given('record-bucket-uris');
    const tableId = idOf(template, 'AWS::DynamoDB::Table');
    expect(statements).toEqual([{ resource: arnOf(tableId), actions: ['dynamodb:UpdateItem'] }]);
    const update = statementsOfRole(template, 'ListenerRole').find((each) =>
      actionsOf(each).includes('dynamodb:UpdateItem'),
    );
    expect(update?.Condition).toEqual({
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['userId', 's3_bucket_uri', 's3_bucket_url'] },
      StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD', 'UPDATED_NEW', 'ALL_OLD'] },
    });
    expect(variables).toEqual({ USERS_TABLE_NAME: { Ref: tableId }, USER_ID_ATTRIBUTE: 'userId' });
  });

  test('read-users-table: to read rows of this table by their key', () => {
    const { template, statements, variables } = given('read-users-table');
    const tableId = idOf(template, 'AWS::DynamoDB::Table');
    expect(statements).toEqual([{ resource: arnOf(tableId), actions: ['dynamodb:GetItem'] }]);
    expect(variables).toEqual({ USERS_TABLE_NAME: { Ref: tableId }, USER_ID_ATTRIBUTE: 'userId' });
  });

  test.each<[SubscriberAccess, string]>([
    ['put-user-objects', 's3:PutObject'],
    ['read-user-objects', 's3:GetObject'],
  ])("%s: %s on objects of users' buckets, and on nothing else", (access, action) => {
    const { template, statements, variables } = given(access);
    const [account, region] = [{ Ref: 'AWS::AccountId' }, { Ref: 'AWS::Region' }];
    expect(statements).toEqual([
      {
        resource: {
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::siu*-', account, '-', region, '-an/*']],
        },
        actions: [action],
      },
    ]);
    // Whoever holds a bucket of such a name in another account cannot let the role in.
    const granted = statementsOfRole(template, 'ListenerRole').filter((each) => actionsOf(each).includes(action));
    expect(granted.map(({ Condition }) => Condition)).toEqual([{ StringEquals: { 's3:ResourceAccount': account } }]);
    expect(variables).toEqual({});
  });

  test.each(Object.keys(SUBSCRIBER_ACCESS).filter((access) => access !== 'publish-events') as SubscriberAccess[])(
    '%s: is refused in a stack that knows only the bus',
    (access) => {
      const stack = new Stack();
      const bus = EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:ap-northeast-1:123456789012:event-bus/users');
      const code = Code.fromInline('export const handler = async () => {};');
      const subscriber = new Subscriber(stack, 'Other', { serviceName: 'other', bus, event: UserRegistered, code });
      expect(() => subscriber.giveAccess(access, { bus })).toThrow(access);
      expect(() => subscriber.giveAccess('publish-events', { bus })).not.toThrow();
    },
  );

  test('create-user-buckets: to create tagged buckets whose names no other account can hold, and to complete tags', () => {
    const { template, statements, variables } = given('create-user-buckets');
    const [account, region] = [{ Ref: 'AWS::AccountId' }, { Ref: 'AWS::Region' }];
    const resource = {
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::siu*-', account, '-', region, '-an']],
    };
    expect(statements).toEqual([
      { resource, actions: ['s3:CreateBucket'] },
      { resource, actions: ['s3:TagResource'] },
      { resource, actions: ['s3:GetBucketTagging', 's3:PutBucketTagging'] },
    ]);
    const condition = (action: string) =>
      statementsOfRole(template, 'ListenerRole').find((each) => actionsOf(each).includes(action))?.Condition;
    expect(condition('s3:CreateBucket')).toEqual({ StringEquals: { 's3:x-amz-bucket-namespace': 'account-regional' } });
    // In the global namespace a bucket of such a name may be another account's.
    expect(condition('s3:PutBucketTagging')).toEqual({ StringEquals: { 's3:ResourceAccount': account } });
    expect(variables).toEqual({
      BUCKET_NAME_PREFIX: 'siu',
      BUCKET_NAMESPACE: 'account-regional',
      BUCKET_ACCOUNT_ID: account,
      BUCKET_CORS: 'false',
      BUCKET_PUBLIC_LISTING: 'false',
      BUCKET_TLS_ONLY: 'false',
      BUCKET_TAGS: '{}',
      BUCKET_LIFECYCLE: '{}',
    });
  });

  test('create-user-buckets in the global namespace: names that begin with the prefix', () => {
    const { template, statements, variables } = given('create-user-buckets', {
      bucketNamespace: 'global',
      bucketNamePrefix: 'acme7',
    });
    expect(statements[0]?.resource).toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::acme7*']] });
    expect(variables).toMatchObject({ BUCKET_NAME_PREFIX: 'acme7', BUCKET_NAMESPACE: 'global' });
    const create = statementsOfRole(template, 'ListenerRole').find((each) =>
      actionsOf(each).includes('s3:CreateBucket'),
    );
    // A request that names no namespace makes a global bucket.
    expect(create?.Condition).toEqual({ StringEqualsIfExists: { 's3:x-amz-bucket-namespace': 'global' } });
  });

  test.each<[Partial<StageSettings>, string[], object]>([
    [{ bucketCors: true }, ['s3:PutBucketCORS'], { BUCKET_CORS: 'true', BUCKET_PUBLIC_LISTING: 'false' }],
    [
      { bucketPublicListing: true },
      ['s3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock'],
      { BUCKET_CORS: 'false', BUCKET_PUBLIC_LISTING: 'true' },
    ],
    [{ bucketTlsOnly: true }, ['s3:PutBucketPolicy'], { BUCKET_TLS_ONLY: 'true' }],
    [{ bucketTags: { 'cost-center': '4711' } }, [], { BUCKET_TAGS: '{"cost-center":"4711"}' }],
    [
      { bucketLifecycle: { abortUploadsAfterDays: 7 } },
      ['s3:PutLifecycleConfiguration'],
      { BUCKET_LIFECYCLE: '{"abortUploadsAfterDays":7}' },
    ],
  ])('create-user-buckets with %j: what that option needs, and only that', (settings, more, expected) => {
    const { template, statements, variables } = given('create-user-buckets', settings);
    const actions = statements.flatMap((statement) => statement.actions);
    const always = ['s3:CreateBucket', 's3:TagResource', 's3:GetBucketTagging', 's3:PutBucketTagging'];
    expect(actions.sort()).toEqual([...always, ...more].sort());
    // What changes a bucket that is there changes none of another account, which could let the role in.
    const ofOthers = statementsOfRole(template, 'ListenerRole')
      .filter((each) => actionsOf(each).some((action) => action.startsWith('s3:')))
      .filter(({ Condition }) => !JSON.stringify(Condition ?? {}).includes('"s3:ResourceAccount"'));
    expect(ofOthers.flatMap(actionsOf).sort()).toEqual(['s3:CreateBucket', 's3:TagResource']);
    expect(variables).toMatchObject(expected);
  });
});
