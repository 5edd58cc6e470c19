import { type BucketLifecycle, bucketLifecycleField } from '../services/bucket-service/bucket-lifecycle.ts';
import {
  BUCKET_NAMESPACES,
  type BucketNamespace,
  bucketNamePrefixField,
} from '../services/bucket-service/bucket-name.ts';
import { type StageTags, stageTagsField } from '../services/bucket-service/bucket-tags.ts';
import { anyOf, type Field, flag, text, wholeNumber } from '../services/shared/field.ts';

/** Days that CloudWatch Logs accepts as a log group's retention (API PutRetentionPolicy). */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** What one stage may set, under `stages.<stage>` in `cdk.json`. Every setting has a default, the cautious one. */
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
   * Whether everyone may list new buckets. Opens their public access block as far as that needs.
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
   * Tags of new buckets, such as `{"cost-center": "4711"}`, beside those that tell of the registration. A tag is a place for
   * nothing secret: bills and reports show it.
   * @default {}
   * @costs no call and no grant: they travel in CreateBucket
   */
  readonly bucketTags: StageTags;

  /**
   * What S3 does with the objects of new buckets by itself.
   * @default {}
   * @costs one call of PutBucketLifecycleConfiguration per user, and the grant `s3:PutLifecycleConfiguration`. S3 charges for
   * each object that it moves to Intelligent-Tiering, and for watching it there
   */
  readonly bucketLifecycle: BucketLifecycle;

  /**
   * Lanes in which the pipe reads each shard of the table's stream, side by side. Every user has one of them, so that the
   * order of a user's changes holds, and a record that the bus refuses keeps back only those of its lane.
   * @default 10
   * @costs nothing by itself. Each lane may be one execution of the account's quota of executions of pipes at once
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
   * Whether DynamoDB refuses to delete the table that the stack made. Neither `removalPolicy` nor `terminationProtection` stops
   * DeleteTable. With `removalPolicy` `destroy` it is `false` when left out, and `true` is refused: CloudFormation could not
   * delete the stack. A table that is there already is left as it is.
   * @default true
   */
  readonly tableDeletionProtection: boolean;

  /**
   * Days that logs are kept; one of the values that CloudWatch Logs allows.
   * @default 90
   */
  readonly logRetentionDays: (typeof LOG_RETENTION_DAYS)[number];

  /**
   * Days that events stay in the archive and can be replayed, 0 to 36,500; 0 keeps them for ever.
   * @default 0
   */
  readonly archiveRetentionDays: number;

  /**
   * Whether the stage has a schema registry that shows the events' contracts in the console. Not every Region has the
   * service, and where it is missing a deployment fails.
   * @default true
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/feature-availability.html
   */
  readonly schemaRegistry: boolean;

  /**
   * The least severe log lines that functions write. WARN and ERROR are not to be had: metrics are lines without a level,
   * which Lambda takes for INFO and would drop, and with them the service level and its alarm.
   * @default 'INFO'
   * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
   */
  readonly logLevel: 'DEBUG' | 'INFO';

  /**
   * Who gets a mail when an alarm goes off, and when it is over. SNS asks the address for its consent after the deployment,
   * and sends nothing before it has it. An empty text is nobody.
   * @default ''
   */
  readonly alarmEmail: string;

  /**
   * Seconds that the oldest message of a subscriber's queue may wait, 60 to 345,600. With a timeout longer than the default
   * of 10 seconds a subscriber has more, in proportion: 5 attempts of 6 timeouts each are 300 seconds.
   * @default 300
   */
  readonly alarmOldestMessageSeconds: number;

  /**
   * Executions of the pipe in five minutes that fail, wholly or in part, are throttled or take too long, from which on an
   * alarm goes off; each of the four is counted for itself.
   * @default 1
   */
  readonly alarmPipeFailures: number;

  /**
   * Failed invocations of one function in five minutes from which on an alarm goes off. An event that could not be handled
   * is none: it goes to the dead-letter queue. A function that does not start, crashes or runs out of time is one.
   * @default 1
   */
  readonly alarmFunctionErrors: number;

  /**
   * Throttled invocations of one function in five minutes from which on an alarm goes off. Some do no harm: the events wait.
   * @default 10
   */
  readonly alarmFunctionThrottles: number;

  /**
   * The service level: seconds from a registration until the bucket's URI stands in the row, which 99 of 100 users shall
   * not wait longer than. Registrations are dated in whole seconds, so that up to one second is measured too much.
   * @default 5
   */
  readonly serviceLevelSeconds: number;
}

/** What each of them may be, and is when left out. */
export const STAGE_FIELDS: { readonly [Name in keyof StageSettings]: Field<StageSettings[Name]> } = {
  userIdAttribute: text('userId', /^[A-Za-z0-9_-]{1,255}$/, 'a text of 1 to 255 letters, digits, _ and -'),
  bucketNamePrefix: bucketNamePrefixField,
  bucketNamespace: anyOf('account-regional', BUCKET_NAMESPACES),
  bucketCors: flag(false),
  bucketPublicListing: flag(false),
  bucketTlsOnly: flag(false),
  bucketTags: stageTagsField,
  bucketLifecycle: bucketLifecycleField,
  parallelizationFactor: wholeNumber(10, 1, 10),
  removalPolicy: anyOf('retain', ['destroy', 'retain']),
  terminationProtection: flag(true),
  tableDeletionProtection: flag(true),
  logRetentionDays: anyOf(90, LOG_RETENTION_DAYS),
  archiveRetentionDays: wholeNumber(0, 0, 36_500),
  schemaRegistry: flag(true),
  logLevel: anyOf('INFO', ['DEBUG', 'INFO']),
  alarmEmail: text('', /^([^\s@]+@[^\s@]+)?$/, 'an e-mail address, or an empty text'),
  alarmOldestMessageSeconds: wholeNumber(300, 60, 345_600),
  alarmPipeFailures: wholeNumber(1, 1, 1_000_000),
  alarmFunctionErrors: wholeNumber(1, 1, 1_000_000),
  alarmFunctionThrottles: wholeNumber(10, 1, 1_000_000),
  serviceLevelSeconds: wholeNumber(5, 1, 86_400),
};

/** What a stage is that sets nothing. */
export const DEFAULT_SETTINGS = Object.fromEntries(
  Object.entries(STAGE_FIELDS).map(([name, field]) => [name, field.default]),
) as unknown as StageSettings;
