import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { JournalEntry } from '../../../../packages/local-engine/index.ts';
import { MetricChecks, StepChecks } from '../../../../tools/simulate/promises/index.ts';

type Step = Pick<JournalEntry, 'hop'> & Readonly<Record<string, unknown>>;

const URI = 's3://siuada';
const TAGS = createHash('sha256').update('ada').digest('hex');
const METADATA = { eventId: 'r', correlationId: 'r' };

const message: Step = {
  hop: 'message',
  messageId: 'm',
  body: JSON.stringify({ 'detail-type': 'UserRegistered', detail: { metadata: METADATA, data: { userId: 'ada' } } }),
};
const toRecord: Step = {
  hop: 'message',
  messageId: 'm',
  body: JSON.stringify({
    'detail-type': 'BucketCreated',
    detail: { metadata: METADATA, data: { userId: 'ada', bucketUri: URI } },
  }),
};
const created: Step = {
  hop: 'event',
  detailType: 'BucketCreated',
  detail: { metadata: { eventId: 'r:BucketCreated' }, data: { userId: 'ada', bucketUri: URI } },
};
const batch = (queueArn: string): Step => ({
  hop: 'batch',
  functionName: 'f',
  requestId: '1',
  queueArn,
  messageIds: ['m'],
});
const answered = (failed: readonly string[] = []): Step => ({
  hop: 'invocation',
  functionName: 'f',
  requestId: '1',
  outcome: 'answered',
  result: { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) },
});
const row = (uri?: string): Step => ({
  hop: 'stream-record',
  keys: { userId: { S: 'ada' } },
  newImage: { userId: { S: 'ada' }, ...(uri !== undefined && { s3_bucket_uri: { S: uri } }) },
});
const gone: Step = { hop: 'stream-record', keys: { userId: { S: 'ada' } } };

/** What is wrong with these steps, where one bucket is there. */
function broken(steps: readonly Step[], checks: StepChecks | MetricChecks): readonly string[] {
  for (const [place, step] of steps.entries()) checks.note({ ...step, sequence: place, at: place });
  return checks.violations.map(({ what }) => what);
}
const stepsBroken = (...steps: Step[]) =>
  broken(
    steps,
    new StepChecks({ tagsOf: (name) => (name === 'siuada' ? TAGS : undefined), subscriberOf: (queueArn) => queueArn }),
  );
const metricsBroken = (...steps: Step[]) => broken(steps, new MetricChecks());

test('a registration is acknowledged once its bucket is announced, and not before', () => {
  expect(stepsBroken(message, batch('bucket-service'), created, answered())).toEqual([]);
  expect(stepsBroken(message, batch('bucket-service'), answered(['m']))).toEqual([]);
  expect(stepsBroken(message, batch('bucket-service'), answered())).toEqual([
    'bucket-service acknowledged UserRegistered and had not done its work',
  ]);
});

test('a bucket is acknowledged once its URI was in the row, or while there was no row', () => {
  const missed = ['uri-recorder acknowledged BucketCreated and had not done its work'];
  expect(stepsBroken(row(), toRecord, batch('uri-recorder'), row(URI), answered())).toEqual([]);
  expect(stepsBroken(row(), toRecord, batch('uri-recorder'), answered())).toEqual(missed);
  expect(stepsBroken(toRecord, batch('uri-recorder'), answered())).toEqual([]);
  expect(stepsBroken(row(), toRecord, batch('uri-recorder'), gone, row(), answered())).toEqual([]);
  expect(stepsBroken(row(), gone, row(), toRecord, batch('uri-recorder'), answered())).toEqual(missed);
});

test('nobody hears of a bucket that is not there, or is of another', () => {
  const other = { ...created, detail: { metadata: METADATA, data: { userId: 'bob', bucketUri: URI } } };
  expect(stepsBroken(row('s3://siubob'))).toEqual(['got the URI s3://siubob, which was not there']);
  expect(stepsBroken(other)).toEqual([`was announced the bucket ${URI} of another`]);
});

test('only what happens to its environment fails a whole batch', () => {
  const failed = (errorType: string): Step => ({ ...answered(), outcome: 'failed', errorType, message: 'why' });
  expect(stepsBroken(message, batch('bucket-service'), failed('Sandbox.Timedout'))).toEqual([]);
  expect(stepsBroken(message, batch('bucket-service'), failed('TypeError'))).toEqual([
    'bucket-service failed a whole batch: TypeError: why',
  ]);
});

test("what a function's metrics count is what it acknowledged and gave back, and what it logged", () => {
  const metrics = (EventsHandled: number, EventsFailed: number): Step => ({
    hop: 'log',
    functionName: 'f',
    line: JSON.stringify({ _aws: {}, EventsHandled, EventsFailed }),
  });
  const failure: Step = { hop: 'log', functionName: 'f', line: '{"message":"event not handled"}' };
  expect(metricsBroken(batch('q'), metrics(1, 0), answered())).toEqual([]);
  expect(metricsBroken(batch('q'), failure, metrics(0, 1), answered(['m']))).toEqual([]);
  expect(metricsBroken(batch('q'), metrics(2, 0), answered())).toEqual([
    'the metrics of f say 2 handled and 0 failed events, but it has 1 acknowledged and 0 given back',
  ]);
  expect(metricsBroken(batch('q'), metrics(0, 1), answered(['m']))).toEqual(['f counts 1 failed events, and logs 0']);
});

test('a function that died may have reported, or not', () => {
  const died: Step = { ...answered(), outcome: 'failed', errorType: 'Runtime.ExitError' };
  const failure: Step = { hop: 'log', functionName: 'f', line: '{"message":"event not handled"}' };
  expect(metricsBroken(batch('q'), failure, died)).toEqual([]);
});

test('a function that died has reported no more than what it was given', () => {
  const died: Step = { ...answered(), outcome: 'failed', errorType: 'Runtime.ExitError' };
  const metrics: Step = { hop: 'log', functionName: 'f', line: '{"_aws":{},"EventsHandled":2}' };
  expect(metricsBroken(batch('q'), metrics, died)).toHaveLength(1);
});

test('nobody has waited a negative time for their URI', () => {
  const waits = (RegistrationToUri: number | number[]): Step => ({
    hop: 'log',
    functionName: 'f',
    line: JSON.stringify({ _aws: {}, RegistrationToUri }),
  });
  expect(metricsBroken(waits([0, 1200]), waits(5))).toEqual([]);
  expect(metricsBroken(waits([3, -5]))).toEqual(['a user waited -5 ms, by the metrics']);
});
