import { planBucket } from '../../services/bucket-service/bucket-plan.ts';
import {
  BUCKET_VARIABLES,
  type BucketVariables,
  bucketSettings,
} from '../../services/bucket-service/bucket-settings.ts';
import type { StageTemplate, TemplateResource } from '../stage-template.ts';

/** A function that a queue feeds, and what it listens to. */
export interface SubscriberFacts {
  /** Such as `bucket-service`. */
  readonly name: string;
  /** Detail-types that its rule lets through. */
  readonly events: readonly string[];
  readonly memoryMb: number;
  readonly isTraced: boolean;
  readonly batchSize: number;
  /** Batches at the same time. @default - as many as the account allows */
  readonly concurrency?: number;
  /** Days that its queue keeps an event that waits. */
  readonly queueDays: number;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What a template holds that costs or limits something. */
export interface StackFacts {
  readonly subscribers: readonly SubscriberFacts[];
  readonly functions: number;
  /** Dead-letter queues among them. */
  readonly queues: number;
  readonly pipes: number;
  /** Records in one call of a pipe to the bus. */
  readonly pipeBatchSize: number;
  /** Lanes in which it reads a shard. */
  readonly pipeLanes: number;
  /** Hours after which it gives up a record, if it has to wait. */
  readonly pipeHours: number;
  readonly tables: number;
  /** Days; 0 keeps events without limit. @default - there is no archive */
  readonly archiveDays?: number;
  /** Days that functions' logs are kept. */
  readonly logDays: number;
  readonly alarms: number;
  /** Metrics that alarms watch: each is billed. */
  readonly alarmMetrics: number;
  readonly dashboards: number;
}

/** A stage, and what its stack holds. */
export interface StageFacts {
  /** Such as `prod`. */
  readonly name: string;
  readonly facts: StackFacts;
}

/** How long a stream keeps a record. Source: DynamoDB developer guide, Streams. */
const STREAM_SECONDS = 86_400;

/** How long a queue keeps a message, unless it says otherwise. Source: SQS API reference, SetQueueAttributes. */
const QUEUE_SECONDS = 4 * 86_400;

/** Reads them out of a template of the pipeline. */
export function stackFacts({ Resources }: StageTemplate): StackFacts {
  const ofType = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);
  const [pipe] = ofType('AWS::Pipes::Pipe');
  const [archive] = ofType('AWS::Events::Archive');
  const logDays = ofType('AWS::Logs::LogGroup').map(({ Properties = {} }) => Number(Properties.RetentionInDays ?? 0));
  const streamParameter = (name: string) => read(pipe, 'SourceParameters', 'DynamoDBStreamParameters', name);
  const recordAge = Number(streamParameter('MaximumRecordAgeInSeconds') ?? -1); // -1: as long as the stream keeps it
  return {
    subscribers: ofType('AWS::Lambda::EventSourceMapping').map((mapping) => subscriber(mapping, Resources)),
    functions: ofType('AWS::Lambda::Function').length,
    queues: ofType('AWS::SQS::Queue').length,
    pipes: ofType('AWS::Pipes::Pipe').length,
    pipeBatchSize: Number(streamParameter('BatchSize') ?? 1),
    pipeLanes: Number(streamParameter('ParallelizationFactor') ?? 1),
    pipeHours: (recordAge === -1 ? STREAM_SECONDS : Math.min(recordAge, STREAM_SECONDS)) / 3600,
    tables: ofType('AWS::DynamoDB::Table').length,
    ...(archive && { archiveDays: Number(archive.Properties?.RetentionDays ?? 0) }),
    logDays: Math.max(0, ...logDays),
    alarms: ofType('AWS::CloudWatch::Alarm').length,
    alarmMetrics: ofType('AWS::CloudWatch::Alarm').reduce((sum, alarm) => sum + metricsOf(alarm), 0),
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
  };
}

function subscriber(mapping: TemplateResource, resources: StageTemplate['Resources']): SubscriberFacts {
  const queueId = String(read(mapping, 'EventSourceArn', 'Fn::GetAtt', '0'));
  const handler = resources[String(read(mapping, 'FunctionName', 'Ref'))];
  const variables = (read(handler, 'Environment', 'Variables') ?? {}) as Readonly<Record<string, unknown>>;
  const concurrency = read(mapping, 'ScalingConfig', 'MaximumConcurrency');
  const rules = Object.values(resources).filter(
    (rule) => read(rule, 'Targets', '0', 'Arn', 'Fn::GetAtt', '0') === queueId,
  );
  return {
    name: String(variables.POWERTOOLS_SERVICE_NAME ?? queueId),
    events: rules.flatMap((rule) => (read(rule, 'EventPattern', 'detail-type') ?? []) as string[]),
    memoryMb: Number(read(handler, 'MemorySize') ?? 128),
    isTraced: read(handler, 'TracingConfig', 'Mode') === 'Active',
    batchSize: Number(read(mapping, 'BatchSize') ?? 10),
    ...(concurrency === undefined ? {} : { concurrency: Number(concurrency) }),
    queueDays: Number(read(resources[queueId], 'MessageRetentionPeriod') ?? QUEUE_SECONDS) / 86_400,
    variables,
  };
}

/** An alarm over an expression has several. */
function metricsOf(alarm: TemplateResource): number {
  const metrics = read(alarm, 'Metrics') as { MetricStat?: unknown }[] | undefined;
  return metrics === undefined ? 1 : metrics.filter(({ MetricStat }) => MetricStat !== undefined).length;
}

function read(resource: TemplateResource | undefined, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
    resource?.Properties,
  );
}

/** Whether a subscriber retires and restores buckets: one call each to list them, and to read tags and rules. */
export function settlesBuckets({ variables }: Pick<SubscriberFacts, 'variables'>): boolean {
  return variables.EMPTY_RETIRED_AFTER_DAYS !== undefined;
}

/** An example: the number of calls does not depend on it. */
const REGISTRATION = {
  metadata: { schemaVersion: 1 as const, eventId: 'e', correlationId: 'e' },
  data: { userId: 'u', registeredAt: 0 },
};

/**
 * Calls to S3 that one new bucket takes: CreateBucket, which brings the tags, and one for each further option of the stage.
 * The rule is bucket-service's own. 0 for a subscriber that makes no buckets.
 */
export function bucketCalls({ variables }: SubscriberFacts): number {
  // Who retires buckets knows their names, and nothing else of them.
  if (variables.BUCKET_NAMESPACE === undefined || settlesBuckets({ variables })) return 0;
  const given = Object.fromEntries(BUCKET_VARIABLES.map((name) => [name, String(variables[name])])) as BucketVariables;
  const settings = bucketSettings({ ...given, AWS_REGION: 'us-east-1', BUCKET_ACCOUNT_ID: '123456789012' });
  return 1 + planBucket(REGISTRATION, settings).settings.length;
}
