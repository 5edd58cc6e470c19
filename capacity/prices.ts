/** What AWS asks for one unit of something. */
export interface Price {
  /** US dollars for `per` units. */
  readonly usd: number;
  readonly per: number;
  /** What a unit is, in the plural. */
  readonly unit: string;
  /** Where the number was read, and when. */
  readonly source: string;
  /** Whether AWS itself was the source; otherwise somebody else's page was. */
  readonly confirmed: boolean;
}

/** The Region whose prices these are. Others differ, most by less than a third. */
export const PRICE_REGION = 'us-east-1';

/** When all of them were looked up. To look them up anew is to change this date too. */
export const PRICE_DATE = '2026-11-26';

const MILLION = 1_000_000;
const EVENTBRIDGE = 'cloudburn.io, EventBridge pricing, 2026-03';
const CLOUDWATCH = 'factualminds.com, CloudWatch pricing, 2026-06';
const SQS = 'cloudburn.io, SQS pricing, 2026-03';
const DYNAMODB = 'airbyte.com, DynamoDB pricing, after the change of 2024-11';
const STORAGE = 'a public gist of DynamoDB unit prices, gist.github.com/allenheltondev, without a date';
const INFRACOST = 'output of Infracost, github.com/vreutova/infracost-idem-support/pull/2, without a date';

/** Without the free tier, and in the first tier of volume. */
export const PRICES = {
  dynamoDbWrites: { usd: 0.625, per: MILLION, unit: 'write units', source: DYNAMODB, confirmed: false },
  dynamoDbStorage: { usd: 0.25, per: 1, unit: 'GB-months', source: STORAGE, confirmed: false },
  dynamoDbBackups: { usd: 0.2, per: 1, unit: 'GB-months', source: STORAGE, confirmed: false },
  streamReads: {
    usd: 0.2,
    per: MILLION,
    unit: 'reads of a stream, if a pipe pays them',
    source: `${STORAGE}; the first 2,500,000 a month are free, and all of Lambda (DynamoDB developer guide)`,
    confirmed: false,
  },
  pipeRequests: { usd: 0.4, per: MILLION, unit: 'requests', source: EVENTBRIDGE, confirmed: false },
  customEvents: { usd: 1, per: MILLION, unit: 'events', source: EVENTBRIDGE, confirmed: false },
  ruleDeliveries: {
    usd: 0,
    per: MILLION,
    unit: 'deliveries',
    source: `${EVENTBRIDGE}: free in the same account`,
    confirmed: false,
  },
  archiving: { usd: 0.1, per: 1, unit: 'GB', source: EVENTBRIDGE, confirmed: false },
  archiveStorage: { usd: 0.023, per: 1, unit: 'GB-months', source: EVENTBRIDGE, confirmed: false },
  queueRequests: { usd: 0.4, per: MILLION, unit: 'requests', source: SQS, confirmed: false },
  functionRequests: {
    usd: 0.2,
    per: MILLION,
    unit: 'requests',
    source: 'cloudchipr.com, Lambda pricing, 2024',
    confirmed: false,
  },
  functionSeconds: {
    usd: 13.3334,
    per: MILLION,
    unit: 'GB-seconds (arm64)',
    source: 'cloudchipr.com, Lambda pricing, 2024',
    confirmed: false,
  },
  bucketRequests: {
    usd: 5,
    per: MILLION,
    unit: 'requests',
    source: 'dev.to, S3 pricing, without a date: PUT requests; for CreateBucket it is not said',
    confirmed: false,
  },
  buckets: {
    usd: 0.02,
    per: 1,
    unit: 'bucket-months',
    source:
      'S3 pricing page, as three public repositories quote it, without a date; the first 2,000 of an account are free',
    confirmed: false,
  },
  logBytes: { usd: 0.5, per: 1, unit: 'GB', source: CLOUDWATCH, confirmed: false },
  logStorage: { usd: 0.03, per: 1, unit: 'GB-months', source: INFRACOST, confirmed: false },
  metrics: {
    usd: 0.3,
    per: 1,
    unit: 'metric-months',
    source: 'signoz.io, CloudWatch pricing, 2026-02',
    confirmed: false,
  },
  alarms: { usd: 0.1, per: 1, unit: 'alarm metric-months', source: INFRACOST, confirmed: false },
  dashboards: { usd: 3, per: 1, unit: 'dashboard-months', source: CLOUDWATCH, confirmed: false },
  traces: {
    usd: 5,
    per: MILLION,
    unit: 'traces',
    source: 'awsnegotiations.com, X-Ray pricing, without a date',
    confirmed: false,
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;

/** Buckets of an account that cost nothing. */
export const FREE_BUCKETS = 2000;

/** What so many units cost, in US dollars. */
export function costOf(price: PriceName, units: number): number {
  const { usd, per } = PRICES[price];
  return (usd * units) / per;
}
