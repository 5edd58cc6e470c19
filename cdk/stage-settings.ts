import { type BucketLifecycle, bucketLifecycleField } from '../services/bucket-service/bucket-lifecycle.ts';
import {
  BUCKET_NAMESPACES,
  type BucketNamespace,
  bucketNamePrefixField,
} from '../services/bucket-service/bucket-name.ts';
import { type StageTags, stageTagsField } from '../services/bucket-service/bucket-tags.ts';
import { anyOf, type Field, flag, text, wholeNumber } from '../services/shared/field.ts';
import { type BusSubscribers, busSubscribersField } from './bus-subscribers.ts';

/** Days that CloudWatch Logs accepts as a log group's retention (API PutRetentionPolicy). */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const WHEN_USER_LEAVES = ['nothing', 'keep', 'empty-and-delete'] as const;

/** What a stage may set, under `stages.<stage>` in `cdk.json`. Every setting has a default, the cautious one. */
export interface StageSettings {
  /**
   * Name of the table's partition key, a string attribute. Letters, digits, `_` and `-` only: a pipe's input
   * template can address nothing else.
   * @default 'userId'
   */
  readonly userIdAttribute: string;

  /**
   * How every user's bucket name begins. In the account-regional namespace it must be shorter, since account and Region
   * are part of the name, and some Regions have a name as long as `ap-northeast-1`.
   * @default 'siu'
   */
  readonly bucketNamePrefix: string;

  /**
   * Whose names the buckets take: `account-regional` names end in `-ACCOUNT-REGION-an` and no other account can
   * hold them; `global` names are shorter, and anyone may have taken them.
   * @default 'account-regional'
   */
  readonly bucketNamespace: BucketNamespace;

  /**
   * Whether new buckets get a CORS rule, so that a browser can reach their files.
   * @default false
   * @costs one call of PutBucketCors per user, and the grant `s3:PutBucketCORS`
   */
  readonly bucketCors: boolean;

  /**
   * Whether everyone may list new buckets. This opens their public access block as far as needed.
   * @default false
   * @costs one call each of PutPublicAccessBlock and PutBucketPolicy per user, and the grants `s3:PutBucketPublicAccessBlock`
   * and `s3:PutBucketPolicy`
   */
  readonly bucketPublicListing: boolean;

  /**
   * Whether new buckets refuse requests over plain `http`, by their policy. Without it S3 answers those too.
   * @default false
   * @costs one call of PutBucketPolicy per user, and the grant `s3:PutBucketPolicy`. With `bucketPublicListing` it costs
   * nothing more: a bucket has one policy
   */
  readonly bucketTlsOnly: boolean;

  /**
   * Tags of new buckets, such as `{"cost-center": "4711"}`, in addition to those of the registration. Put nothing secret into
   * a tag: bills and reports show it.
   * @default {}
   * @costs no call and no grant: they travel in CreateBucket
   */
  readonly bucketTags: StageTags;

  /**
   * What S3 does with the objects of new buckets over time.
   * @default {}
   * @costs one call of PutBucketLifecycleConfiguration per user, and the grant `s3:PutLifecycleConfiguration`. S3 charges for
   * each object that it moves to Intelligent-Tiering, and for monitoring it there
   */
  readonly bucketLifecycle: BucketLifecycle;

  /**
   * What becomes of a user's bucket when their row is deleted, by a call or by DynamoDB's time to live. With `nothing`, a deletion
   * publishes no event and the bucket stays as it is. Otherwise it becomes `UserDeleted`, and the bucket is retired: with `keep` it
   * gets a tag, with `empty-and-delete` S3 also empties it after `emptyBucketAfterDays`, and `npx pipeline reconcile --fix` then
   * deletes it. A row that is back before that takes the retirement back.
   * @default 'nothing'
   * @costs a second pipe on the table's stream (DynamoDB advises two readers of a stream at most); two subscribers, with
   * their alarms; one call each of GetItem, ListBuckets, GetBucketTagging and GetBucketLifecycleConfiguration per registration; and the
   * grants of the access `retire-user-buckets`
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
   */
  readonly whenUserLeaves: (typeof WHEN_USER_LEAVES)[number];

  /**
   * Whole days that the objects of a user who left stay, at least, with `whenUserLeaves` `empty-and-delete`. They count from the
   * moment at which the bucket is retired. S3 begins at the midnight (UTC) after them.
   * @default 30
   */
  readonly emptyBucketAfterDays: number;

  /**
   * Lanes in which the pipe reads each shard of the table's stream in parallel. All changes of a user are in one lane, so they stay
   * in order, and a record that the bus refuses blocks only its own lane.
   * @default 10
   * @costs nothing by itself. Each lane may use one of the pipe executions that the account may run at the same time
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-dynamodb.html
   */
  readonly parallelizationFactor: number;

  /**
   * What happens to the data (table, archive and its bus, dead-letter queues, logs) when the stack is deleted.
   * @default 'retain'
   */
  readonly removalPolicy: 'destroy' | 'retain';

  /**
   * Whether CloudFormation refuses to delete the stack.
   * @default true
   */
  readonly terminationProtection: boolean;

  /**
   * Whether DynamoDB refuses to delete the stack's own table. Neither `removalPolicy` nor `terminationProtection` stops
   * DeleteTable. With `removalPolicy` `destroy` the default is `false`, and `true` is refused: CloudFormation could not delete
   * the stack. An existing table is not changed.
   * @default true
   */
  readonly tableDeletionProtection: boolean;

  /**
   * Days that logs are kept; one of the values that CloudWatch Logs allows.
   * @default 90
   */
  readonly logRetentionDays: (typeof LOG_RETENTION_DAYS)[number];

  /**
   * Days that events stay in the archive and can be replayed, 0 to 36,500; 0 keeps them without limit.
   * @default 0
   */
  readonly archiveRetentionDays: number;

  /**
   * Whether the stage has a schema registry that shows the events' contracts in the console. In a Region without this
   * service, a deployment fails.
   * @default true
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/feature-availability.html
   */
  readonly schemaRegistry: boolean;

  /**
   * Other accounts, and whole organizations, that may subscribe to the bus: each may make rules on it that send to buses of its own
   * account, at most 12 entries in all. The stack's own account needs no entry. What the other side does is in
   * [Other accounts](other-accounts.md).
   * @default {}
   * @costs nothing by itself. EventBridge charges this account for each event that goes to another account, as for a custom event
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
   */
  readonly busSubscribers: BusSubscribers;

  /**
   * The least severe log lines that functions write. WARN and ERROR are not possible: metrics are lines without a level.
   * Lambda treats them as INFO and would drop them, and with them the service level and its alarm.
   * @default 'INFO'
   * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
   */
  readonly logLevel: 'DEBUG' | 'INFO';

  /**
   * Address that gets a mail when an alarm goes off and when it ends. SNS asks the address for consent after the deployment,
   * and sends nothing before that. With an empty text no mail is sent.
   * @default ''
   */
  readonly alarmEmail: string;

  /**
   * Seconds that the oldest message of a subscriber's queue may wait, 60 to 345,600. A subscriber with a timeout longer than the
   * default of 10 seconds gets more, in proportion: 5 attempts of 6 timeouts each are 300 seconds.
   * @default 300
   */
  readonly alarmOldestMessageSeconds: number;

  /**
   * An alarm goes off when this many executions of the pipe in five minutes fail completely, fail in part, are throttled, or
   * take too long. Each of the four is counted separately.
   * @default 1
   */
  readonly alarmPipeFailures: number;

  /**
   * An alarm goes off when this many invocations of one function fail in five minutes: the function does not start, crashes or
   * runs out of time. An event that could not be handled does not count: it goes to the dead-letter queue.
   * @default 1
   */
  readonly alarmFunctionErrors: number;

  /**
   * An alarm goes off when this many invocations of one function are throttled in five minutes. A few do no harm: the events wait.
   * @default 10
   */
  readonly alarmFunctionThrottles: number;

  /**
   * The service level: 99 of 100 users wait at most this many seconds from registration until the bucket's URI is in their row.
   * Registrations are dated in whole seconds, so the measured time is up to one second too long.
   * @default 5
   */
  readonly serviceLevelSeconds: number;
}

/** Allowed values and default of each setting. */
export const STAGE_FIELDS: { readonly [Name in keyof StageSettings]: Field<StageSettings[Name]> } = {
  userIdAttribute: text('userId', /^[A-Za-z0-9_-]{1,255}$/, 'a text of 1 to 255 letters, digits, _ and -'),
  bucketNamePrefix: bucketNamePrefixField,
  bucketNamespace: anyOf('account-regional', BUCKET_NAMESPACES),
  bucketCors: flag(false),
  bucketPublicListing: flag(false),
  bucketTlsOnly: flag(false),
  bucketTags: stageTagsField,
  bucketLifecycle: bucketLifecycleField,
  whenUserLeaves: anyOf('nothing', WHEN_USER_LEAVES),
  emptyBucketAfterDays: wholeNumber(30, 1, 3_650),
  parallelizationFactor: wholeNumber(10, 1, 10),
  removalPolicy: anyOf('retain', ['destroy', 'retain']),
  terminationProtection: flag(true),
  tableDeletionProtection: flag(true),
  logRetentionDays: anyOf(90, LOG_RETENTION_DAYS),
  archiveRetentionDays: wholeNumber(0, 0, 36_500),
  schemaRegistry: flag(true),
  busSubscribers: busSubscribersField,
  logLevel: anyOf('INFO', ['DEBUG', 'INFO']),
  alarmEmail: text('', /^([^\s@]+@[^\s@]+)?$/, 'an e-mail address, or an empty text'),
  alarmOldestMessageSeconds: wholeNumber(300, 60, 345_600),
  alarmPipeFailures: wholeNumber(1, 1, 1_000_000),
  alarmFunctionErrors: wholeNumber(1, 1, 1_000_000),
  alarmFunctionThrottles: wholeNumber(10, 1, 1_000_000),
  serviceLevelSeconds: wholeNumber(5, 1, 86_400),
};

/** The settings of a stage that sets nothing. */
export const DEFAULT_SETTINGS = Object.fromEntries(
  Object.entries(STAGE_FIELDS).map(([name, field]) => [name, field.default]),
) as unknown as StageSettings;
