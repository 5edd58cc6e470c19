/** What EventBridge allows an account in a Region, a second, unless more was asked for. */
export interface EventBridgeQuotas {
  /** PutEvents requests, however many events they hold. */
  readonly putEvents: number;
  /** Deliveries to targets of rules; what is over is late, not lost. */
  readonly invocations: number;
  /** Executions of pipes at the same time. */
  readonly pipeExecutions: number;
}

/** When these were looked up. */
export const QUOTA_DATE = '2026-11-29';

/** Source: EventBridge user guide, eb-quota. */
export const EVENTBRIDGE_SOURCE = 'EventBridge user guide, eb-quota';

/** Codes of EventBridge's quotas in Service Quotas. Those of pipes are not there. */
export const EVENTBRIDGE_CODES = { putEvents: 'L-9B653E91', invocations: 'L-5540C5E3' };

/** The guide does not list every Region: the smaller number is taken for the others. */
const LARGE_PIPES = 3000;
const PIPES = 1000;

const TIERS: readonly [regions: readonly string[], quotas: EventBridgeQuotas][] = [
  [['us-east-1', 'us-west-2', 'eu-west-1'], { putEvents: 10_000, invocations: 18_750, pipeExecutions: LARGE_PIPES }],
  [['us-east-2', 'eu-central-1', 'eu-south-2'], { putEvents: 2400, invocations: 4500, pipeExecutions: PIPES }],
  [
    ['us-west-1', 'eu-west-2', 'ap-northeast-1', 'ap-southeast-1', 'ap-southeast-2'],
    { putEvents: 1200, invocations: 2250, pipeExecutions: PIPES },
  ],
  [
    ['ap-east-1', 'ap-northeast-2', 'ap-south-1', 'ca-central-1', 'eu-north-1', 'eu-west-3', 'sa-east-1'],
    { putEvents: 600, invocations: 1100, pipeExecutions: PIPES },
  ],
];

/** Of every Region that the user guide does not name. */
const OTHERS: EventBridgeQuotas = { putEvents: 400, invocations: 750, pipeExecutions: PIPES };

/**
 * The Regions that the user guide does not name, as of 2026-11; a new one is added here. Those of China and GovCloud are not: that
 * guide is not about them.
 */
const OTHER_REGIONS = [
  'af-south-1',
  'ap-east-2',
  'ap-northeast-3',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
];

/** Regions with the same quotas. */
export interface RegionTier {
  readonly regions: readonly string[];
  readonly quotas: EventBridgeQuotas;
}

/** All known Regions, by their quotas. */
export const REGION_TIERS: readonly RegionTier[] = [
  ...TIERS.map(([regions, quotas]) => ({ regions, quotas })),
  { regions: OTHER_REGIONS, quotas: OTHERS },
];

/** By Region. One that is missing here has no known quotas. */
export const EVENTBRIDGE_QUOTAS: ReadonlyMap<string, EventBridgeQuotas> = new Map(
  REGION_TIERS.flatMap(({ regions, quotas }) => regions.map((region) => [region, quotas] as const)),
);

/** Those of a Region. @default - those of us-east-1, for what is the same in every Region */
export function quotasOf(region = 'us-east-1'): EventBridgeQuotas {
  const quotas = EVENTBRIDGE_QUOTAS.get(region);
  if (quotas === undefined) throw new Error(`The quotas of ${region} are not known.`);
  return quotas;
}

/** General purpose buckets of an account, in all Regions. Source: S3 user guide, BucketRestrictions; announcement of 2024-11-14. */
export const BUCKETS = {
  byDefault: 10_000,
  onRequest: 1_000_000,
  code: 'L-DC2B2D3D',
  source: 'S3 user guide, bucket quotas',
};

/**
 * Write units a second. A table's own quota is the same in both capacity modes; the one for tables with a stream is for provisioned
 * ones only. Source: DynamoDB developer guide, on-demand capacity mode, warm throughput and ServiceQuotas.
 */
export const TABLE_WRITES = {
  ofNewTable: 4000,
  byDefault: 40_000,
  ofPartition: 1000,
  code: 'L-AB614373',
  source: 'DynamoDB developer guide, on-demand capacity mode',
};

/**
 * How a pipe reads a shard: so often while it is idle, and at most so much at a time.
 * Source: EventBridge user guide, eb-pipes-dynamodb; DynamoDB Streams API reference, GetRecords.
 */
export const SHARD_READS = { perSecond: 4, records: 1000, bytes: 1_048_576 };

/** Functions that run at the same time. New accounts may begin with less. Source: Lambda developer guide, quotas. */
export const FUNCTIONS_AT_ONCE = { byDefault: 1000, code: 'L-B99A9384', source: 'Lambda developer guide, quotas' };

/** Synchronous invocations a second, for each function that may run at the same time. Source: Lambda developer guide, quotas. */
export const INVOCATIONS_PER_CONCURRENCY = 10;

/** Batches of one queue at the same time. Source: Lambda developer guide, services-sqs-scaling. */
export const QUEUE_BATCHES = {
  /** At most, where a maximum is set, as in this stack. */
  most: 1000,
  atFirst: 5,
  morePerMinute: 300,
  source: 'Lambda developer guide, services-sqs-scaling',
};

/** Messages of one queue that were received and not deleted. Source: SQS developer guide, quotas-queues. */
export const IN_FLIGHT = { byDefault: 120_000, source: 'SQS developer guide, quotas-queues' };
