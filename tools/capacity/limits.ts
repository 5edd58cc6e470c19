import { assumed } from './assumptions.ts';
import { eventsOf, handlingMs } from './line-items.ts';
import { BUCKETS, EVENTBRIDGE_SOURCE, type EventBridgeQuotas, FUNCTIONS_AT_ONCE, TABLE_WRITES } from './quotas.ts';
import type { StackFacts, SubscriberFacts } from './stack-facts.ts';

/** A limit of one account. */
export interface Limit {
  readonly name: string;
  /** `users`: every user takes some of it for good. `rate`: it is available again every second. */
  readonly of: 'users' | 'rate';
  /** Users, or sign-ups a second, that it is enough for as it is. */
  readonly enoughFor: number;
  /** The calculation, in words. */
  readonly because: string;
  /** The limit's current value. */
  readonly amount: number;
  /** What to do before it is reached. */
  readonly fix: string;
  /** What it is counted in. */
  readonly unit: string;
  readonly source: string;
}

const MS = 1000;
/** The sign-up, and the URI. */
const WRITES = 2;
/** Of the pipe, and of bucket-service; at high rates several events share one. */
const PUTS = 2;

/** All limits of one account, before any quota is raised. */
export function limitsOf(facts: StackFacts, quotas: EventBridgeQuotas): Limit[] {
  return [bucketLimit(), tableLimit(), ...pipeLimits(facts, quotas), ...busLimits(facts, quotas), ...workLimits(facts)];
}

function bucketLimit(): Limit {
  const { byDefault, onRequest, source } = BUCKETS;
  return {
    name: 'buckets of the account',
    of: 'users',
    enoughFor: byDefault,
    amount: byDefault,
    unit: 'buckets',
    because: `one bucket a user, ${written(byDefault)} by default, in all Regions together`,
    fix: `ask for more, up to ${written(onRequest)}: Service Quotas in us-east-1, Amazon S3, General purpose buckets`,
    source,
  };
}

function tableLimit(): Limit {
  const { ofNewTable, byDefault, source } = TABLE_WRITES;
  return {
    name: 'writes of a new table',
    of: 'rate',
    enoughFor: ofNewTable / WRITES,
    amount: ofNewTable,
    unit: 'write units a second',
    because: `${WRITES} writes a sign-up, ${written(ofNewTable)} a second until the table has grown`,
    fix: `set the table's warm throughput beforehand; above ${written(byDefault)} writes a second, ask for more`,
    source,
  };
}

/** Each lane handles one batch at a time. DynamoDB decides the number of shards: here, one for each partition of a new table. */
function pipeLimits({ pipes, pipeBatchSize, pipeLanes }: StackFacts, { pipeExecutions }: EventBridgeQuotas): Limit[] {
  if (pipes === 0) return [];
  const shards = TABLE_WRITES.ofNewTable / TABLE_WRITES.ofPartition;
  const lanes = shards * pipeLanes;
  const perLane = (pipeBatchSize * MS) / assumed('pipeRoundMs');
  return [
    {
      name: 'the pipe, on a new table',
      of: 'rate',
      enoughFor: lanes * perLane,
      amount: lanes,
      unit: 'lanes',
      because: `${lanes} lanes in ${shards} shards, ${pipeBatchSize} records each every ${assumed('pipeRoundMs')} ms (assumed, not measured)`,
      fix: 'raise parallelizationFactor in cdk.json, up to 10; then warm the table: more partitions are more shards',
      source: 'EventBridge user guide, eb-pipes-dynamodb',
    },
    {
      name: 'executions of pipes at once',
      of: 'rate',
      enoughFor: pipeExecutions * perLane,
      amount: pipeExecutions,
      unit: 'executions',
      because: `${written(pipeExecutions)} of the account in this Region, one for each lane`,
      fix: 'ask for more: Service Quotas, Amazon EventBridge Pipes',
      source: EVENTBRIDGE_SOURCE,
    },
  ];
}

function busLimits({ subscribers }: StackFacts, { putEvents, invocations }: EventBridgeQuotas): Limit[] {
  const deliveries = subscribers.reduce((sum, each) => sum + eventsOf(each), 0);
  return [
    {
      name: 'PutEvents requests',
      of: 'rate',
      enoughFor: putEvents / PUTS,
      amount: putEvents,
      unit: 'requests a second',
      because: `${PUTS} a sign-up, if no events share one; ${written(putEvents)} a second in this Region`,
      fix: 'ask for more: Service Quotas, Amazon EventBridge, PutEvents throttle limit; until then the pipe and the queue retry',
      source: EVENTBRIDGE_SOURCE,
    },
    {
      name: 'deliveries to subscribers',
      of: 'rate',
      enoughFor: invocations / Math.max(1, deliveries),
      amount: invocations,
      unit: 'deliveries a second',
      because: `${deliveries} a sign-up, ${written(invocations)} a second in this Region; whether the archive counts is not confirmed`,
      fix: 'ask for more: Service Quotas, Amazon EventBridge, Invocations throttle limit; until then events are late, not lost',
      source: EVENTBRIDGE_SOURCE,
    },
  ];
}

function workLimits({ subscribers }: StackFacts): Limit[] {
  const { byDefault, source } = FUNCTIONS_AT_ONCE;
  const secondsPerUser = subscribers.reduce((sum, each) => sum + (eventsOf(each) * handlingMs(each)) / MS, 0);
  return [
    ...subscribers.flatMap(concurrencyLimit),
    {
      name: 'functions at once',
      of: 'rate',
      enoughFor: byDefault / secondsPerUser,
      amount: byDefault,
      unit: 'at once',
      because: `${secondsPerUser.toFixed(2)} s of functions a sign-up, if events come alone; ${written(byDefault)} at once in the account, in a new one perhaps fewer`,
      fix: 'ask for more: Service Quotas, AWS Lambda, Concurrent executions; waiting events stay in the queues',
      source,
    },
  ];
}

/** The stack's own limit, which protects the account. The events of a batch are handled at the same time, so a batch takes as long as one event. */
function concurrencyLimit(subscriber: SubscriberFacts): Limit[] {
  const { name, concurrency, batchSize } = subscriber;
  const events = eventsOf(subscriber);
  if (concurrency === undefined || events === 0) return [];
  const seconds = handlingMs(subscriber) / MS;
  return [
    {
      name: `concurrency of ${name}`,
      of: 'rate',
      enoughFor: (concurrency * batchSize) / seconds / events,
      amount: concurrency,
      unit: 'batches at once',
      because: `${concurrency} batches of ${batchSize} at once, ${seconds.toFixed(2)} s each (assumed; ${assumed('ownMs')} ms measured)`,
      fix: `raise concurrency in services/${name}/subscription.ts; waiting events stay in the queue`,
      source: "the stack's own setting",
    },
  ];
}

/** A number with thousands separators, rounded down. */
export function written(value: number): string {
  return Math.floor(value).toLocaleString('en-US');
}
