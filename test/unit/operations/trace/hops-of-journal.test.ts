import { describe, expect, test } from '@jest/globals';
import type { HopOf, TraceHop } from '../../../../operations/trace/hops.ts';
import { remedyOf } from '../../../../operations/trace/index.ts';
import {
  batch,
  deadLetter,
  deleted,
  delivery,
  event,
  failedItems,
  invocation,
  journal,
  log,
  message,
  provisioned,
  recorded,
  registered,
  row,
  rule,
  type Step,
  told,
  traced,
} from './journal-entries.ts';

// What a hop holds, beyond the line that a reader sees.

const HAPPENED = { type: 'UserRegistered', userId: 'alice', correlationId: 'r-alice', id: 'bus-r-alice' } as const;
const toldOf = (...steps: Step[]) => told(traced('alice', journal(...steps))[0]);
const hopsOf = <K extends TraceHop['hop']>(kind: K, ...steps: Step[]) =>
  (traced('alice', journal(...steps))[0]?.hops ?? []).filter((hop): hop is HopOf<K> => hop.hop === kind);

describe('a row', () => {
  const whole = [...registered('alice'), ...provisioned('alice'), ...recorded('alice')];

  test.each<[string, Step, string]>([
    ['that is changed and keeps its URI', row('alice', 'x', 'MODIFY', 's3://alice'), 'the row is changed'],
    ['that loses its URI', row('alice', 'x', 'MODIFY'), 'the row is changed'],
    ['that gets another URI', row('alice', 'x', 'MODIFY', 's3://b'), 'the URI is written: s3://b'],
    ['that is removed', row('alice', 'x', 'REMOVE'), 'the row is removed'],
  ])('%s', (_, step, text) => {
    expect(toldOf(...whole, step).at(-1)).toBe(`users table: ${text}`);
  });
});

describe('messages and the rules that sent them', () => {
  const other = { ...HAPPENED, type: 'BucketCreated', id: 'bus2' } as const;

  test('a delivery is that of the message with its event, to its subscriber, in its queue', () => {
    const deliveries = hopsOf(
      'delivery',
      event(HAPPENED),
      event(other),
      message(HAPPENED, 'bucket-queue', 'right'),
      message(other, 'bucket-queue', 'another event'),
      message(HAPPENED, 'uri-queue', 'another subscriber'),
      message(HAPPENED, 'bucket-dlq', 'a dead letter'),
      delivery('bucket-rule', 'bucket-queue', HAPPENED.id),
    );
    expect(deliveries.map(({ messageId, subscriber }) => [messageId, subscriber])).toEqual([
      ['right', 'bucket-service'],
    ]);
  });

  test('a message that a rule sent to the dead-letter queue is part of its giving up', () => {
    const gaveUp: Step = [
      'rule-dlq',
      { rule: 'bucket-rule', eventId: HAPPENED.id, reason: 'X', lost: false, dlqArn: 'arn:aws:sqs:x:1:bucket-dlq' },
    ];
    const steps = [event(HAPPENED), rule('bucket-rule', HAPPENED.id), message(HAPPENED, 'bucket-queue', 'm')];
    expect(toldOf(...steps, gaveUp).slice(2)).toEqual([
      'bucket-service: it is put into the queue again, by none of its rules: probably a redrive',
      'bucket-service: its rule gives it up (X): now in the dead-letter queue',
    ]);
  });

  test('a message that a client deletes at once was delivered all the same', () => {
    const purged = deleted(HAPPENED, 'bucket-queue', 'm');
    const sent = [event(HAPPENED), rule('bucket-rule', HAPPENED.id), message(HAPPENED, 'bucket-queue', 'm')];
    expect(toldOf(...sent, purged, delivery('bucket-rule', 'bucket-queue', HAPPENED.id)).slice(2)).toEqual([
      'bucket-service: it is in the queue',
      'bucket-service: it is deleted from the queue: purged, or another was sent in its place',
    ]);
  });

  test('a delivery whose message is not known is one all the same', () => {
    const steps = [
      event(HAPPENED),
      rule('bucket-rule', HAPPENED.id),
      delivery('bucket-rule', 'bucket-queue', HAPPENED.id),
    ];
    expect(toldOf(...steps).at(-1)).toBe('bucket-service: it is in the queue');
    expect(hopsOf('delivery', ...steps)[0]).not.toHaveProperty('messageId');
  });

  test('a refusal has the time of the next attempt only where it is known', () => {
    const refused = { outcome: 'refused', code: 'C', message: 'm' };
    const steps = [event(HAPPENED), rule('bucket-rule', HAPPENED.id)];
    const attempt = (more: object) =>
      hopsOf('delivery', ...steps, delivery('bucket-rule', 'bucket-queue', HAPPENED.id, { ...refused, ...more }))[0]
        ?.refusal;
    expect(attempt({})).toStrictEqual({ code: 'C', message: 'm' });
    expect(attempt({ retryAt: 5 })).toStrictEqual({ code: 'C', message: 'm', retryAt: 5 });
  });
});

describe('an event that a replay emits', () => {
  const again = { ...HAPPENED, replay: 'mend' };
  const steps: Step[] = [
    event(again),
    rule('bucket-rule', again.id),
    message(again, 'bucket-queue', 'm'),
    delivery('bucket-rule', 'bucket-queue', again.id),
    batch('bucket-function', 'q', ['other', 'm'], [7, 2]),
    log('bucket-function', {
      level: 'INFO',
      message: 'done',
      userId: 'alice',
      correlationId: 'r-alice',
      replayName: 'mend',
    }),
    invocation('bucket-function', 'q'),
    deadLetter(again, 'bucket-dlq', 'm'),
  ];

  test('is marked with the replay in each hop that came of it, and in no other', () => {
    expect(toldOf(...registered('alice'), ...steps).slice(8)).toEqual([
      'bus: UserRegistered from users-table, event bus-r-alice [replay mend]',
      'bucket-service: its rule matches [replay mend]',
      'bucket-service: it is in the queue [replay mend]',
      'bucket-service: its function takes it, receive 2, in a batch of 2 [replay mend]',
      'bucket-service: logs INFO  done [replay mend]',
      'bucket-service: its function is done after 12 ms [replay mend]',
      'bucket-service: given up after 5 receives: now in the dead-letter queue [replay mend]',
    ]);
    expect(
      toldOf(...registered('alice'), ...steps)
        .slice(0, 8)
        .join(),
    ).not.toContain('replay');
  });

  test('marks a batch in which it is beside the event of before', () => {
    const both = batch('bucket-function', 'q', ['m-r-alice', 'm'], [1, 1]);
    const [taken] = hopsOf('batch', ...registered('alice'), ...steps.slice(0, 4), both);
    expect(taken).toMatchObject({ messageIds: ['m-r-alice', 'm'], replay: 'mend' });
  });

  test('says that a replay emitted it, which an event that came of one does not', () => {
    expect(hopsOf('event', ...steps)).toEqual([expect.objectContaining({ isReplayed: true })]);
    const [hop, fields] = event(HAPPENED);
    const caused = {
      metadata: { eventId: 'e', correlationId: 'r-alice', replayName: 'mend' },
      data: { userId: 'alice' },
    };
    const [came] = hopsOf('event', [hop, { ...fields, detail: caused }]);
    expect(came).toMatchObject({ replay: 'mend' });
    expect(came).not.toHaveProperty('isReplayed');
  });
});

describe('an invocation', () => {
  const taken = [...registered('alice'), batch('bucket-function', 'q', ['x', 'm-r-alice', 'y'], [3, 2, 1])];

  test('takes those messages that are of the registration; how often they were received may be unknown', () => {
    expect(hopsOf('batch', ...taken)).toEqual([
      expect.objectContaining({ messageIds: ['m-r-alice'], receive: 2, size: 3, requestId: 'q' }),
    ]);
    const old: Step = ['batch', { functionName: 'bucket-function', requestId: 'q', messageIds: ['m-r-alice'] }];
    expect(hopsOf('batch', ...registered('alice'), old)).toEqual([expect.objectContaining({ receive: 1 })]);
  });

  test.each<[string, Step[], object]>([
    ['that answers', [invocation('bucket-function', 'q')], { outcome: 'handled', failedIds: [] }],
    [
      'that fails',
      [invocation('bucket-function', 'q', { outcome: 'failed', errorType: 'E', message: 'm' })],
      { outcome: 'failed', failedIds: ['m-r-alice'], error: 'E: m' },
    ],
    [
      'that fails, and whose items are listed too',
      [
        invocation('bucket-function', 'q', { outcome: 'failed', errorType: 'E', message: 'm' }),
        failedItems('bucket-function', 'q', ['x', 'm-r-alice']),
      ],
      { outcome: 'failed', failedIds: ['m-r-alice'] },
    ],
    [
      'that reports items',
      [invocation('bucket-function', 'q'), failedItems('bucket-function', 'q', ['x', 'm-r-alice'])],
      { outcome: 'item failed', failedIds: ['m-r-alice'] },
    ],
  ])('%s', (_, steps, expected) => {
    expect(hopsOf('invocation', ...taken, ...steps)).toEqual([expect.objectContaining(expected)]);
  });

  test('that reports items is that of the same request; items of an unknown end are no hop', () => {
    const second = batch('bucket-function', 'q2', ['m-r-alice'], [2]);
    const steps = [...taken, invocation('bucket-function', 'q'), second, invocation('bucket-function', 'q2')];
    const ended = hopsOf('invocation', ...steps, failedItems('bucket-function', 'q2', ['m-r-alice']));
    expect(ended.map(({ requestId, outcome }) => [requestId, outcome])).toEqual([
      ['q', 'handled'],
      ['q2', 'item failed'],
    ]);
    expect(toldOf(...taken, failedItems('bucket-function', 'q', ['m-r-alice']))).toEqual(toldOf(...taken));
  });

  test('that only a log line ties to the registration has no message of it', () => {
    const line = log('bucket-function', {
      level: 'INFO',
      message: 'x',
      userId: 'alice',
      correlationId: 'r-alice',
      function_request_id: 'known',
    });
    const failed = invocation('bucket-function', 'known', { outcome: 'failed', errorType: 'E', message: 'm' });
    const call: Step = ['api-call', { invocation: 'known', service: 's3', operation: 'ListBuckets', status: 200 }];
    const steps = [...registered('alice'), line, call, failed];
    expect(hopsOf('invocation', ...steps)).toEqual([expect.objectContaining({ requestId: 'known', failedIds: [] })]);
    expect(hopsOf('api-call', ...steps)).toEqual([]);
  });

  test('is shown once, also where the log has what Lambda reports of it', () => {
    const report = (requestId: string) =>
      log('bucket-function', {
        type: 'platform.report',
        record: { requestId, status: 'failure', errorType: 'E', metrics: { durationMs: 5 } },
      });
    expect(hopsOf('invocation', ...taken, invocation('bucket-function', 'q'), report('q'))).toHaveLength(1);
    const { at: _, ...reported } = hopsOf('invocation', ...taken, report('q'))[0] as HopOf<'invocation'>;
    expect(reported).toStrictEqual({
      hop: 'invocation',
      subscriber: 'bucket-service',
      requestId: 'q',
      outcome: 'crashed',
      failedIds: [],
      durationMs: 5,
      error: 'E',
    });
  });
});

describe('a call of a function', () => {
  const denial =
    'User: arn:aws:sts::1:assumed-role/b/f is not authorized to perform: s3:CreateBucket on resource: "arn:aws:s3:::x" because no identity-based policy allows the s3:CreateBucket action';
  const call = (more: object): Step => {
    return ['api-call', { invocation: 'q', service: 's3', operation: 'CreateBucket', status: 200, ...more }];
  };
  const taken = [...registered('alice'), batch('bucket-function', 'q', ['m-r-alice'], [1])];

  test.each<[string, object, string, boolean]>([
    ['that worked', {}, 'calls s3:CreateBucket: 200', false],
    ['that worked, whatever its message says', { message: denial, status: 399 }, 'calls s3:CreateBucket: 399', false],
    ['that failed', { status: 503, code: 'SlowDown' }, 'calls s3:CreateBucket: 503 SlowDown', false],
    [
      'that was denied',
      { status: 400, code: 'AccessDenied', message: denial },
      'calls s3:CreateBucket: 400 AccessDenied: no statement allows role b s3:CreateBucket on arn:aws:s3:::x',
      true,
    ],
  ])('%s', (_, more, text, hasRemedy) => {
    const steps = [...taken, call(more)];
    expect(toldOf(...steps).at(-1)).toBe(`bucket-service: ${text}`);
    const [hop] = hopsOf('api-call', ...steps);
    expect(hop && remedyOf(hop) !== undefined).toBe(hasRemedy);
    expect(hop && 'denied' in hop).toBe(hasRemedy);
  });
});

describe('what is no mark', () => {
  const lines = (...steps: Step[]) => toldOf(...steps).filter((line) => line.startsWith('lab: '));
  const taken = [...registered('alice'), batch('bucket-function', 'q', ['m-r-alice'], [1])];

  test('another action of the lab on an invocation of the registration', () => {
    expect(lines(...taken, ['lab', { action: 'restart', invocations: ['q'] }])).toEqual([]);
  });

  test('what happens while the pipe is stopped: that is said once, however long the row waits', () => {
    const [written, ...others] = registered('alice') as [Step, ...Step[]];
    const stopped: Step = ['pipe-state', { state: 'STOPPED', pipe: 'registrations-pipe' }];
    const fault: Step = ['fault', { effect: 'delay', operation: 'x:Y', eventIds: ['r-alice'] }];
    const line = log('bucket-function', { level: 'INFO', message: 'x', userId: 'alice', correlationId: 'r-alice' });
    expect(lines(stopped, written, fault, line, ...others)).toEqual([
      'lab: the pipe is stopped',
      'lab: a fault delays x:Y',
    ]);
  });

  test('what the pipe does with another row does not start it again', () => {
    const stopped: Step = ['pipe-state', { state: 'STOPPED', pipe: 'registrations-pipe' }];
    const other: Step = [
      'pipe-filter',
      { eventId: 'r-bob', eventName: 'INSERT', passed: true, pipe: 'registrations-pipe' },
    ];
    expect(lines(stopped, other, row('alice', 'r-alice'))).toEqual(['lab: the pipe is stopped']);
  });
});
