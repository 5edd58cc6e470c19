import { Aws, Validations } from 'aws-cdk-lib';
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Grant, type Role } from 'aws-cdk-lib/aws-iam';
import type { SubscriberAccess } from '../../services/shared/subscription.ts';

/** Everything that a subscriber can be given access to. */
export interface SharedResources {
  readonly bus: EventBus;
  readonly table: ITable | Table;
  readonly userIdAttribute: string;
  readonly buckets: {
    readonly namePrefix: string;
    readonly namespace: 'account-regional' | 'global';
    readonly cors: boolean;
    readonly publicListing: boolean;
  };
}

/** Environment variables, by name. */
export type Environment = Readonly<Record<string, string>>;

/** Gives one access to a function's role, and says what the handler must know to use it. */
type GiveAccess = (role: Role, resources: SharedResources) => Environment;

/** Each access that a subscription can ask for: the least grant that serves it, and its environment variables. */
export const SUBSCRIBER_ACCESS_GRANTS: Readonly<Record<SubscriberAccess, GiveAccess>> = {
  'publish-events': (role, { bus }) => {
    allow(role, bus.eventBusArn, 'events:PutEvents');
    return { EVENT_BUS_NAME: bus.eventBusName };
  },

  'create-user-buckets': (role, { buckets }) => {
    allow(
      role,
      bucketArns(buckets, { partition: Aws.PARTITION, account: Aws.ACCOUNT_ID, region: Aws.REGION }),
      's3:CreateBucket',
      's3:TagResource', // tags sent with CreateBucket itself
      ...(buckets.cors ? ['s3:PutBucketCORS'] : []),
      ...(buckets.publicListing ? ['s3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock'] : []),
    );
    // cdk-nag writes the finding's tokens this way.
    const place = { partition: '<AWS::Partition>', account: '<AWS::AccountId>', region: '<AWS::Region>' };
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${bucketArns(buckets, place)}]`,
      reason: 'The buckets of future users: their names are not known yet, only how they begin and end.',
    });
    return {
      BUCKET_NAME_PREFIX: buckets.namePrefix,
      BUCKET_NAMESPACE: buckets.namespace,
      BUCKET_ACCOUNT_ID: Aws.ACCOUNT_ID,
      BUCKET_CORS: String(buckets.cors),
      BUCKET_PUBLIC_LISTING: String(buckets.publicListing),
    };
  },

  'update-users-table': (role, { table, userIdAttribute }) => {
    allow(role, table.tableArn, 'dynamodb:UpdateItem');
    return { USERS_TABLE_NAME: table.tableName, USER_ID_ATTRIBUTE: userIdAttribute };
  },
};

function allow(role: Role, resourceArn: string, ...actions: string[]): void {
  Grant.addToPrincipal({ grantee: role, actions, resourceArns: [resourceArn] }).assertSuccess();
}

/** The buckets of every user, those of the future among them. An account-regional name says where it belongs. */
function bucketArns(
  { namePrefix, namespace }: SharedResources['buckets'],
  { partition, account, region }: { partition: string; account: string; region: string },
): string {
  const ending = namespace === 'account-regional' ? `-${account}-${region}-an` : '';
  return `arn:${partition}:s3:::${namePrefix}*${ending}`;
}
