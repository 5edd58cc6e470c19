import { describe, expect, test } from '@jest/globals';
import { remedyOf } from '../../../../operations/trace/index.ts';
import {
  batch,
  deadLetter,
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
  START,
  type Step,
  told,
  traced,
} from './journal-entries.ts';

const [ALICE, BOB] = ['alice', 'bob'];

describe('a registration that goes well', () => {
  const whole = [...registered(ALICE), ...provisioned(ALICE), ...recorded(ALICE)];

  test('given the entries of two users between each other, when one is traced, then it has every hop of that user, in order', () => {
    const other = [...registered(BOB), ...provisioned(BOB), ...recorded(BOB)];
    const mixed = whole.flatMap((step, index) => [other[index] ?? step, step]);
    const [registration, ...more] = traced(ALICE, journal(...mixed));
    expect(more).toEqual([]);
    expect(registration?.correlationId).toBe('r-alice');
    expect(told(registration)).toEqual([
      'users table: the row is written',
      'pipe: the filter lets it through',
      'pipe: puts it on the bus',
      'bus: UserRegistered from users-table, event bus-r-alice',
      'archive: keeps it',
      'bucket-service: its rule matches',
      'bucket-service: it is in the queue',
      'uri-recorder: its rule does not match: detail-type does not accept "UserRegistered"',
      'bucket-service: its function takes it, receive 1',
      'bucket-service: calls s3:CreateBucket: 200',
      'bus: BucketCreated from bucket-service, event bus2-r-alice',
      'uri-recorder: its rule matches',
      'uri-recorder: it is in the queue',
      'bucket-service: logs INFO  bucket created',
      'bucket-service: its function is done after 12 ms',
      'uri-recorder: its function takes it, receive 1',
      'users table: the URI is written: s3://alice',
      'pipe: the filter drops it (MODIFY)',
      'uri-recorder: its function is done after 12 ms',
    ]);
  });

  test('given an events command that watched the bus, then the trace has nothing of it, and nothing is open', () => {
    const name = 'pipeline-events-20261122T090000Z-abcde';
    const happened = { type: 'UserRegistered', userId: ALICE, correlationId: 'r-alice', id: 'bus-r-alice' } as const;
    const watched = [
      rule(name, 'bus-r-alice'),
      message(happened, name, 'm-watched'),
      delivery(name, name, 'bus-r-alice'),
      event({ ...happened, replay: name }),
    ];
    const [expected] = traced(ALICE, journal(...whole));
    const [registration] = traced(ALICE, journal(...whole, ...watched));
    expect(told(registration)).toEqual(told(expected));
  });

  test('given an unknown user, when it is traced, then there is nothing', () => {
    expect(traced('ali', journal(...whole))).toEqual([]);
  });

  test('given a batch of several users, then it shows the size, and no call, because no call says whose it was', () => {
    const steps = [
      ...registered(ALICE),
      ...registered(BOB),
      batch('bucket-function', 'q', ['m-r-alice', 'm-r-bob'], [3, 1]),
      ['api-call', { invocation: 'q', service: 's3', operation: 'CreateBucket', status: 200 }],
      invocation('bucket-function', 'q'),
    ] as const;
    expect(told(traced(ALICE, journal(...steps))[0]).slice(8)).toEqual([
      'bucket-service: its function takes it, receive 3, in a batch of 2',
      'bucket-service: its function is done after 12 ms',
    ]);
  });
});

describe('a row that is older than what is known', () => {
  test('given an event that repairs it, then the URI that follows belongs to that registration', () => {
    const repair = { type: 'BucketCreated', userId: ALICE, correlationId: 'repair', id: 'b' } as const;
    const created = event({ ...repair, bucketUri: 's3://alice' });
    const registrations = traced(ALICE, journal(created, row(ALICE, 'u', 'MODIFY', 's3://alice')));
    expect(registrations.map(({ correlationId }) => correlationId)).toEqual(['repair']);
    expect(told(registrations[0]).at(-1)).toBe('users table: the URI is written: s3://alice');
  });

  test('given a change of a row that has its URI, then it is not said that the URI is written', () => {
    const [registration] = traced(ALICE, journal(row(ALICE, 'u', 'MODIFY', 's3://alice')));
    expect(registration?.correlationId).toBeUndefined();
    expect(told(registration)).toEqual(['users table: the row is changed, with the URI s3://alice']);
  });
});

describe('a user who registered twice', () => {
  const first = { type: 'UserRegistered', userId: ALICE, correlationId: 'first', id: 'bus-first' } as const;

  test('given an event of the first time that comes late, then a change of the row belongs to the second', () => {
    const steps = [row(ALICE, 'first'), row(ALICE, 'second'), event(first), row(ALICE, 'change', 'MODIFY')];
    expect(traced(ALICE, journal(...steps)).map((each) => [each.correlationId, ...told(each)])).toEqual([
      ['first', 'users table: the row is written', 'bus: UserRegistered from users-table, event bus-first'],
      ['second', 'users table: the row is written', 'users table: the row is changed'],
    ]);
  });
});

describe('what names the registration', () => {
  const saidOf = (fields: object) =>
    traced(ALICE, journal(row(ALICE, 'r'), log('bucket-function', { level: 'INFO', message: 'seen', ...fields }))).map(
      (each) => told(each).slice(1),
    );

  test('given a line that names no user, then it is one of its lines', () => {
    expect(saidOf({ correlationId: 'r' })).toEqual([['bucket-service: logs INFO  seen']]);
  });

  test('given a line that names another user, or another registration without a user, then it is none', () => {
    expect(saidOf({ correlationId: 'r', userId: BOB })).toEqual([[]]);
    expect(saidOf({ correlationId: 'other', about: 'r' })).toEqual([[]]);
    expect(saidOf({ about: 'r' })).toEqual([[]]);
  });
});

test('given a message that mentions the user and is no event, then it is of no registration', () => {
  const note: Step = ['message', { queue: 'bucket-queue', messageId: 'm', body: JSON.stringify({ about: ALICE }) }];
  const taken = batch('bucket-function', 'q', ['m'], [1]);
  expect(traced(ALICE, journal(note, taken))).toEqual([]);
});

describe('a registration that does not go well', () => {
  const happened = { type: 'UserRegistered', userId: ALICE, correlationId: 'r-alice', id: 'bus-r-alice' } as const;
  const afterwards = (...steps: readonly Step[]) =>
    told(traced(ALICE, journal(...registered(ALICE), ...steps))[0]).slice(8);

  test('given a change that the filter drops, then it shows the kind of change', () => {
    const steps = [
      row(ALICE, 'c', 'MODIFY'),
      ['pipe-filter', { eventId: 'c', eventName: 'MODIFY', passed: false }],
    ] as const;
    expect(afterwards(...steps)).toEqual(['users table: the row is changed', 'pipe: the filter drops it (MODIFY)']);
  });

  test('given a stage where users leave, then it shows which of its two pipes takes a row that is removed, and not what the other one leaves', () => {
    const [deletions, registrations] = [{ pipe: 'deletions-pipe' }, { pipe: 'registrations-pipe' }];
    const steps = [
      ['pipe-filter', { ...deletions, eventId: 'r-alice', eventName: 'INSERT', passed: false }],
      row(ALICE, 'd', 'REMOVE'),
      ['pipe-filter', { ...registrations, eventId: 'd', eventName: 'REMOVE', passed: false }],
      ['pipe-filter', { ...deletions, eventId: 'd', eventName: 'REMOVE', passed: true }],
      ['pipe-delivery', { ...deletions, eventId: 'd', retries: 0, outcome: 'delivered', busEventId: 'bus-d' }],
    ] as const;
    expect(afterwards(...steps)).toEqual([
      'users table: the row is removed',
      'pipe: the filter drops it (REMOVE)',
      'pipe of deletions: the filter lets it through',
      'pipe of deletions: puts it on the bus',
    ]);
  });

  test.each([
    [
      { errorType: 'Sandbox.Timedout', message: 'bucket-function: Task timed out' },
      'times out after 10 s: Sandbox.Timedout: Task timed out',
    ],
    [{ errorType: 'Runtime.ExitError', message: 'exit 1' }, 'crashes after 10 s: Runtime.ExitError: exit 1'],
    [{ errorType: 'TypeError', message: 'x is not a function' }, 'fails after 10 s: TypeError: x is not a function'],
  ])('given an invocation that ends with %j, then: %s', (failure, text) => {
    const failed = invocation('bucket-function', 'q', { outcome: 'failed', durationMs: 10_000, ...failure });
    const steps = [
      batch('bucket-function', 'q', ['m-r-alice'], [2]),
      failed,
      failedItems('bucket-function', 'q', ['m-r-alice']),
    ];
    expect(afterwards(...steps)).toEqual([
      'bucket-service: its function takes it, receive 2',
      `bucket-service: its function ${text}`,
    ]);
  });

  test('given a function that reports the item, until its queue gives it up and it is redriven', () => {
    const steps = [
      batch('bucket-function', 'q', ['m-r-alice', 'm-other'], [5, 1]),
      log('bucket-function', {
        level: 'ERROR',
        message: 'event not handled',
        problem: 'no',
        userId: ALICE,
        correlationId: 'r-alice',
      }),
      invocation('bucket-function', 'q'),
      failedItems('bucket-function', 'q', ['m-r-alice']),
      deadLetter(happened, 'bucket-dlq', 'm-r-alice'),
      message(happened, 'bucket-queue', 'm-again'),
    ];
    expect(afterwards(...steps)).toEqual([
      'bucket-service: its function takes it, receive 5, in a batch of 2',
      'bucket-service: logs ERROR  event not handled  problem=no',
      'bucket-service: its function reports it as failed after 12 ms',
      'bucket-service: given up after 5 receives: now in the dead-letter queue',
      'bucket-service: it is put into the queue again, by none of its rules: probably a redrive',
    ]);
  });

  test('given a batch in which only another item fails, then it is done', () => {
    const steps = [
      batch('bucket-function', 'q', ['m-r-alice', 'm-other'], [1, 1]),
      invocation('bucket-function', 'q'),
      failedItems('bucket-function', 'q', ['m-other']),
    ];
    expect(afterwards(...steps).at(-1)).toBe('bucket-service: its function is done after 12 ms');
  });
});

describe('a way that is refused', () => {
  const toldOf = (...steps: readonly Step[]) => told(traced(ALICE, journal(...steps))[0]);

  test('given a bus that refuses at first, then each attempt is shown', () => {
    const refused = { eventId: 'r-alice', outcome: 'refused', code: 'ThrottlingException', message: 'slow down' };
    const put = { eventId: 'r-alice', outcome: 'delivered', retries: 1, busEventId: 'bus-r-alice' };
    const steps: Step[] = [
      ...registered(ALICE).slice(0, 2),
      ['pipe-delivery', { ...refused, retries: 0 }],
      ...registered(ALICE).slice(2, 3),
      ['pipe-delivery', put],
    ];
    expect(toldOf(...steps).slice(2)).toEqual([
      'pipe: the bus refuses it, attempt 1: ThrottlingException: slow down',
      'pipe: puts it on the bus, at attempt 2',
      'bus: UserRegistered from users-table, event bus-r-alice',
    ]);
  });

  test.each([
    ['delivered', "gives it up (RecordAgeExpired): now in the pipe's dead-letter queue"],
    ['lost', 'gives it up (RecordAgeExpired): it is lost'],
  ])('given a pipe that gives the record up, and the dead letter is %s', (outcome, text) => {
    const steps = [
      row(ALICE, 'r'),
      ['pipe-dlq', { eventIds: ['x', 'r'], condition: 'RecordAgeExpired', outcome }],
    ] as const;
    expect(toldOf(...steps)).toEqual(['users table: the row is written', `pipe: ${text}`]);
  });

  test('given a queue that refuses, then each attempt is shown, when the next one is due, and where the event ends', () => {
    const happened = { type: 'UserRegistered', userId: ALICE, correlationId: 'r', id: 'b' } as const;
    const about = {
      rule: 'bucket-rule',
      target: 'arn:aws:sqs:eu-west-1:1:bucket-queue',
      eventId: 'b',
      outcome: 'refused',
    };
    const refused = { ...about, code: 'THROTTLING', message: 'later' };
    const at = START + 2;
    const steps: Step[] = [
      event(happened),
      rule('bucket-rule', 'b'),
      ['rule-delivery', { ...refused, at, retries: 0, retryAt: at + 812 }],
      ['rule-delivery', { ...refused, at: at + 813, retries: 1 }],
      message(happened, 'bucket-dlq', 'letter'),
      [
        'rule-dlq',
        {
          ...about,
          outcome: 'delivered',
          reason: 'THROTTLING',
          lost: false,
          dlqArn: 'arn:aws:sqs:eu-west-1:1:bucket-dlq',
        },
      ],
    ];
    expect(toldOf(...steps).slice(2)).toEqual([
      'bucket-service: its queue refuses it, attempt 1: THROTTLING: later; retried 812 ms later',
      'bucket-service: its queue refuses it, attempt 2: THROTTLING: later',
      'bucket-service: its rule gives it up (THROTTLING): now in the dead-letter queue',
    ]);
  });

  test('given a bus that does not exist, then the event says so', () => {
    const [hop, fields] = event({ type: 'BucketCreated', userId: ALICE, correlationId: 'r', id: 'b' });
    expect(toldOf([hop, { ...fields, dropped: true }])).toEqual([
      'bus: BucketCreated from bucket-service, event b: there is no such bus',
    ]);
  });
});

describe('a missing permission', () => {
  const statements = (...steps: readonly Step[]) =>
    (traced(ALICE, journal(...steps))[0]?.hops ?? []).flatMap((hop) => remedyOf(hop)?.statement ?? []);

  test('given a pipe that may not put events, then the attempt has the statement that allows it', () => {
    const message =
      'User: arn:aws:sts::1:assumed-role/pipe/p is not authorized to perform: events:PutEvents on resource: arn:aws:events:eu-west-1:1:event-bus/b because no identity-based policy allows the events:PutEvents action';
    const refused = { eventId: 'r-alice', outcome: 'refused', code: 'AccessDeniedException', message, retries: 0 };
    expect(statements(...registered(ALICE).slice(0, 2), ['pipe-delivery', refused])).toEqual([
      '{"Effect":"Allow","Action":"events:PutEvents","Resource":"arn:aws:events:eu-west-1:1:event-bus/b"}',
    ]);
  });

  test('given a queue whose policy does not allow its rule, then the attempt has the statement that does', () => {
    const message =
      'User: events.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:eu-west-1:1:bucket-queue because no resource-based policy allows the sqs:sendmessage action (for arn:aws:events:eu-west-1:1:rule/b/r)';
    const refused = { outcome: 'refused', code: 'NO_PERMISSIONS', message, retries: 0 };
    const about = { rule: 'bucket-rule', target: 'arn:aws:sqs:eu-west-1:1:bucket-queue', eventId: 'b' };
    const happened = { type: 'UserRegistered', userId: ALICE, correlationId: 'r', id: 'b' } as const;
    expect(statements(event(happened), rule('bucket-rule', 'b'), ['rule-delivery', { ...about, ...refused }])).toEqual([
      '{"Effect":"Allow","Action":"sqs:sendmessage","Resource":"arn:aws:sqs:eu-west-1:1:bucket-queue","Principal":{"Service":"events.amazonaws.com"}}',
    ]);
  });

  test('given a log line alone, as on AWS, then the line has the statement that allows it', () => {
    const problem =
      'User: arn:aws:sts::1:assumed-role/recorder/f is not authorized to perform: dynamodb:UpdateItem on resource: arn:aws:dynamodb:eu-west-1:1:table/t because no identity-based policy allows the dynamodb:UpdateItem action';
    const keys = { userId: ALICE, correlationId: 'r', eventId: 'e', messageId: 'm' };
    const line = JSON.stringify({ level: 'ERROR', message: 'failed', problem, ...keys });
    const [found] = traced(ALICE, [], [{ at: START, subscriber: 'uri-recorder', line }]);
    expect(found?.hops.map((hop) => remedyOf(hop)?.where)).toEqual(['in a policy of role recorder']);
  });
});
