import { describe, expect, jest, test } from '@jest/globals';
import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import type { StreamRecord } from '../../../../packages/local-engine/dynamodb/items.ts';
import { dataFolder, openStorage } from '../support/folder.ts';
import { makeParts, passTime, settle } from '../support/parts.ts';
import { delivered, failed, PIPE_ARN, startPipe, userOf } from '../support/pipe.ts';
import { makeStream, register, STREAM_ARN } from '../support/stream.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const arrivalOf = (record: StreamRecord | undefined) =>
  new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString();

describe('given a pipe that is paused', () => {
  test('when users register, it delivers them once it is resumed, and none twice', async () => {
    const { stream, bus, pipe } = startPipe();
    register(stream, 'before');
    await settle();
    pipe.pause();
    for (const id of ['a', 'b']) register(stream, id);
    await settle();
    expect(bus.users).toEqual([['before']]);
    expect(pipe.describe()).toMatchObject({ DesiredState: 'STOPPED', CurrentState: 'STOPPED' });
    pipe.resume();
    await settle();
    expect(bus.users).toEqual([['before'], ['a', 'b']]);
    expect(pipe.describe()).toMatchObject({ DesiredState: 'RUNNING', CurrentState: 'RUNNING' });
  });

  test('when it was waiting for a retry, that comes after it is resumed', async () => {
    const { stream, bus, pipe } = startPipe({ maximumRetryAttempts: 1 });
    bus.judge = () => failed;
    register(stream, 'slow');
    await settle();
    pipe.pause();
    await settle();
    expect(bus.requests).toHaveLength(1);
    bus.judge = () => delivered;
    pipe.resume();
    await settle();
    expect(bus.users).toEqual([['slow'], ['slow']]);
  });

  test('when an attempt is running, it is finished, and the pipe is stopping until then', async () => {
    const under = Promise.withResolvers<void>();
    const { stream, pipe, dlq } = startPipe({
      role: {
        putEvents: async (entries, taken) => {
          await under.promise;
          const result = { FailedEntryCount: 0, Entries: entries.map(() => delivered) };
          taken(result);
          return result;
        },
      },
    });
    register(stream, 'a');
    await settle();
    pipe.pause();
    expect(pipe.describe().CurrentState).toBe('STOPPING');
    under.resolve();
    await settle();
    expect(pipe.describe().CurrentState).toBe('STOPPED');
    expect(dlq).toEqual([]);
  });

  test('when it is paused or resumed a second time, nothing changes', async () => {
    const { stream, bus, pipe } = startPipe();
    pipe.resume();
    pipe.resume();
    register(stream, 'a');
    await settle();
    for (let times = 0; times < 2; times++) pipe.pause();
    register(stream, 'b');
    await settle();
    expect(bus.users).toEqual([['a']]);
  });
});

test('given a template that wants it stopped, it waits at its place until it is resumed', async () => {
  const parts = makeParts();
  const stream = makeStream(parts);
  const { bus, pipe } = startPipe({ stream, desiredState: 'STOPPED' }, parts);
  register(stream, 'a');
  await settle();
  expect(bus.users).toEqual([]);
  pipe.resume();
  await settle();
  expect(bus.users).toEqual([['a']]);
});

test('it describes itself by what it was made with, and its states and times', () => {
  const { pipe } = startPipe();
  expect(pipe.describe()).toEqual({
    Arn: PIPE_ARN,
    Name: 'registrations',
    Source: STREAM_ARN,
    SourceParameters: {},
    Target: expect.stringContaining('event-bus/main'),
    TargetParameters: {},
    DesiredState: 'RUNNING',
    CurrentState: 'RUNNING',
    CreationTime: expect.any(Number),
    LastModifiedTime: expect.any(Number),
  });
});

test('given another one in its place while an attempt is running, it changes nothing of what that one stores', async () => {
  const parts = makeParts();
  const stream = makeStream(parts);
  const under = Promise.withResolvers<never>();
  const { pipe } = startPipe({ stream, role: { putEvents: () => under.promise } }, parts);
  register(stream, 'a');
  await settle();
  const { bus } = startPipe({ stream }, parts);
  pipe.handOver();
  register(stream, 'b');
  await settle();
  expect(bus.users.flat()).toEqual(['a', 'b']);
  const kept = () => parts.storage.db.prepare('SELECT position, lanes FROM pipes').all();
  const before = kept();
  under.reject(new AwsError('InternalException', 'Try again.', 500));
  await settle();
  expect(kept()).toEqual(before);
  expect(before).toEqual([{ position: 2, lanes: '{"count":1,"lanes":[],"earlier":[]}' }]);
});

test('given that it is stopped, the stream no longer calls it', () => {
  const parts = makeParts();
  const stream = makeStream(parts);
  const end = jest.fn();
  jest.spyOn(stream, 'onRecord').mockReturnValue(end);
  const { pipe } = startPipe({ stream }, parts);
  expect(end).not.toHaveBeenCalled();
  pipe.stop();
  expect(end).toHaveBeenCalled();
});

describe('given a folder, after a restart', () => {
  function restart(folder: string, settings: Parameters<typeof startPipe>[0] = {}) {
    const storage = openStorage(folder);
    const parts = makeParts(storage);
    return startPipe({ stream: makeStream(parts), ...settings }, parts);
  }

  test('when all was delivered, only what comes after is', async () => {
    const folder = dataFolder();
    const before = restart(folder);
    for (const id of ['a', 'b']) register(before.stream, id);
    await settle();
    before.pipe.stop();
    register(before.stream, 'c');
    before.storage.close();
    const { bus, stream } = restart(folder);
    register(stream, 'd');
    await settle();
    expect(bus.users).toEqual([['c', 'd']]);
  });

  test('when a part of a batch was delivered, only the rest is, and with the retries that it had', async () => {
    const folder = dataFolder();
    const settings = { bisects: false, maximumRetryAttempts: 1 };
    const before = restart(folder, settings);
    before.bus.judge = (entry) => (userOf(entry) === 'b' ? failed : delivered);
    for (const id of ['a', 'b', 'c']) register(before.stream, id);
    await settle();
    before.pipe.stop();
    before.storage.close();
    const { bus, dlq } = restart(folder, settings);
    bus.judge = () => failed;
    await settle();
    expect(bus.users).toEqual([['b']]);
    expect(dlq).toHaveLength(1);
  });

  test('when it was bisecting, the halves that are left are tried', async () => {
    const folder = dataFolder();
    const before = restart(folder, { maximumRetryAttempts: 9 });
    before.bus.judge = (entry, attempt) => (attempt < 3 && userOf(entry) < 'e' ? failed : delivered);
    for (const id of ['a', 'b', 'c', 'd', 'e']) register(before.stream, id);
    await settle();
    await passTime(before.clock, MINUTE_MS, () => before.bus.requests.length >= 2);
    const done = before.bus.users.length;
    before.pipe.stop();
    before.storage.close();
    const { bus } = restart(folder);
    await settle();
    const first = before.bus.users.slice(2, done).flat();
    expect([...first, ...bus.users.flat()].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('when a dead letter was still to be sent, it is, without another attempt', async () => {
    const folder = dataFolder();
    const settings = { maximumRetryAttempts: 0 };
    const before = restart(folder, { ...settings, role: { sendDeadLetter: () => new Promise(() => {}) } });
    before.bus.judge = () => failed;
    register(before.stream, 'poison');
    await settle();
    before.pipe.stop();
    before.storage.close();
    const { bus, dlq } = restart(folder, settings);
    await settle();
    expect([bus.requests.length, dlq.length]).toEqual([0, 1]);
    expect(dlq[0]?.message.context.condition).toBe('RetryAttemptsExhausted');
  });

  test('when records of a batch have expired meanwhile, they are in the dead-letter queue, and the rest is tried', async () => {
    const folder = dataFolder();
    const before = restart(folder, { bisects: false });
    before.bus.judge = () => new AwsError('InternalException', 'Try again.', 500);
    for (const id of ['a', 'b']) register(before.stream, id);
    before.clock.skip(12 * HOUR_MS);
    register(before.stream, 'c');
    const [first, second] = before.stream.read(0, 10).records;
    await settle();
    before.pipe.stop();
    before.storage.close();

    const parts = makeParts(openStorage(folder));
    parts.clock.skip(25 * HOUR_MS);
    const { bus, dlq } = startPipe({ stream: makeStream(parts) }, parts);
    await settle();
    expect(bus.users).toEqual([['c']]);
    expect(dlq.map(({ message }) => message)).toMatchObject([
      {
        context: { condition: 'RecordAgeExpired' },
        DDBStreamBatchInfo: {
          startSequenceNumber: first?.dynamodb.SequenceNumber,
          endSequenceNumber: second?.dynamodb.SequenceNumber,
          approximateArrivalOfFirstRecord: arrivalOf(first),
          approximateArrivalOfLastRecord: arrivalOf(second),
          batchSize: 2,
        },
      },
    ]);
  });

  test('when it was paused, it is paused, until the template says something else than before', async () => {
    const folder = dataFolder();
    const before = restart(folder);
    before.pipe.pause();
    before.storage.close();
    const paused = restart(folder);
    expect(paused.pipe.describe().DesiredState).toBe('STOPPED');
    paused.storage.close();
    const stopped = restart(folder, { desiredState: 'STOPPED' });
    expect(stopped.pipe.describe().DesiredState).toBe('STOPPED');
    stopped.storage.close();
    expect(restart(folder, { desiredState: 'RUNNING' }).pipe.describe().DesiredState).toBe('RUNNING');
  });
});
