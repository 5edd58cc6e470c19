/** The price of one unit. */
export interface Price {
  /** Who charges it. */
  readonly service: string;
  /** US dollars for `per` units. */
  readonly usd: number;
  readonly per: number;
  /** What a unit is, in the plural. */
  readonly unit: string;
  /** Where the number was read, and when. */
  readonly source: string;
  readonly standing: Standing;
}

/**
 * How sure a price is. `confirmed`: it is in AWS's own price list. `likely`: other sources agree, and AWS's list was not seen.
 * `open`: other sources give a number, and it is not known whether AWS charges it here.
 */
export type Standing = 'confirmed' | 'likely' | 'open';

/** The Region of these prices, which also stand for Regions whose own price is not known. Most differ by less than a third. */
export const PRICE_REGION = 'us-east-1';

/** When all prices were looked up. Change it when you look them up again. */
export const PRICE_DATE = '2026-11-28';

const MILLION = 1_000_000;
const PRICE_LIST = 'AWS Price List, September and October 2026';
const EVENTBRIDGE = 'cloudburn.io, EventBridge pricing, 2026-03';
const CLOUDWATCH = 'factualminds.com, CloudWatch pricing, 2026-06';
const STORAGE = 'a public gist of DynamoDB unit prices, gist.github.com/allenheltondev, without a date';
const INFRACOST = 'output of Infracost, github.com/vreutova/infracost-idem-support/pull/2, without a date';

/** A price of AWS's own list. @param note what else it says */
function confirmed(service: string, usd: number, per: number, unit: string, note?: string): Price {
  return {
    service,
    usd,
    per,
    unit,
    source: note === undefined ? PRICE_LIST : `${PRICE_LIST}; ${note}`,
    standing: 'confirmed',
  };
}

function likely(service: string, usd: number, per: number, unit: string, source: string): Price {
  return { service, usd, per, unit, source, standing: 'likely' };
}

function open(service: string, usd: number, per: number, unit: string, source: string): Price {
  return { service, usd, per, unit, source, standing: 'open' };
}

/** Without the free tier, and in the first tier of volume. */
export const PRICES = {
  dynamoDbWrites: confirmed('DynamoDB', 0.625, MILLION, 'write units'),
  dynamoDbStorage: confirmed('DynamoDB', 0.25, 1, 'GB-months', 'the first 25 GB of an account are free'),
  dynamoDbBackups: confirmed('DynamoDB, point-in-time recovery', 0.2, 1, 'GB-months'),
  streamReads: open(
    'DynamoDB Streams',
    0.2,
    MILLION,
    'reads of a stream, if a pipe pays them',
    `${STORAGE}; the first 2,500,000 a month are free, and all of Lambda (DynamoDB developer guide)`,
  ),
  pipeRequests: likely('EventBridge Pipes', 0.4, MILLION, 'requests', `${EVENTBRIDGE}: what the filter lets through`),
  customEvents: confirmed('EventBridge', 1, MILLION, 'events'),
  ruleDeliveries: likely('EventBridge', 0, MILLION, 'deliveries', `${EVENTBRIDGE}: free in the same account`),
  replays: likely('EventBridge', 1, MILLION, 'replayed events', `${EVENTBRIDGE}: as custom events`),
  archiving: likely('EventBridge', 0.1, 1, 'GB', EVENTBRIDGE),
  archiveStorage: open('EventBridge', 0.023, 1, 'GB-months', EVENTBRIDGE),
  queueRequests: confirmed('SQS', 0.4, MILLION, 'requests'),
  functionRequests: confirmed('Lambda', 0.2, MILLION, 'requests'),
  functionSeconds: confirmed('Lambda', 13.3334, MILLION, 'GB-seconds (arm64)'),
  bucketRequests: confirmed('S3', 5, MILLION, 'requests', 'of the tier of PUT, which CreateBucket is taken to be of'),
  buckets: confirmed('S3', 0.02, 1, 'bucket-months', 'the first 2,000 of an account are free'),
  logBytes: confirmed('CloudWatch Logs', 0.5, 1, 'GB'),
  logStorage: likely('CloudWatch Logs', 0.03, 1, 'GB-months', INFRACOST),
  metrics: likely('CloudWatch', 0.3, 1, 'metric-months', 'signoz.io, CloudWatch pricing, 2026-02'),
  alarms: confirmed('CloudWatch', 0.1, 1, 'alarm metric-months'),
  dashboards: likely('CloudWatch', 3, 1, 'dashboard-months', CLOUDWATCH),
  traces: likely('X-Ray', 5, MILLION, 'traces', 'awsnegotiations.com, X-Ray pricing, without a date'),
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;

/** Buckets of an account that cost nothing. */
export const FREE_BUCKETS = 2000;

/** Known prices of other Regions, for the same number of units. Source: AWS Price List, September and October 2026. */
export const REGION_PRICES: ReadonlyMap<string, Partial<Readonly<Record<PriceName, number>>>> = new Map([
  ['ap-northeast-1', { dynamoDbWrites: 0.715, bucketRequests: 4.7, logBytes: 0.76 }],
]);

/** The cost of units in a Region, in US dollars, at its own price if that is known. */
export function costOf(price: PriceName, units: number, region: string = PRICE_REGION): number {
  const { usd, per } = PRICES[price];
  return ((REGION_PRICES.get(region)?.[price] ?? usd) * units) / per;
}
