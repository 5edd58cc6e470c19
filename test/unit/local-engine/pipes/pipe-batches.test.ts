import { describe, expect, test } from '@jest/globals';
import type { StreamRecord } from '../../../../packages/local-engine/dynamodb/items.ts';
import {
  afterAttempt,
  type RecordBatch,
  toBatches,
  withoutExpired,
} from '../../../../packages/local-engine/pipes/pipe-batches.ts';

/** Records that are told apart by the second of their creation. */
const records = (...times: readonly number[]) =>
  times.map((time) => ({ dynamodb: { ApproximateCreationDateTime: time } }) as StreamRecord);
const timesIn = (batches: readonly RecordBatch[]) =>
  batches.map((batch) => batch.records.map(({ dynamodb }) => dynamodb.ApproximateCreationDateTime));

describe('records in batches', () => {
  test.each([
    { count: 0, batchSize: 10, sizes: [] },
    { count: 10, batchSize: 10, sizes: [10] },
    { count: 11, batchSize: 10, sizes: [10, 1] },
    { count: 2, batchSize: 1, sizes: [1, 1] },
  ])('given $count and batches of $batchSize, there are $sizes', ({ count, batchSize, sizes }) => {
    const all = records(...Array.from({ length: count }, (_, n) => n));
    const batches = toBatches(all, batchSize);
    expect(batches.map((batch) => batch.records.length)).toEqual(sizes);
    expect(timesIn(batches).flat()).toEqual(timesIn([{ records: all, retries: 0 }]).flat());
  });
});

describe('what is too old', () => {
  test('given records on both sides of the horizon, the old ones are given up first, the others keep their retries', () => {
    const batches = withoutExpired({ records: records(1, 5, 2, 6), retries: 3 }, 5);
    expect(timesIn(batches)).toEqual([
      [1, 2],
      [5, 6],
    ]);
    expect(batches).toMatchObject([{ condition: 'RecordAgeExpired' }, { retries: 3 }]);
  });

  test('given none that is, the batch is as it was; given all, none is left to try', () => {
    const batch = { records: records(5, 6), retries: 0 };
    expect(withoutExpired(batch, 5)).toEqual([batch]);
    expect(timesIn(withoutExpired(batch, 7))).toEqual([[5, 6]]);
  });

  test('given a batch that was given up already, its reason stays', () => {
    const batch: RecordBatch = { records: records(1, 9), retries: 4, condition: 'RetryAttemptsExhausted' };
    expect(withoutExpired(batch, 5)).toEqual([batch]);
  });
});

describe('after an attempt', () => {
  const batch = (retries: number): RecordBatch => ({ records: records(1, 2, 3), retries });

  test('given that all was delivered, nothing is left', () => {
    expect(afterAttempt(batch(9), [], { retryLimit: 0, bisects: true })).toEqual([]);
  });

  test('given a pipe that bisects, the halves of what is left begin anew, the larger one first', () => {
    const halves = afterAttempt(batch(2), records(1, 2, 3), { retryLimit: 2, bisects: true });
    expect(timesIn(halves)).toEqual([[1, 2], [3]]);
    expect(halves.map(({ retries }) => retries)).toEqual([0, 0]);
  });

  test.each([
    { bisects: true, undelivered: [2] },
    { bisects: false, undelivered: [2, 3] },
  ])('given what cannot be halved ($undelivered), it is tried again until the limit, then given up', (given) => {
    const undelivered = records(...given.undelivered);
    const again = afterAttempt(batch(1), undelivered, { retryLimit: 2, bisects: given.bisects });
    expect(again).toEqual([{ records: undelivered, retries: 2 }]);
    const over = afterAttempt(batch(2), undelivered, { retryLimit: 2, bisects: given.bisects });
    expect(over).toEqual([{ records: undelivered, retries: 2, condition: 'RetryAttemptsExhausted' }]);
  });
});
