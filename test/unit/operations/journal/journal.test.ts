import { describe, expect, test } from '@jest/globals';
import {
  JOURNAL_LOG_GROUP,
  keysOfBody,
  keysOfEvent,
  readableLogLine,
  uriInRecord,
  userOfRecord,
} from '../../../../operations/journal/journal.ts';
import { JOURNAL_LOG_GROUP as OF_ENGINE } from '../../../../packages/local-engine/gateway/engine-logs.ts';

const line = (fields: object) =>
  JSON.stringify({
    level: 'INFO',
    message: 'welcome',
    timestamp: '2026-11-22T09:00:00.000Z',
    service: 'welcome-note',
    cold_start: true,
    function_arn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:welcome-note',
    function_memory_size: '512',
    function_name: 'welcome-note',
    function_request_id: 'f3a1',
    sampling_rate: 0,
    correlationId: 'c1',
    causationId: 'c2',
    eventId: 'e1',
    messageId: 'm1',
    ...fields,
  });

test.each<[string, string, string | undefined]>([
  ['a line of the logger', line({ userId: 'alice', note: 'hello' }), 'INFO  welcome  userId=alice  note=hello'],
  ['a field that is no text', line({ items: [1, 2] }), 'INFO  welcome  items=[1,2]'],
  ['a value that would control the terminal', line({ note: '\u001b[2J' }), 'INFO  welcome  note=\\u{1b}[2J'],
  ['a line that a function printed by itself', 'plain words', 'plain words'],
  ['a line of metrics', JSON.stringify({ _aws: { Timestamp: 1 }, service: 'x', EventsHandled: 1 }), undefined],
])('given %s, when it is shown to a person, then only what says something', (_case, written, expected) => {
  expect(readableLogLine(written)).toBe(expected);
});

test('given fields that the reader sees elsewhere, when a line is shown, then they are left out', () => {
  expect(readableLogLine(line({ userId: 'alice', note: 'hello' }), ['userId'])).toBe('INFO  welcome  note=hello');
});

test('given a line of JSON without a level, when it is shown, then it begins with its message', () => {
  expect(readableLogLine('{"message":"hello","xray_trace_id":"1-2"}')).toBe('hello');
});

test('given a level and field names that would control the terminal, when shown, then they cannot', () => {
  expect(readableLogLine('{"level":"\\u001b","message":"m","\\u001b":1}')).toBe('\\u{1b}  m  \\u{1b}=1');
});

test('given a very long value, when it is shown, then it is cut to 200 columns', () => {
  expect(readableLogLine('x'.repeat(200))).toBe('x'.repeat(200));
  expect(readableLogLine('x'.repeat(201))).toHaveLength(200);
});

const DETAIL = {
  metadata: { eventId: 'e1', correlationId: 'c1', replayName: 'by-metadata' },
  data: { userId: 'alice', bucketUri: 's3://alice' },
};
const KEYS = {
  busEventId: 'b1',
  detailType: 'BucketCreated',
  userId: 'alice',
  bucketUri: 's3://alice',
  eventId: 'e1',
  correlationId: 'c1',
};

describe('the keys of an event', () => {
  const entry = { sequence: 1, at: 1, hop: 'event', eventId: 'b1', detailType: 'BucketCreated', detail: DETAIL };
  const body = { id: 'b1', 'detail-type': 'BucketCreated', detail: DETAIL };

  test('are the same in an entry of the journal and in a message', () => {
    expect(keysOfEvent(entry)).toEqual({ ...KEYS, replayName: 'by-metadata' });
    expect(keysOfBody(JSON.stringify(body))).toEqual({ ...KEYS, replayName: 'by-metadata' });
  });

  test('have the replay of the envelope, if both name one', () => {
    expect(keysOfEvent({ ...entry, replay: 'by-envelope' }).replayName).toBe('by-envelope');
    expect(keysOfBody(JSON.stringify({ ...body, 'replay-name': 'by-envelope' })).replayName).toBe('by-envelope');
  });

  test.each([
    'hello',
    '[]',
    '1',
    undefined,
    '{"detail":{}}',
    '{"detail":{"metadata":{},"data":{}}}',
    '{"id":7,"detail":{"data":{"userId":1}}}',
  ])('are none of %s', (text) => expect(keysOfBody(text)).toEqual({}));
});

test('a stream record has the user of its keys and the URI of its new image', () => {
  const record = {
    sequence: 1,
    at: 1,
    hop: 'stream-record',
    keys: { id: { S: 'alice' } },
    newImage: { uri: { S: 'u' } },
  };
  expect([userOfRecord(record, 'id'), uriInRecord(record, 'uri')]).toEqual(['alice', 'u']);
  expect([userOfRecord(record, 'other'), uriInRecord(record, 'other')]).toEqual([undefined, undefined]);
  const bare = { sequence: 1, at: 1, hop: 'stream-record' };
  expect([userOfRecord(bare, 'id'), uriInRecord(bare, 'uri')]).toEqual([undefined, undefined]);
});

test('the journal is read from the log group that the engine writes it to', () => {
  expect(JOURNAL_LOG_GROUP).toBe(OF_ENGINE);
});
