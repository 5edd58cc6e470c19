/** How often a second EventBridge lets a Region's account do something, unless more was asked for. */
export interface EventBridgeQuotas {
  /** PutEvents requests, however many events they hold. */
  readonly putEvents: number;
  /** Deliveries to targets of rules; what is over is late, not lost. */
  readonly invocations: number;
  /** Executions of pipes at the same time. */
  readonly pipeExecutions: number;
}

/** When these were looked up. */
export const QUOTA_DATE = '2026-11-22';

/** Source: EventBridge user guide, eb-quota. */
export const EVENTBRIDGE_SOURCE = 'EventBridge user guide, eb-quota';

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

/** By Region. One that is missing here has no known quotas. */
export const EVENTBRIDGE_QUOTAS: ReadonlyMap<string, EventBridgeQuotas> = new Map([
  ...TIERS.flatMap(([regions, quotas]) => regions.map((region) => [region, quotas] as const)),
  ...OTHER_REGIONS.map((region) => [region, OTHERS] as const),
]);

/** General purpose buckets of an account, in all Regions. Source: S3 user guide, BucketRestrictions; announcement of 2024-11-14. */
export const BUCKETS = { byDefault: 10_000, onRequest: 1_000_000, source: 'S3 user guide, bucket quotas' };

/** Writes a second. Source: DynamoDB developer guide, on-demand capacity mode and Limits; AWS Database Blog, 2024-05. */
export const TABLE_WRITES = {
  ofNewTable: 4000,
  byDefault: 40_000,
  ofPartition: 1000,
  source: 'DynamoDB developer guide, on-demand capacity mode',
};

/** Functions that run at the same time. New accounts may begin with less. Source: Lambda developer guide, quotas. */
export const FUNCTIONS_AT_ONCE = { byDefault: 1000, source: 'Lambda developer guide, quotas' };
