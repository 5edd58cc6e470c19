import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import type { StreamRecord } from '../../../../packages/local-engine/dynamodb/items.ts';
import { entriesOf, makeParts, passTime, settle } from '../support/parts.ts';
import { delivered, failed, startPipe, userOf } from '../support/pipe.ts';
import { makeStream, register } from '../support/stream.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const refused = new AwsError('AccessDeniedException', 'Not authorized to perform: events:PutEvents');

/** A pipe over a stream that already holds these users, so that they come in one batch. */
function startWith(ids: readonly string[], settings: Parameters<typeof startPipe>[0] = {}) {
  const parts = makeParts();
  const stream = makeStream(parts);
  for (const id of ids) register(stream, id);
  return startPipe({ stream, ...settings }, parts);
}

describe('given a batch that fails in part', () => {
  test('when it does not bisect, only the rest is tried again', async () => {
    const { bus, clock } = startWith(['a', 'b', 'c', 'd'], { bisects: false });
    bus.judge = (entry, attempt) => (attempt === 1 && ['b', 'd'].includes(userOf(entry)) ? failed : delivered);
    await passTime(clock, MINUTE_MS, () => bus.requests.length === 2);
    expect(bus.users).toEqual([
      ['a', 'b', 'c', 'd'],
      ['b', 'd'],
    ]);
  });

  test('when it bisects, the rest is tried again in halves', async () => {
    const { bus } = startWith(['a', 'b', 'c', 'd', 'e']);
    bus.judge = (entry, attempt) => (attempt === 1 && userOf(entry) !== 'c' ? failed : delivered);
    await settle();
    expect(bus.users).toEqual([
      ['a', 'b', 'c', 'd', 'e'],
      ['a', 'b'],
      ['d', 'e'],
    ]);
  });
});

describe('given a batch that the bus takes, and an error instead of its answer', () => {
  const unavailable = new AwsError('InternalException', 'Lost on the way.', 500);

  test('it is delivered again, and what waits behind it in the lane is delivered too', async () => {
    const { bus, clock } = startWith(['a', 'b', 'c'], { batchSize: 1 });
    bus.losesAnswer = (attempt) => (attempt === 1 ? unavailable : undefined);
    await passTime(clock, MINUTE_MS, () => bus.requests.length === 4);
    expect(bus.users).toEqual([['a'], ['a'], ['b'], ['c']]);
  });

  test('when that happens to a retry too, nothing is lost either', async () => {
    const { bus, clock } = startWith(['a', 'b', 'c'], { batchSize: 2, bisects: true });
    bus.losesAnswer = (attempt) => (attempt <= 2 ? unavailable : undefined);
    await passTime(clock, MINUTE_MS, () => bus.users.flat().includes('c'));
    expect(bus.users).toEqual([['a', 'b'], ['a'], ['a'], ['b'], ['c']]);
  });
});

describe('given one record that never succeeds', () => {
  test('when it bisects, the record ends alone in the dead-letter queue and every other is delivered', async () => {
    const { bus, clock, dlq, stream } = startWith(['a', 'b', 'poison', 'c', 'd', 'e']);
    bus.judge = (entry) => (userOf(entry) === 'poison' ? refused : delivered);
    const record = stream.read(0, 10).records[2];
    await passTime(clock, MINUTE_MS, () => dlq.length > 0);
    await settle();
    const succeeded = bus.users.filter((ids) => !ids.includes('poison'));
    expect(succeeded.flat()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(dlq).toHaveLength(1);
    expect(dlq[0]?.message.DDBStreamBatchInfo).toMatchObject({
      batchSize: 1,
      startSequenceNumber: record?.dynamodb.SequenceNumber,
      endSequenceNumber: record?.dynamodb.SequenceNumber,
    });
  });

  test('when it does not bisect, the whole batch of a refused request ends in one message', async () => {
    const { bus, clock, dlq } = startWith(['a', 'poison', 'b'], { bisects: false, maximumRetryAttempts: 1 });
    bus.judge = () => refused;
    await passTime(clock, MINUTE_MS, () => dlq.length > 0);
    expect(bus.users).toEqual([
      ['a', 'poison', 'b'],
      ['a', 'poison', 'b'],
    ]);
    expect(dlq.map(({ message }) => message.DDBStreamBatchInfo.batchSize)).toEqual([3]);
  });

  test.each([0, 1, 4])('when %i retries are allowed, there is one attempt more, then the end', async (limit) => {
    const { bus, clock, dlq, ...parts } = startWith(['poison'], { maximumRetryAttempts: limit });
    bus.judge = () => failed;
    await passTime(clock, MINUTE_MS, () => dlq.length > 0);
    await passTime(clock, HOUR_MS, () => true);
    expect(bus.requests).toHaveLength(limit + 1);
    expect(dlq.map(({ message }) => message.context.condition)).toEqual(['RetryAttemptsExhausted']);
    const retries = entriesOf(parts, 'pipe-delivery').map((entry) => [entry.retries, entry.outcome, entry.code]);
    expect(retries).toEqual(Array.from({ length: limit + 1 }, (_, n) => [n, 'refused', 'InternalFailure']));
  });

  test('when it is tried again and again, the pauses grow', async () => {
    const { bus, clock, dlq } = startWith(['poison'], { maximumRetryAttempts: 3 });
    const times: number[] = [];
    bus.judge = () => {
      times.push(clock.now());
      return failed;
    };
    await passTime(clock, 10, () => dlq.length > 0);
    const pauses = times.slice(1).map((time, n) => time - (times[n] ?? 0));
    expect(pauses).toHaveLength(3);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses[2]).toBeGreaterThan(2 * (pauses[0] ?? 0));
  });
});

describe('given a record that is being retried', () => {
  test('when others come after it, they wait, and their order holds', async () => {
    const { bus, clock, stream } = startWith(['slow']);
    bus.judge = (_entry, attempt) => (attempt < 3 ? failed : delivered);
    await settle();
    register(stream, 'next');
    await settle();
    expect(bus.users).toEqual([['slow']]);
    await passTime(clock, MINUTE_MS, () => bus.requests.length === 4);
    expect(bus.users).toEqual([['slow'], ['slow'], ['slow'], ['next']]);
  });

  test('when it ends in the dead-letter queue, those behind it go on', async () => {
    const { bus, clock, stream } = startWith(['poison']);
    bus.judge = (entry) => (userOf(entry) === 'poison' ? failed : delivered);
    await settle();
    register(stream, 'next');
    await passTime(clock, MINUTE_MS, () => bus.users.flat().includes('next'));
    expect(bus.users.at(-1)).toEqual(['next']);
  });

  test('when the pipe is stopped, there is no further attempt and no message', async () => {
    const { bus, clock, dlq, pipe } = startWith(['poison']);
    bus.judge = () => failed;
    await settle();
    pipe.stop();
    await passTime(clock, HOUR_MS, () => true);
    clock.skip(HOUR_MS);
    await settle();
    expect([bus.requests.length, dlq.length]).toEqual([1, 0]);
  });
});

test('given a record that no event can be made of, it ends in the dead-letter queue, and the others are delivered', async () => {
  const { bus, clock, dlq, ...parts } = startWith(['a', 'poison', 'b'], {
    maximumRetryAttempts: 1,
    target: {
      render: (input) => {
        const id = (input as StreamRecord).dynamodb.Keys.id?.S;
        if (id === 'poison') throw new Error('too deep');
        return JSON.stringify({ userId: id });
      },
    },
  });
  await passTime(clock, MINUTE_MS, () => dlq.length > 0);
  await settle();
  expect(bus.users.flat().sort()).toEqual(['a', 'b']);
  expect(dlq).toMatchObject([
    { message: { context: { condition: 'RetryAttemptsExhausted' }, DDBStreamBatchInfo: { batchSize: 1 } } },
  ]);
  expect(entriesOf(parts, 'pipe-delivery')[0]).toMatchObject({
    outcome: 'refused',
    code: 'InternalFailure',
    message: expect.stringMatching(/^No event can be made of the record \w+: too deep$/),
  });
});

describe('given a stream that it cannot read now', () => {
  test.each([
    { operation: 'dynamodb:GetShardIterator', code: 'InternalServerError' },
    { operation: 'dynamodb:GetRecords', code: 'LimitExceededException' },
    { operation: 'dynamodb:GetRecords', code: 'ExpiredIteratorException' },
  ])('when $operation answers $code, it reads again after pauses, once and in order', async ({ operation, code }) => {
    const { bus, clock, faults, stream } = startPipe();
    faults.fail(operation, code, { times: 3 });
    register(stream, 'a');
    register(stream, 'b');
    await settle();
    expect(bus.users).toEqual([]);
    register(stream, 'c');
    await passTime(clock, 1000, () => bus.users.length > 0);
    await settle();
    expect(bus.users.flat()).toEqual(['a', 'b', 'c']);
  });

  test('when its iterator expires, it asks for another', async () => {
    const { bus, clock, faults, stream, journal } = startPipe();
    register(stream, 'a');
    await settle();
    faults.fail('dynamodb:GetRecords', 'ExpiredIteratorException');
    faults.fail('dynamodb:GetShardIterator', 'InternalServerError');
    register(stream, 'b');
    await passTime(clock, 1000, () => bus.users.length === 2);
    expect(bus.users).toEqual([['a'], ['b']]);
    expect(entriesOf({ journal }, 'fault').map(({ operation }) => operation)).toEqual([
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
    ]);
  });

  test('when it is stopped meanwhile, it goes on where it was once it is started again', async () => {
    const { bus, clock, faults, stream, pipe } = startPipe();
    faults.fail('dynamodb:GetRecords', 'InternalServerError');
    register(stream, 'a');
    await settle();
    pipe.pause();
    clock.skip(MINUTE_MS);
    await settle();
    expect(bus.users).toEqual([]);
    pipe.resume();
    await settle();
    expect(bus.users).toEqual([['a']]);
  });
});
