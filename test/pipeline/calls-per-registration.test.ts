import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListQueuesCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import { isEvent, Pipeline } from '../support/pipeline.ts';

const SAMPLES = join(import.meta.dirname, '..', '..', 'schemas', 'samples');
const SAMPLE = JSON.parse(readFileSync(join(SAMPLES, 'user-registered.v1.json'), 'utf8'));

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await Pipeline.startUndisturbed();
});
afterEach(() => pipeline.stop());

const isRecorded = (entry: JournalEntry) => entry.hop === 'log' && String(entry.line).includes('bucket URI recorded');
const isCall = (operation: string) => (entry: JournalEntry) =>
  entry.hop === 'api-call' && entry.operation === operation && entry.invocation !== undefined;

/** Every call that a function made, by its operation, and how often. */
function callsOfFunctions(): Readonly<Record<string, number>> {
  const calls = pipeline.entries(({ hop, invocation }) => hop === 'api-call' && invocation !== undefined);
  const byOperation = Map.groupBy(calls, ({ operation }) => String(operation));
  return Object.fromEntries([...byOperation].map(([operation, made]) => [operation, made.length]));
}

test('a registration takes three calls, also the first one, for which the functions start', async () => {
  await pipeline.register('first');
  await pipeline.waitFor('the first URI', isRecorded);
  expect(callsOfFunctions()).toEqual({ CreateBucket: 1, PutEvents: 1, UpdateItem: 1 });

  await pipeline.register('second');
  await pipeline.waitFor('the second URI', isRecorded, 2);
  expect(callsOfFunctions()).toEqual({ CreateBucket: 2, PutEvents: 2, UpdateItem: 2 });
});

test('what a registration waited for stands on its log lines', async () => {
  await pipeline.register('first');
  await pipeline.waitFor('the recorder’s line', isRecorded);
  await pipeline.waitFor('the bucket service’s line', ({ line }) => String(line).includes('"bucket created"'));
  const time = expect.any(Number);
  expect(pipeline.logLines('bucket created')).toMatchObject([{ calls: { CreateBucket: time, PutEvents: time } }]);
  expect(pipeline.logLines('bucket URI recorded')).toMatchObject([{ calls: { UpdateItem: time } }]);
});

test('events of a batch share PutEvents', async () => {
  const isMade = isCall('CreateBucket');
  const allBuckets = pipeline.waitFor('ten buckets', isMade, 10);
  pipeline.engine.faults.inject('events:PutEvents', { action: async () => void (await allBuckets) });
  const { QueueUrls = [] } = await pipeline.sqs.send(new ListQueuesCommand({}));
  await pipeline.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: QueueUrls.find((url) => /BucketServiceQueue/.test(url)),
      Entries: Array.from({ length: 10 }, (_, index) => ({ Id: `m${index}`, MessageBody: registrationOf(index) })),
    }),
  );
  await pipeline.waitFor('ten events', (entry) => isEvent(entry, 'BucketCreated'), 10);
  await pipeline.waitFor('the lines', ({ line }) => String(line).includes('"bucket created"'), 10);
  const { CreateBucket, PutEvents } = callsOfFunctions();
  expect(CreateBucket).toBe(10);
  // What is ready while the first request is held shares the second; what a slow machine has ready later, a third.
  expect(PutEvents).toBeLessThan(10);
});

/** The body of a message, as the rule sends it. */
function registrationOf(index: number): string {
  const { detail, ...envelope } = SAMPLE;
  return JSON.stringify({ ...envelope, detail: { ...detail, data: { ...detail.data, userId: `user-${index}` } } });
}
