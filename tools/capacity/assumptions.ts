import { TABLE_WRITES } from './quotas.ts';

/** A number that the cost depends on and that is not in the template. */
export interface Assumption {
  readonly value: number;
  readonly unit: string;
  readonly says: string;
  /** How it is known. */
  readonly basis: string;
}

const MEASURED = 'measured on the local engine, 200 registrations, stage prod, 2026-11-26';
const ASSUMED = 'assumed; not measured on AWS yet';

/** Of one registration, unless it says otherwise. */
export const ASSUMPTIONS = {
  eventsPerBatch: {
    value: 1,
    unit: 'events',
    says: 'Events in one invocation. A million a month is one every 2.6 s, so each comes alone; at a high rate up to 10 share one invocation.',
    basis: 'from the rate',
  },
  rowBytes: { value: 1000, unit: 'bytes', says: 'Size of a row: one write unit each time.', basis: ASSUMED },
  eventBytes: {
    value: 1500,
    unit: 'bytes',
    says: 'Both events together, as they are archived: details of 211 and 722 bytes, and the envelopes.',
    basis: MEASURED,
  },
  ownMs: {
    value: 7,
    unit: 'ms',
    says: "What a function itself takes for one event, without AWS's answers.",
    basis: `${MEASURED}: 6.4 ms for bucket-service, 5.0 ms for uri-recorder, answers of the engine included`,
  },
  createBucketMs: { value: 250, unit: 'ms', says: 'Until S3 answers a call about a bucket.', basis: ASSUMED },
  putEventsMs: { value: 30, unit: 'ms', says: 'Until the bus answers PutEvents.', basis: ASSUMED },
  updateItemMs: { value: 15, unit: 'ms', says: 'Until the table answers.', basis: ASSUMED },
  asyncInvokeMs: {
    value: 30,
    unit: 'ms',
    says: 'Until Lambda accepts an asynchronous call, in the design of two functions.',
    basis: ASSUMED,
  },
  pipeOverheadMs: {
    value: 20,
    unit: 'ms',
    says: "What a batch of the pipe takes besides the bus's answer: read, filter, template, and the way to the next batch.",
    basis: ASSUMED,
  },
  keptByFilter: {
    value: 0.5,
    unit: 'of the records',
    says: "What the pipe's filter keeps of a full batch: one of the two records of a registration. All, if it filters before it makes batches.",
    basis: 'the worse case: AWS does not say which of the two comes first',
  },
  newTableShards: {
    value: TABLE_WRITES.ofNewTable / TABLE_WRITES.ofPartition,
    unit: 'shards',
    says: "Shards of a new table's stream: one for each partition, and as many partitions as the table's first writes a second need.",
    basis:
      'DynamoDB developer guide for the writes of a new table and of a partition; that each has one open shard is assumed',
  },
  coldStarts: {
    value: 0.05,
    unit: 'of invocations',
    says: 'Invocations with a cold start, which is billed since 2025-08-01.',
    basis: ASSUMED,
  },
  coldStartMs: { value: 500, unit: 'ms', says: 'Duration of a cold start, with 512 MB.', basis: ASSUMED },
  logBytes: {
    value: 1165,
    unit: 'bytes',
    says: 'What a function logs about one event, its metrics included: two lines.',
    basis: `${MEASURED}: 1,101 bytes for bucket-service, 1,147 for uri-recorder, and 26 that CloudWatch adds to each line`,
  },
  platformLogBytes: {
    value: 800,
    unit: 'bytes',
    says: 'What Lambda itself logs about one invocation.',
    basis: ASSUMED,
  },
  metricsPerService: {
    value: 5,
    unit: 'metrics',
    says: 'Custom metrics of a service, at most: events handled and failed, and three of its own.',
    basis: 'the names in `services/`',
  },
  tracedShare: {
    value: 1,
    unit: 'of invocations',
    says: 'Traced invocations, at most. Lambda traces one a second and 5 % of the others: all, when a million are spread over a month; 6 % at 100 a second.',
    basis: 'Lambda developer guide, services-xray, for the sampling; from the rate',
  },
  emptyReceivesPerMonth: {
    value: 5 * ((30 * 86_400) / 20),
    unit: 'requests a month',
    says: 'Receives of one idle queue: Lambda keeps 5 pollers, each asks every 20 s. While events come, fewer are empty.',
    basis:
      'Lambda developer guide for the pollers; the 20 s are the longest wait of SQS, and what users observed (github.com/getlift/lift/issues/132)',
  },
} as const satisfies Readonly<Record<string, Assumption>>;

export type AssumptionName = keyof typeof ASSUMPTIONS;

/** The value of one, in its unit. */
export function assumed(name: AssumptionName): number {
  return ASSUMPTIONS[name].value;
}
