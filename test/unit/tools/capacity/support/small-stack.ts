import type { StackFacts, SubscriberFacts } from '../../../../../tools/capacity/stack-facts.ts';

/** As bucket-service has them, with every option off. */
export const BUCKET_VARIABLES = {
  BUCKET_CORS: 'false',
  BUCKET_LIFECYCLE: '{}',
  BUCKET_NAMESPACE: 'account-regional',
  BUCKET_NAME_PREFIX: 'siu',
  BUCKET_PUBLIC_LISTING: 'false',
  BUCKET_TAGS: '{}',
  BUCKET_TLS_ONLY: 'false',
};

export const bucketMaker: SubscriberFacts = {
  name: 'bucket-service',
  events: ['UserRegistered'],
  memoryMb: 512,
  isTraced: true,
  batchSize: 10,
  concurrency: 10,
  queueDays: 4,
  variables: BUCKET_VARIABLES,
};

export const recorder: SubscriberFacts = {
  name: 'uri-recorder',
  events: ['BucketCreated'],
  memoryMb: 512,
  isTraced: true,
  batchSize: 10,
  concurrency: 10,
  queueDays: 4,
  variables: {},
};

/** A stack whose numbers are easy to multiply by hand. */
export const smallStack: StackFacts = {
  subscribers: [bucketMaker, recorder],
  functions: 2,
  queues: 5,
  pipes: 1,
  pipeBatchSize: 10,
  pipeLanes: 3,
  pipeHours: 22,
  tables: 1,
  archiveDays: 30,
  logDays: 7,
  alarms: 10,
  alarmMetrics: 12,
  dashboards: 1,
};
