import { describe, expect, test } from '@jest/globals';
import type { Hop } from '../../../../local/journal.ts';
import { describeReachedHop } from '../../../../operator/dev/reached-hop.ts';
import { detailOf, journal, registration } from './entries.ts';

const followed = { userId: 'alice', userIdAttribute: 'id', stackName: 'app-dev' };
const whole = registration('alice');
/** Everything of another user, who is to be told apart. */
const other = registration('bob');

function reached(...entries: readonly (readonly [Hop, Readonly<Record<string, unknown>>])[]): string {
  return describeReachedHop(journal(...other, ...entries), followed);
}

describe('how far a registration came', () => {
  test.each([
    [0, 'no row of this user was written'],
    [1, 'its row was written, and its stream record waits for the pipe'],
    [2, 'its stream record passed the filter of the pipe'],
    [3, 'its UserRegistered event is on the bus, and no rule has matched it'],
    [4, 'its UserRegistered event is on the bus, and no rule has matched it'],
    [5, 'its UserRegistered event matched BucketServiceRule'],
    [7, 'its UserRegistered event was delivered to BucketServiceQueue'],
  ])('after %i entries: %s', (count, text) => {
    expect(reached(...whole.slice(0, count))).toBe(text);
  });

  test('after the second event and the recording', () => {
    const detail = detailOf('alice');
    const created = { eventId: 'bus-2', detailType: 'BucketCreated', detail, dropped: false };
    expect(reached(...whole, ['event', created])).toMatch(/^its BucketCreated event is on the bus/);
    const image = { s3_bucket_uri: { S: 's3://x' } };
    const update = { eventName: 'MODIFY', eventId: 'r2', keys: { id: { S: 'alice' } }, newImage: image };
    expect(reached(...whole, ['event', created], ['stream-record', update])).toBe('its URI was recorded');
  });
});

test('given an event that several subscribers take, all of them are named', () => {
  const eventId = 'bus-alice';
  const matched = { rule: 'app-dev-AuditRule-000000000009', eventId, matched: true };
  const delivered = { ...matched, target: 'arn:aws:sqs:x:1:app-dev-AuditQueue-000000000009', outcome: 'delivered' };
  expect(reached(...whole.slice(0, 5), ['rule', matched])).toBe(
    'its UserRegistered event matched BucketServiceRule and AuditRule',
  );
  expect(reached(...whole.slice(0, 7), ['rule', matched], ['rule-delivery', delivered])).toBe(
    'its UserRegistered event was delivered to BucketServiceQueue and AuditQueue',
  );
});

describe('what went wrong on the way', () => {
  const eventId = 'record-alice';
  const invocation = { functionName: 'app-dev-BucketServiceFunction0A-000000000006', requestId: 'r1' };

  test.each([
    ['the filter', 1, [['pipe-filter', { eventId, passed: false }]], 'the filter of the pipe dropped it'],
    [
      'a refusal by the bus',
      2,
      [['pipe-delivery', { eventId, outcome: 'refused', code: 'Throttling', message: 'slow down' }]],
      'its stream record passed the filter of the pipe; the bus refused its event: Throttling: slow down',
    ],
    [
      'a pipe that gave up',
      2,
      [['pipe-dlq', { eventIds: ['x', eventId], condition: 'RetryAttemptsExhausted' }]],
      'its stream record passed the filter of the pipe; the pipe gave its stream record up: RetryAttemptsExhausted',
    ],
    [
      'a queue that refuses',
      5,
      [['rule-dlq', { rule: 'app-dev-BucketServiceRule-000000000003', eventId: 'bus-alice', reason: 'NO_RESOURCE' }]],
      'its UserRegistered event matched BucketServiceRule; BucketServiceRule could not deliver it: NO_RESOURCE',
    ],
    [
      'an event that a service cannot handle',
      7,
      [
        ['log', { line: `{"level":"ERROR","service":"s","problem":"other user","correlationId":"record-bob"}` }],
        ['log', { line: `{"level":"ERROR","service":"s","problem":"name taken","correlationId":"${eventId}"}` }],
        ['log', { line: `{"level":"INFO","service":"s","problem":"fine","correlationId":"${eventId}"}` }],
      ],
      'its UserRegistered event was delivered to BucketServiceQueue; s: name taken',
    ],
    [
      'a function that dies',
      7,
      [
        ['invocation', { ...invocation, outcome: 'failed', errorType: 'Sandbox.Timedout', message: 'timed out' }],
        ['invocation', { ...invocation, outcome: 'items-failed', messageIds: ['message-alice'] }],
        ['invocation', { ...invocation, requestId: 'r2', outcome: 'failed', errorType: 'Other', message: 'of bob' }],
        ['invocation', { ...invocation, requestId: 'r2', outcome: 'items-failed', messageIds: ['message-bob'] }],
      ],
      'its UserRegistered event was delivered to BucketServiceQueue; bucket-service failed: Sandbox.Timedout: timed out',
    ],
  ] as const)('%s', (_, count, entries, text) => {
    expect(reached(...whole.slice(0, count), ...entries)).toBe(text);
  });
});
