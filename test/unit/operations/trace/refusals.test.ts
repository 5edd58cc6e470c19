import { describe, expect, test } from '@jest/globals';
import { event, journal, message, registered, row, rule, START, type Step, told, traced } from './journal-entries.ts';

const ALICE = 'alice';

describe('a way that is refused', () => {
  const toldOf = (...steps: readonly Step[]) => told(traced(ALICE, journal(...steps))[0]);

  test('given a bus that refuses at first, then each attempt is told', () => {
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

  test('given a queue that refuses, then each attempt is told, when the next one is due, and where the event ends', () => {
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
