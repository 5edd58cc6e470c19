import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import type { PipeProps } from '../../../../packages/local-engine/pipes/pipe-definition.ts';
import { entriesOf, makeParts, passTime, settle } from '../support/parts.ts';
import { DLQ_ARN, delivered, failed, PIPE_ARN, startPipe } from '../support/pipe.ts';
import { makeStream, register, STREAM_ARN } from '../support/stream.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('the message of records that were given up', () => {
  test('given exhausted retries, it names the place in the stream, and holds no record', async () => {
    const { stream, bus, clock, dlq, ...parts } = startPipe({ maximumRetryAttempts: 1 });
    bus.judge = () => failed;
    register(stream, 'poison', { password: { S: 'secret' } });
    const record = stream.read(0, 1).records[0];
    await passTime(clock, MINUTE_MS, () => dlq.length > 0);
    const arrival = new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString();
    expect(dlq).toEqual([
      {
        arn: DLQ_ARN,
        message: {
          context: { partnerResourceArn: PIPE_ARN, condition: 'RetryAttemptsExhausted' },
          version: '1.0',
          timestamp: expect.stringMatching(ISO_TIME),
          DDBStreamBatchInfo: {
            shardId: expect.stringMatching(/^shardId-/),
            startSequenceNumber: record?.dynamodb.SequenceNumber,
            endSequenceNumber: record?.dynamodb.SequenceNumber,
            approximateArrivalOfFirstRecord: arrival,
            approximateArrivalOfLastRecord: arrival,
            batchSize: 1,
            streamArn: STREAM_ARN,
          },
        },
      },
    ]);
    expect(entriesOf(parts, 'pipe-dlq')).toMatchObject([
      { eventIds: [record?.eventID], condition: 'RetryAttemptsExhausted', outcome: 'delivered', dlqArn: DLQ_ARN },
    ]);
  });

  test('given a batch, it names the first and the last record', async () => {
    const parts = makeParts();
    const stream = makeStream(parts);
    for (const id of ['a', 'b', 'c']) register(stream, id);
    const { bus, dlq } = startPipe({ stream, maximumRetryAttempts: 0, bisects: false }, parts);
    bus.judge = () => failed;
    await settle();
    const numbers = stream.read(0, 3).records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    expect(dlq[0]?.message.DDBStreamBatchInfo).toMatchObject({
      startSequenceNumber: numbers[0],
      endSequenceNumber: numbers[2],
      batchSize: 3,
    });
  });

  const refusing: PipeProps['role']['sendDeadLetter'] = () =>
    Promise.reject(new AwsError('AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist'));

  test.each([
    { given: 'no dead-letter queue', settings: { hasDlq: false }, reason: {} },
    {
      given: 'a dead-letter queue that refuses',
      settings: { role: { sendDeadLetter: refusing } },
      reason: { dlqArn: DLQ_ARN, code: 'AWS.SimpleQueueService.NonExistentQueue' },
    },
  ])('given $given, the journal says what was lost, and the pipe goes on', async ({ settings, reason }) => {
    const { stream, bus, dlq, ...parts } = startPipe({ ...settings, maximumRetryAttempts: 0 });
    bus.judge = (_entry, attempt) => (attempt === 1 ? failed : delivered);
    register(stream, 'lost');
    await settle();
    register(stream, 'next');
    await settle();
    expect(bus.users).toEqual([['lost'], ['next']]);
    expect(dlq).toEqual([]);
    const eventIds = [stream.read(0, 1).records[0]?.eventID];
    expect(entriesOf(parts, 'pipe-dlq')).toMatchObject([{ eventIds, outcome: 'lost', ...reason }]);
  });
});

describe('records that are too old', () => {
  test('given one past the maximum age, it goes to the dead-letter queue without an attempt', async () => {
    const parts = makeParts();
    const stream = makeStream(parts);
    register(stream, 'old');
    parts.clock.skip(2 * HOUR_MS);
    register(stream, 'young');
    const { bus, dlq } = startPipe({ stream, maximumRecordAgeSeconds: 3600 }, parts);
    await settle();
    expect(bus.users).toEqual([['young']]);
    expect(dlq.map(({ message }) => [message.context.condition, message.DDBStreamBatchInfo.batchSize])).toEqual([
      ['RecordAgeExpired', 1],
    ]);
  });

  test('given one that comes of age while it is retried, the retries end', async () => {
    const { stream, bus, clock, dlq } = startPipe({ maximumRetryAttempts: -1, maximumRecordAgeSeconds: 120 });
    bus.judge = () => failed;
    register(stream, 'poison');
    await passTime(clock, 10 * SECOND_MS, () => dlq.length > 0);
    const attempts = bus.requests.length;
    await passTime(clock, HOUR_MS, () => true);
    expect(attempts).toBeGreaterThan(2);
    expect(bus.requests).toHaveLength(attempts);
    expect(dlq[0]?.message.context.condition).toBe('RecordAgeExpired');
  });

  test('given no limits, the retries end when the stream no longer keeps the record', async () => {
    const { stream, bus, clock, dlq } = startPipe({ maximumRetryAttempts: -1, maximumRecordAgeSeconds: -1 });
    bus.judge = (_entry, attempt) => (attempt < 200 ? failed : delivered);
    const start = clock.now();
    register(stream, 'poison');
    await passTime(clock, HOUR_MS, () => dlq.length > 0 || bus.requests.length > 100);
    expect(clock.now() - start).toBeGreaterThan(23 * HOUR_MS);
    expect(clock.now() - start).toBeLessThan(26 * HOUR_MS);
    expect(dlq[0]?.message.context.condition).toBe('RecordAgeExpired');
  });
});

test('given a dead-letter queue that is busy for a while, the dead letter arrives there after all', async () => {
  let attempts = 0;
  const sendDeadLetter: PipeProps['role']['sendDeadLetter'] = async (_arn, _body, taken) => {
    attempts += 1;
    if (attempts < 3) throw new AwsError('ThrottlingException', 'Slow down.');
    taken();
  };
  const given = startPipe({ maximumRetryAttempts: 0, role: { sendDeadLetter } });
  given.bus.judge = () => failed;
  register(given.stream, 'late');
  await passTime(given.clock, 60_000, () => entriesOf(given, 'pipe-dlq').length > 0);
  expect(entriesOf(given, 'pipe-dlq')).toMatchObject([{ outcome: 'delivered' }]);
  expect(attempts).toBe(3);
});
