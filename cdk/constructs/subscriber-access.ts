import { Aws, Validations } from 'aws-cdk-lib';
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus, IEventBus } from 'aws-cdk-lib/aws-events';
import { Grant, type Role } from 'aws-cdk-lib/aws-iam';
import { retirementVariables } from '../../services/bucket-retirer/retirement-settings.ts';
import { bucketArn, bucketNamePattern } from '../../services/bucket-service/bucket-name.ts';
import { type BucketSettings, bucketVariables } from '../../services/bucket-service/bucket-settings.ts';
import { RECORDED_ATTRIBUTES, type SubscriberAccess } from '../../services/shared/subscription.ts';

/** Everything that a subscriber can get access to. A stack of another team has only the bus. */
export interface SharedResources {
  readonly bus: EventBus | IEventBus;
  /** @default - the stack has no access to the users table */
  readonly users?: KeyedTable;
  /** @default - the stack has no access to users' buckets */
  readonly buckets?: UserBuckets;
  /** @default - nothing happens when a user leaves */
  readonly leaving?: Leaving;
}

/** What happens when users leave. */
export interface Leaving {
  /** Whole days after which their buckets are emptied. @default - never */
  readonly emptyAfterDays?: number;
}

/** The users table, and its key. */
export interface KeyedTable {
  readonly table: ITable | Table;
  readonly userIdAttribute: string;
}

/** How the buckets of users are named and made. Account and Region are those of the stack. */
export type UserBuckets = Omit<BucketSettings, 'accountId' | 'region'>;

/** Environment variables, by name. */
export type Environment = Readonly<Record<string, string>>;

/** Gives a function's role an access, and returns the environment variables that its handler needs. */
type GiveAccess = (role: Role, resources: SharedResources) => Environment;

/** Each access that a subscription can ask for: the least grant that serves it, and its environment variables. */
export const SUBSCRIBER_ACCESS_GRANTS: Readonly<Record<SubscriberAccess, GiveAccess>> = {
  'publish-events': (role, { bus }) => {
    allow(role, bus.eventBusArn, 'events:PutEvents');
    return { EVENT_BUS_NAME: bus.eventBusName };
  },

  'create-user-buckets': (role, resources) => {
    const buckets = required(resources.buckets, 'create-user-buckets');
    allowOnBuckets(role, buckets, '', ['s3:CreateBucket'], inNamespace(buckets));
    // For the tags in CreateBucket: the bucket has no account yet that a condition could name.
    allowOnBuckets(role, buckets, '', ['s3:TagResource']);
    const actions = [
      ...(buckets.cors ? ['s3:PutBucketCORS'] : []),
      ...(buckets.publicListing || buckets.tlsOnly ? ['s3:PutBucketPolicy'] : []),
      ...(buckets.publicListing ? ['s3:PutBucketPublicAccessBlock'] : []),
      ...(Object.keys(buckets.lifecycle).length > 0 ? ['s3:PutLifecycleConfiguration'] : []),
      // For an existing bucket that has lost tags.
      's3:GetBucketTagging',
      's3:PutBucketTagging',
    ];
    allowOnBuckets(role, buckets, '', actions, OF_THIS_ACCOUNT);
    return {
      ...bucketVariables({ ...buckets, accountId: Aws.ACCOUNT_ID, region: Aws.REGION }),
      // The row of a user who is back names the bucket.
      ...(resources.leaving && allowReadingUris(role, required(resources.users, 'create-user-buckets'))),
    };
  },

  'retire-user-buckets': (role, resources) => {
    const buckets = required(resources.buckets, 'retire-user-buckets');
    const users = required(resources.users, 'retire-user-buckets');
    // It has no resource and no condition for the beginning of names (service authorization reference, Amazon S3).
    allow(role, '*', 's3:ListAllMyBuckets');
    const actions = [
      's3:GetBucketTagging',
      's3:PutBucketTagging',
      // Also where buckets are kept now: a stage that emptied them before must be able to take that back.
      's3:GetLifecycleConfiguration',
      's3:PutLifecycleConfiguration',
    ];
    allowOnBuckets(role, buckets, '', actions, OF_THIS_ACCOUNT);
    const { prefix, namespace } = buckets;
    return {
      ...retirementVariables({
        ...{ prefix, namespace, accountId: Aws.ACCOUNT_ID, region: Aws.REGION },
        ...resources.leaving,
      }),
      ...allowReadingUris(role, users),
    };
  },

  'put-user-objects': (role, { buckets }) => {
    allowOnBuckets(role, required(buckets, 'put-user-objects'), '/*', ['s3:PutObject'], OF_THIS_ACCOUNT);
    return {};
  },

  'read-user-objects': (role, { buckets }) => {
    allowOnBuckets(role, required(buckets, 'read-user-objects'), '/*', ['s3:GetObject'], OF_THIS_ACCOUNT);
    return {};
  },

  'read-users-table': (role, { users }) => allowOnTable(role, required(users, 'read-users-table'), 'dynamodb:GetItem'),

  'update-users-table': (role, { users }) =>
    allowOnTable(role, required(users, 'update-users-table'), 'dynamodb:UpdateItem'),

  'record-bucket-uris': (role, { users }) => {
    const { table, userIdAttribute } = required(users, 'record-bucket-uris');
    Grant.addToPrincipal({
      grantee: role,
      actions: ['dynamodb:UpdateItem'],
      resourceArns: [table.tableArn],
      conditions: onlyAttributes([userIdAttribute, ...Object.values(RECORDED_ATTRIBUTES)]),
    }).assertSuccess();
    return tableEnvironment({ table, userIdAttribute });
  },
};

function required<T>(resource: T | undefined, access: SubscriberAccess): T {
  if (resource !== undefined) return resource;
  throw new Error(`this stack cannot give the access ${access}: it knows neither users table nor buckets`);
}

/** Whether a row is there, and the bucket's URI in it. */
function allowReadingUris(role: Role, { table, userIdAttribute }: KeyedTable): Environment {
  Grant.addToPrincipal({
    grantee: role,
    actions: ['dynamodb:GetItem'],
    resourceArns: [table.tableArn],
    conditions: {
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': [userIdAttribute, RECORDED_ATTRIBUTES.uri] },
      StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    },
  }).assertSuccess();
  return tableEnvironment({ table, userIdAttribute });
}

function allowOnTable(role: Role, users: KeyedTable, ...actions: string[]): Environment {
  allow(role, users.table.tableArn, ...actions);
  return tableEnvironment(users);
}

function tableEnvironment({ table, userIdAttribute }: KeyedTable): Environment {
  return { USERS_TABLE_NAME: table.tableName, USER_ID_ATTRIBUTE: userIdAttribute };
}

/**
 * Lets an update name only these attributes, in key, condition and change. No LeadingKeys, which would limit the rows: the service
 * updates all rows.
 *
 * An update that succeeds may answer with these attributes alone, as AWS's guide asks for: not with `ALL_NEW`. `ALL_OLD` is
 * allowed for `ReturnValuesOnConditionCheckFailure`, with which a refused update answers with the row as it is: in
 * transactions it is asked for under the same key (recorded on 2026-09-25), and nothing shows that a single update differs.
 * So the condition does not hide the rest of the row.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
function onlyAttributes(names: readonly string[]): Conditions {
  return {
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': names },
    StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD', 'UPDATED_NEW', 'ALL_OLD'] },
  };
}

/** A request that names no namespace makes a global bucket (S3 user guide, account-regional namespaces). */
function inNamespace({ namespace }: UserBuckets): Conditions {
  const operator = namespace === 'global' ? 'StringEqualsIfExists' : 'StringEquals';
  return { [operator]: { 's3:x-amz-bucket-namespace': namespace } };
}

/** Condition keys and their values, by operator. */
type Conditions = Readonly<Record<string, Record<string, unknown>>>;

/** In the global namespace, another account may own a bucket of such a name, and allow this role. */
const OF_THIS_ACCOUNT = { StringEquals: { 's3:ResourceAccount': Aws.ACCOUNT_ID } };

/** @param what of a bucket: nothing for the bucket itself, or `/*` for its objects */
function allowOnBuckets(
  role: Role,
  buckets: UserBuckets,
  what: '' | '/*',
  actions: string[],
  conditions?: Conditions,
): void {
  const arnsIn = (partition: string, accountId: string, region: string) =>
    bucketArn(partition, bucketNamePattern({ ...buckets, accountId, region })) + what;
  Grant.addToPrincipal({
    grantee: role,
    actions,
    resourceArns: [arnsIn(Aws.PARTITION, Aws.ACCOUNT_ID, Aws.REGION)],
    ...(conditions && { conditions }),
  }).assertSuccess();
  Validations.of(role).acknowledge({
    // cdk-nag writes the finding's tokens this way.
    id: `AwsSolutions-IAM5[Resource::${arnsIn('<AWS::Partition>', '<AWS::AccountId>', '<AWS::Region>')}]`,
    reason: 'The buckets of future users: only the beginning and the end of their names are known.',
  });
}

function allow(role: Role, resourceArn: string, ...actions: string[]): void {
  Grant.addToPrincipal({ grantee: role, actions, resourceArns: [resourceArn] }).assertSuccess();
}
