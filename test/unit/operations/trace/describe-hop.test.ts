import { describe, expect, test } from '@jest/globals';
import { describeHop, kindOf, remedyOf, spanText } from '../../../../operations/trace/describe-hop.ts';
import type { TraceHop } from '../../../../operations/trace/hops.ts';

const at = 1_795_338_000_000;
const subscriber = 'mailer';
const step = { at, subscriber, busEventId: 'b' };
const refusal = { code: 'THROTTLING', message: 'later' };
const denied = {
  action: 'events:PutEvents',
  resource: 'arn:bus',
  principal: 'arn:aws:sts::1:assumed-role/pipe/p',
  isExplicit: false,
};
const event = { hop: 'event', at, detailType: 'UserRegistered', source: 'users-table', busEventId: 'b' } as const;
const message = { hop: 'message', at, subscriber, isDlq: false, messageId: 'm' } as const;
const invocation = { hop: 'invocation', at, subscriber, requestId: 'q', failedIds: [], durationMs: 12.4 } as const;

test.each<[hop: TraceHop, who: string, what: string]>([
  [{ hop: 'row', at, change: 'written', eventId: 'e' }, 'users table', 'the row is written'],
  [{ hop: 'row', at, change: 'removed', eventId: 'e' }, 'users table', 'the row is removed'],
  [
    { hop: 'row', at, change: 'changed', eventId: 'e', uri: 's3://a' },
    'users table',
    'the row is changed, with the URI s3://a',
  ],
  [{ hop: 'row', at, change: 'URI written', eventId: 'e', uri: 's3://a' }, 'users table', 'the URI is written: s3://a'],
  [{ hop: 'filter', at, passed: true, change: 'INSERT' }, 'pipe', 'the filter lets it through'],
  [
    { hop: 'filter', at, passed: false, change: 'MODIFY', isOfDeletions: true },
    'pipe of deletions',
    'the filter drops it (MODIFY)',
  ],
  [{ hop: 'put', at, attempt: 1 }, 'pipe', 'puts it on the bus'],
  [{ hop: 'put', at, attempt: 3, isOfDeletions: true }, 'pipe of deletions', 'puts it on the bus, at attempt 3'],
  [{ hop: 'put', at, attempt: 1, refusal }, 'pipe', 'the bus refuses it, attempt 1: THROTTLING: later'],
  [
    { hop: 'put', at, attempt: 2, refusal: { ...refusal, retryAt: at + 12_000 } },
    'pipe',
    'the bus refuses it, attempt 2: THROTTLING: later; retried 12 s later',
  ],
  [
    { hop: 'pipe-dlq', at, condition: 'RecordAgeExpired', isLost: true },
    'pipe',
    'gives it up (RecordAgeExpired): it is lost',
  ],
  [
    { hop: 'pipe-dlq', at, condition: 'X', isLost: false, isOfDeletions: true },
    'pipe of deletions',
    "gives it up (X): now in the pipe's dead-letter queue",
  ],
  [{ ...event, isDropped: false }, 'bus', 'UserRegistered from users-table, event b'],
  [{ ...event, isDropped: true }, 'bus', 'UserRegistered from users-table, event b: there is no such bus'],
  [{ ...event, isDropped: false, replay: 'r1' }, 'bus', 'UserRegistered from users-table, event b [replay r1]'],
  [{ hop: 'archived', at, archive: 'all' }, 'archive', 'keeps it'],
  [{ hop: 'rule', ...step, matched: true }, 'mailer', 'its rule matches'],
  [{ hop: 'rule', ...step, matched: false, reason: 'disabled' }, 'mailer', 'its rule does not match: disabled'],
  [{ hop: 'rule', ...step, matched: false }, 'mailer', 'its rule does not match: reason unknown'],
  [
    { hop: 'no-replay', ...step, why: 'skips' },
    'mailer',
    "does not get it: it skips replays, and what comes of them (replays: 'skip')",
  ],
  [
    { hop: 'no-replay', ...step, why: 'not chosen', chosen: [] },
    'mailer',
    'does not get it: the replay was for others only',
  ],
  [
    { hop: 'no-replay', ...step, why: 'not chosen', chosen: ['a', 'b'] },
    'mailer',
    'does not get it: the replay was for a, b only',
  ],
  [{ hop: 'delivery', ...step, attempt: 1 }, 'mailer', 'it is in the queue'],
  [{ hop: 'delivery', ...step, attempt: 2 }, 'mailer', 'it is in the queue, at attempt 2'],
  [
    { hop: 'delivery', ...step, attempt: 1, refusal: { ...refusal, retryAt: at + 812 } },
    'mailer',
    'its queue refuses it, attempt 1: THROTTLING: later; retried 812 ms later',
  ],
  [
    { hop: 'rule-dlq', ...step, code: 'NO_RESOURCE', isLost: true },
    'mailer',
    'its rule gives it up (NO_RESOURCE): it is lost',
  ],
  [
    { hop: 'rule-dlq', ...step, code: 'NO_RESOURCE', isLost: false },
    'mailer',
    'its rule gives it up (NO_RESOURCE): now in the dead-letter queue',
  ],
  [message, 'mailer', 'it is put into the queue again, by none of its rules: probably a redrive'],
  [
    { ...message, replay: 'r' },
    'mailer',
    'it is put into the queue again, by none of its rules: probably a replay of chosen events, or a redrive [replay r]',
  ],
  [{ ...message, isDlq: true }, 'mailer', 'it is put into the dead-letter queue, by none of its rules'],
  [
    { hop: 'batch', at, subscriber, requestId: 'q', messageIds: ['m'], receive: 2, size: 1 },
    'mailer',
    'its function takes it, receive 2',
  ],
  [
    { hop: 'batch', at, subscriber, requestId: 'q', messageIds: ['m'], receive: 1, size: 10 },
    'mailer',
    'its function takes it, receive 1, in a batch of 10',
  ],
  [{ hop: 'log', at, subscriber, text: 'INFO  sent', line: '{}' }, 'mailer', 'logs INFO  sent'],
  [{ hop: 'api-call', at, subscriber, operation: 's3:PutObject', status: 200 }, 'mailer', 'calls s3:PutObject: 200'],
  [
    { hop: 'api-call', at, subscriber, operation: 's3:PutObject', status: 503, code: 'SlowDown' },
    'mailer',
    'calls s3:PutObject: 503 SlowDown',
  ],
  [
    { hop: 'api-call', at, subscriber, operation: 'events:PutEvents', status: 400, code: 'AccessDenied', denied },
    'mailer',
    'calls events:PutEvents: 400 AccessDenied: no statement allows role pipe events:PutEvents on arn:bus',
  ],
  [{ ...invocation, outcome: 'handled' }, 'mailer', 'its function is done after 12 ms'],
  [{ ...invocation, outcome: 'item failed' }, 'mailer', 'its function reports it as failed after 12 ms'],
  [
    { ...invocation, outcome: 'timed out', durationMs: 30_000, error: 'too slow' },
    'mailer',
    'its function times out after 30 s: too slow',
  ],
  [{ ...invocation, outcome: 'crashed', error: 'exit 1' }, 'mailer', 'its function crashes after 12 ms: exit 1'],
  [{ ...invocation, outcome: 'failed' }, 'mailer', 'its function fails after 12 ms'],
  [{ hop: 'mark', at, kind: 'fault', text: 'a fault strikes', sequence: 1 }, 'lab', 'a fault strikes'],
  [
    { hop: 'dead-letter', at, subscriber, messageId: 'm', receives: 5 },
    'mailer',
    'given up after 5 receives: now in the dead-letter queue',
  ],
  [
    { hop: 'deleted', at, subscriber, isDlq: true, messageId: 'm' },
    'mailer',
    'it is deleted from the dead-letter queue: purged, or another was sent in its place',
  ],
  [
    { hop: 'deleted', at, subscriber, isDlq: false, messageId: 'm' },
    'mailer',
    'it is deleted from the queue: purged, or another was sent in its place',
  ],
])('a line of a trace for %j', (hop, who, what) => {
  expect(describeHop(hop)).toEqual([who, what]);
});

test('names and texts cannot control the terminal, and a long text is cut after 400 columns', () => {
  const esc = String.fromCharCode(27);
  const [who, what] = describeHop({
    hop: 'log',
    at,
    subscriber: `a${esc}b`,
    text: `${esc}[2J${'x'.repeat(500)}`,
    line: '',
  });
  expect(who).toBe('a\\u{1b}b');
  expect(what).toMatch(/^logs \\u\{1b\}\[2Jx+… \(\d+ characters\)$/);
  expect(what).toHaveLength(400);
});

test.each([
  [0, '0 ms'],
  [12.6, '13 ms'],
  [9_999, '9999 ms'],
  [-9_999, '-9999 ms'],
  [10_000, '10 s'],
  [71_200, '71 s'],
])('a span of %d ms is %s', (ms, text) => {
  expect(spanText(ms)).toBe(text);
});

describe('what a trace is the story of', () => {
  const row = (change: 'written' | 'removed'): TraceHop => ({ hop: 'row', at, change, eventId: 'e' });
  const log = (of: string): TraceHop => ({ hop: 'log', at, subscriber: of, text: '', line: '' });

  test.each<[string, TraceHop[], 'Registration' | 'Deletion']>([
    ['nothing', [], 'Registration'],
    ['a row that is written', [row('written')], 'Registration'],
    ['a row that is removed', [row('removed')], 'Deletion'],
    ['a row that is written and removed', [row('written'), row('removed')], 'Registration'],
    ['the event of a registration', [{ ...event, isDropped: false }], 'Registration'],
    [
      'the event of a deletion',
      [row('written'), { ...event, detailType: 'UserDeleted', isDropped: false }],
      'Deletion',
    ],
    [
      'a message with the event of a deletion, of which no more is known',
      [{ ...message, detailType: 'UserDeleted' }],
      'Deletion',
    ],
    [
      'a dead letter of a deletion, of which no more is known',
      [{ hop: 'dead-letter', at, subscriber, messageId: 'm', receives: 5, detailType: 'UserDeleted' }],
      'Deletion',
    ],
    ['a message with another event', [{ ...message, detailType: 'UserRegistered' }], 'Registration'],
    ['log lines of the subscriber to deletions', [log('mailer'), log('bucket-retirer')], 'Deletion'],
    ['log lines of another', [log('mailer')], 'Registration'],
    [
      'the work of the subscriber to deletions, by another hop than its log',
      [{ hop: 'rule', at, subscriber: 'bucket-retirer', busEventId: 'b', matched: false }],
      'Registration',
    ],
  ])('given %s', (_, hops, kind) => {
    expect(kindOf({ hops })).toBe(kind);
  });
});

describe('the statement that would allow what was denied', () => {
  const remedy = {
    where: 'in a policy of role pipe',
    statement: '{"Effect":"Allow","Action":"events:PutEvents","Resource":"arn:bus"}',
  };

  test.each<[string, TraceHop, object | undefined]>([
    ['a refused attempt', { hop: 'put', at, attempt: 1, refusal: { ...refusal, denied } }, remedy],
    ['a call', { hop: 'api-call', at, subscriber, operation: 'x', status: 400, denied }, remedy],
    ['an attempt that was refused for another reason', { hop: 'put', at, attempt: 1, refusal }, undefined],
    ['a hop without any', { hop: 'archived', at, archive: 'all' }, undefined],
  ])('given %s', (_, hop, expected) => {
    expect(remedyOf(hop)).toEqual(expected);
  });
});
