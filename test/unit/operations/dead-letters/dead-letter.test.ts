import { describe, expect, test } from '@jest/globals';
import { readDeadLetter } from '../../../../operations/dead-letters/dead-letter.ts';
import type { ReceivedMessage } from '../../../../operations/dead-letters/message-queue.ts';
import { eventBody, pipeBody } from './fake-queue.ts';

function message(Body: string, more: Partial<ReceivedMessage> = {}): ReceivedMessage {
  return {
    MessageId: 'm',
    ReceiptHandle: 'h',
    Body,
    Attributes: { SentTimestamp: '1714458435000', ApproximateReceiveCount: '6' },
    ...more,
  };
}

function attributes(values: Readonly<Record<string, string>>): NonNullable<ReceivedMessage['MessageAttributes']> {
  const typed = Object.entries(values).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
  return Object.fromEntries(typed);
}

describe("a message in a subscriber's dead-letter queue", () => {
  test('with an event and nothing else is a handler failure', () => {
    expect(readDeadLetter(message(eventBody('e1')), 'subscriber')).toEqual({
      messageId: 'm',
      body: eventBody('e1'),
      sentAt: 1714458435000,
      receives: 6,
      kind: 'handler',
      event: expect.objectContaining({
        detailType: 'UserRegistered',
        source: 'users-table',
        eventId: 'e1',
        correlationId: 'e1',
        userId: 'user-e1',
      }),
    });
  });

  test('with the attributes of a rule is a delivery failure, with its reason', () => {
    const MessageAttributes = attributes({
      RULE_ARN: 'arn:rule',
      TARGET_ARN: 'arn:queue',
      ERROR_CODE: 'NO_RESOURCE',
      ERROR_MESSAGE: 'The specified queue does not exist',
      RETRY_ATTEMPTS: '185',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
    expect(readDeadLetter(message(eventBody('e1'), { MessageAttributes }), 'subscriber')).toMatchObject({
      kind: 'delivery',
      event: { eventId: 'e1' },
      failure: {
        code: 'NO_RESOURCE',
        message: 'The specified queue does not exist',
        retries: '185',
        exhausted: 'MaximumRetryAttempts',
      },
    });
  });

  test.each([
    ['0', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['1', 1],
    ['8640000000000000', 8_640_000_000_000_000],
    ['8640000000000001', undefined],
  ])('that says it was sent at %s, was sent at %s', (SentTimestamp, sentAt) => {
    const deadLetter = readDeadLetter(message(eventBody('e1'), { Attributes: { SentTimestamp } }), 'subscriber');
    expect(deadLetter.sentAt).toBe(sentAt);
    expect('sentAt' in deadLetter).toBe(sentAt !== undefined);
    expect(deadLetter.receives).toBe(1);
  });

  test('of which nothing is known is foreign', () => {
    expect(readDeadLetter({ MessageId: '', ReceiptHandle: '', Body: '' }, 'subscriber')).toStrictEqual({
      messageId: '',
      body: '',
      receives: 1,
      kind: 'foreign',
      problem: 'not JSON',
    });
  });

  test('of a rule that says nothing more is a delivery failure all the same', () => {
    const MessageAttributes = attributes({ RULE_ARN: 'arn:rule' });
    expect(readDeadLetter(message(eventBody('e1'), { MessageAttributes }), 'subscriber')).toMatchObject({
      kind: 'delivery',
      failure: { code: 'no code', message: 'no message' },
    });
    const { failure } = readDeadLetter(message(eventBody('e1'), { MessageAttributes }), 'subscriber') as {
      failure?: object;
    };
    expect(failure).toStrictEqual({ code: 'no code', message: 'no message' });
  });

  test('whose event breaks its contract is a handler failure: that is why it failed', () => {
    const deadLetter = readDeadLetter(
      message(eventBody('e1', { detail: { data: { registeredAt: 1 } } })),
      'subscriber',
    );
    expect(deadLetter).toMatchObject({ kind: 'handler', event: { detailType: 'UserRegistered' } });
    expect(deadLetter).not.toHaveProperty('event.userId');
  });

  test.each([
    ['text', 'hello', /^not JSON$/],
    ['nothing', '', /^not JSON$/],
    ['half an event', eventBody('e1').slice(0, -5), /^not JSON$/],
    ['null', 'null', /^not an event/],
    ['a list', '[1]', /^not an event/],
    ['a text in JSON', '"hello"', /^not an event/],
    ['another object', '{"Records":[]}', /^not an event/],
    ['an event without source', eventBody('e1', { source: undefined }), /^not an event/],
    ['an event without detail-type', eventBody('e1', { 'detail-type': 7 }), /^not an event/],
    ['an event whose detail is null', eventBody('e1', { detail: null }), /^not an event/],
    ['an event without detail', eventBody('e1', { detail: undefined }), /^not an event/],
    ['a detail that is no object', eventBody('e1', { detail: 'x' }), /^not an event/],
    ["a pipe's dead letter", pipeBody('1'), /^not an event/],
  ])('with %s is foreign', (_, body, problem) => {
    const deadLetter = readDeadLetter(message(body), 'subscriber');
    expect(deadLetter).toMatchObject({ kind: 'foreign', body, problem: expect.stringMatching(problem) });
  });
});

describe("a message in the pipe's dead-letter queue", () => {
  test('says where its records are in the stream', () => {
    expect(readDeadLetter(message(pipeBody('111', '222')), 'pipe')).toMatchObject({
      kind: 'pipe',
      condition: 'RetryAttemptsExhausted',
      firstArrival: '2026-11-22T08:00:00.000Z',
      batch: {
        streamArn: expect.stringMatching(/stream/),
        shardId: 'shardId-1',
        startSequenceNumber: '111',
        endSequenceNumber: '222',
        batchSize: 1,
      },
    });
  });

  test.each([
    ['an event', eventBody('e1')],
    ['null', 'null'],
    ['no place', '{"context":{"condition":"x"}}'],
    ['a place that is no number', pipeBody('one')],
    ['a number that JavaScript would round', pipeBody('1').replace('"1"', '1')],
    ['a place after something else', pipeBody('x1')],
    ['a place before something else', pipeBody('1', '1x')],
    ['a place with more digits than there are', pipeBody('1'.repeat(41))],
    ['a place without a stream', pipeBody('1').replace('"streamArn"', '"stream"')],
    ['a place without a shard', pipeBody('1').replace('"shardId":"shardId-1",', '')],
  ])('with %s is foreign', (_, body) => {
    expect(readDeadLetter(message(body), 'pipe')).toMatchObject({
      kind: 'foreign',
      problem: expect.stringMatching(/^not from the pipe/),
    });
  });

  test.each([
    ['7', 7],
    ['7.9', 7],
    ['10000', 10_000],
    ['10001', 10_000],
    ['1e300', 10_000],
    ['0', 1],
    ['-3', 1],
    ['null', 1],
    ['"many"', 1],
  ])(
    'that says it is about %s records, is about %i: more than a pipe takes at a time there cannot be',
    (said, batchSize) => {
      const body = pipeBody('111').replace('"batchSize":1', `"batchSize":${said}`);
      expect(body).toContain(`"batchSize":${said}`);
      expect(readDeadLetter(message(body), 'pipe')).toMatchObject({ kind: 'pipe', batch: { batchSize } });
    },
  );

  test('without what is only good to know is understood', () => {
    const { DDBStreamBatchInfo: info } = JSON.parse(pipeBody('111'));
    const { batchSize: _, approximateArrivalOfFirstRecord: __, ...place } = info;
    const deadLetter = readDeadLetter(message(JSON.stringify({ DDBStreamBatchInfo: place })), 'pipe');
    expect(deadLetter).toMatchObject({ kind: 'pipe', condition: 'no condition', batch: { batchSize: 1 } });
    expect(deadLetter).not.toHaveProperty('firstArrival');
  });
});

test('a message without its system attributes is read', () => {
  const deadLetter = readDeadLetter({ MessageId: 'm', ReceiptHandle: 'h', Body: eventBody('e1') }, 'subscriber');
  expect(deadLetter).toMatchObject({ kind: 'handler', receives: 1 });
  expect(deadLetter).not.toHaveProperty('sentAt');
});
