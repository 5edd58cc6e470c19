import { describe, expect, test } from '@jest/globals';
import { openEndsOf } from '../../../../operations/trace/open-ends.ts';
import {
  batch,
  deadLetter,
  deleted,
  delivered,
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
  traced,
} from './journal-entries.ts';

const ALICE = 'alice';
const HAPPENED = { type: 'UserRegistered', userId: ALICE, correlationId: 'r-alice', id: 'bus-r-alice' } as const;

/** What is open of alice's last registration, as `kind: text [command]`. */
function openAfter(...steps: readonly Step[]): string[] {
  const registration = traced(ALICE, journal(...steps)).at(-1);
  if (registration === undefined) throw new Error('alice is not known');
  return openEndsOf(registration).map(
    ({ kind, text, command }) => `${kind}: ${text}${command === undefined ? '' : ` [${command}]`}`,
  );
}

test('given a registration that went well, nothing is open', () => {
  expect(openAfter(...registered(ALICE), ...provisioned(ALICE), ...recorded(ALICE))).toEqual([]);
});

describe('between the row and the bus', () => {
  const [written, filtered] = registered(ALICE) as [Step, Step];
  const refused: Step = [
    'pipe-delivery',
    { eventId: 'r-alice', outcome: 'refused', retries: 0, code: 'C', message: 'm' },
  ];
  const gaveUp = (outcome: string): Step => ['pipe-dlq', { eventIds: ['r-alice'], condition: 'x', outcome }];
  const dropped: Step = ['pipe-filter', { eventId: 'r-alice', eventName: 'INSERT', passed: false }];

  test.each<[string, Step[], string[]]>([
    ['only the row', [written], ['waiting: its stream record waits for the pipe [doctor]']],
    ['a filter that let it through', [written, filtered], ['waiting: the pipe has not put its event on the bus yet']],
    [
      'a stopped pipe, and the pipe of deletions, which reads the same stream and drops it',
      [written, ['pipe-filter', { eventId: 'r-alice', pipe: 'deletions-pipe', eventName: 'INSERT', passed: false }]],
      ['waiting: its stream record waits for the pipe [doctor]'],
    ],
    ['a filter that dropped it', [written, dropped], ["dropped: the pipe's filter dropped it, so there is no event"]],
    [
      'a bus that refused',
      [written, filtered, refused],
      ['waiting: the bus refused its event (C: m); the pipe tries again'],
    ],
    [
      'a pipe that gave up',
      [written, gaveUp('delivered')],
      ["dead-letter: in the pipe's dead-letter queue [dlq show --pipe]"],
    ],
    [
      'a dead letter that was lost',
      [written, gaveUp('lost')],
      ['lost: the pipe gave it up, and could not put it into its dead-letter queue'],
    ],
    ['a change that no event is made of', [row(ALICE, 'c', 'MODIFY')], []],
  ])('given %s', (_, steps, expected) => {
    expect(openAfter(...steps)).toEqual(expected);
  });

  test('given a record that was read back from the pipe dead-letter queue, then its event counts', () => {
    const back = [event(HAPPENED), ...delivered(HAPPENED, 'bucket', 'm')];
    const done = [batch('bucket-function', 'q', ['m'], [1]), invocation('bucket-function', 'q')];
    expect(openAfter(written, gaveUp('delivered'), ...back, ...done)).toEqual([]);
  });
});

describe('a dead letter of a subscriber', () => {
  const dead = [event(HAPPENED), ...delivered(HAPPENED, 'bucket', 'm'), deadLetter(HAPPENED, 'bucket-dlq', 'm')];
  const refused: Step[] = [
    event(HAPPENED),
    rule('bucket-rule', HAPPENED.id),
    message(HAPPENED, 'bucket-dlq', 'm'),
    ['rule-dlq', { rule: 'bucket-rule', eventId: HAPPENED.id, reason: 'X', dlqArn: 'arn:aws:sqs:x:1:bucket-dlq' }],
  ];
  const purged = deleted(HAPPENED, 'bucket-dlq', 'm');
  const again = message(HAPPENED, 'bucket-queue', 'n');
  const back = deadLetter(HAPPENED, 'bucket-dlq', 'n');
  const IN_QUEUE = 'waiting: UserRegistered waits in the queue of bucket-service [doctor]';
  const IN_DLQ =
    'dead-letter: UserRegistered is in the dead-letter queue of bucket-service [dlq show --subscriber bucket-service]';

  test.each<[string, Step[], string[]]>([
    ['that is there', dead, [IN_DLQ]],
    ['that was purged, or for which an edited event was sent', [...dead, purged], []],
    ['of which only the end is known', [deadLetter(HAPPENED, 'bucket-dlq', 'm')], [IN_DLQ]],
    ['of which only the end is known, that was redriven', [deadLetter(HAPPENED, 'bucket-dlq', 'm'), again], [IN_QUEUE]],
    ['of a delivery, that was purged', [...refused, purged], []],
    ['that was redriven', [...dead, again, purged], [IN_QUEUE]],
    ['that was redriven, and is back before its first message was deleted', [...dead, again, back, purged], [IN_DLQ]],
    [
      'that was redriven, came back, and was purged',
      [...dead, again, purged, back, deleted(HAPPENED, 'bucket-dlq', 'n')],
      [],
    ],
    ['beside that of another event', [...dead, deleted({ ...HAPPENED, id: 'other' }, 'bucket-dlq', 'm')], [IN_DLQ]],
  ])('%s', (_, steps, expected) => {
    expect(openAfter(...steps)).toEqual(expected);
  });
});

describe('between the bus and a subscriber', () => {
  const onBus = event(HAPPENED);
  const matched = rule('bucket-rule', HAPPENED.id);
  const refused = delivery('bucket-rule', 'bucket-queue', HAPPENED.id, { outcome: 'refused', code: 'C', message: 'm' });
  const inQueue = [onBus, ...delivered(HAPPENED, 'bucket', 'm')];
  const taken = (receive: number) => batch('bucket-function', `q${receive}`, ['m'], [receive]);
  const buried = (lost: boolean): Step => [
    'rule-dlq',
    { rule: 'bucket-rule', eventId: HAPPENED.id, reason: 'NO_RESOURCE', lost, dlqArn: 'arn:aws:sqs:x:1:bucket-dlq' },
  ];
  const failed = invocation('bucket-function', 'q1', {
    outcome: 'failed',
    errorType: 'Sandbox.Timedout',
    message: 'slow',
  });
  const left = failedItems('bucket-function', 'q1', ['m']);
  const IN_DLQ =
    'dead-letter: UserRegistered is in the dead-letter queue of bucket-service [dlq show --subscriber bucket-service]';

  test.each<[string, Step[], string[]]>([
    [
      'no rule that matches',
      [onBus, rule('bucket-rule', HAPPENED.id, 'the rule is disabled')],
      ['unmatched: no rule matched UserRegistered [doctor]'],
    ],
    ['a rule that matches', [onBus, matched], ['waiting: UserRegistered is on its way to the queue of bucket-service']],
    [
      'a queue that refuses',
      [onBus, matched, refused],
      ['waiting: the queue of bucket-service refused UserRegistered (C: m); the rule tries again'],
    ],
    ['a rule that gave up', [onBus, matched, refused, buried(false)], [IN_DLQ]],
    [
      'a rule that gave up, and whose dead-letter queue refused',
      [onBus, matched, buried(true)],
      ['lost: UserRegistered is lost for bucket-service: its dead-letter queue refused it too'],
    ],
    ['a message in the queue', inQueue, ['waiting: UserRegistered waits in the queue of bucket-service [doctor]']],
    [
      'a message with the function',
      [...inQueue, taken(1)],
      ['waiting: the function of bucket-service works on UserRegistered'],
    ],
    [
      'a function that timed out',
      [...inQueue, taken(1), failed, left],
      ['waiting: bucket-service could not handle UserRegistered (Sandbox.Timedout: slow); its queue delivers it again'],
    ],
    ['a message that was given up', [...inQueue, taken(5), deadLetter(HAPPENED, 'bucket-dlq', 'm')], [IN_DLQ]],
    [
      'one that was redriven',
      [...inQueue, deadLetter(HAPPENED, 'bucket-dlq', 'm'), message(HAPPENED, 'bucket-queue', 'm2')],
      ['waiting: UserRegistered waits in the queue of bucket-service [doctor]'],
    ],
  ])('given %s', (_, steps, expected) => {
    expect(openAfter(...steps)).toEqual(expected);
  });

  test('given a function that said why, then its words are shown', () => {
    const said = log('bucket-function', {
      level: 'ERROR',
      message: 'event not handled',
      problem: 'the name is taken',
      messageId: 'm',
      userId: ALICE,
      correlationId: 'r-alice',
    });
    expect(openAfter(...inQueue, taken(1), said, invocation('bucket-function', 'q1'), left)).toEqual([
      'waiting: bucket-service could not handle UserRegistered (the name is taken); its queue delivers it again',
    ]);
  });

  test('given one subscriber that is done and one that is not, then only the other is open', () => {
    const [first, ...others] = registered(ALICE);
    const second = [
      rule('DirectoryRule', HAPPENED.id),
      message(HAPPENED, 'DirectoryQueue', 'm9'),
      delivery('DirectoryRule', 'DirectoryQueue', HAPPENED.id),
    ];
    expect(openAfter(first as Step, ...others, ...second, ...provisioned(ALICE), ...recorded(ALICE))).toEqual([
      'waiting: UserRegistered waits in the queue of directory [doctor]',
    ]);
  });

  test('given a replay to one subscriber, then it counts by itself, and no other rule is missed', () => {
    const again = { ...HAPPENED, replay: 'mend' };
    const replayed = [
      event(again),
      rule('uri-recorder-rule', again.id, 'no'),
      ...delivered(again, 'bucket', 'm-replay'),
    ];
    const steps = [...registered(ALICE), ...provisioned(ALICE), ...recorded(ALICE), ...replayed];
    expect(openAfter(...steps)).toEqual(['waiting: UserRegistered waits in the queue of bucket-service [doctor]']);
    const [registration] = traced(ALICE, journal(...steps));
    const marked = registration?.hops.filter(({ replay }) => replay === 'mend').map(({ hop }) => hop);
    expect(marked).toEqual(['event', 'rule', 'rule', 'delivery']);
  });
});

describe('where nothing but logs is known', () => {
  const line = (fields: object, at: number) => ({
    at: START + at,
    subscriber: 'bucket-service',
    line: JSON.stringify({ userId: ALICE, correlationId: 'r', eventId: 'e', ...fields }),
  });
  const failed = line({ level: 'ERROR', message: 'event not handled', problem: 'no' }, 0);
  const done = line({ level: 'INFO', message: 'bucket created' }, 1);
  const openIn = (...lines: readonly ReturnType<typeof line>[]) =>
    traced(ALICE, [], lines).flatMap((registration) => openEndsOf(registration).map(({ text }) => text));

  test('given an event whose last line is a failure, then it may be a dead letter', () => {
    expect(openIn(failed)).toEqual([
      'bucket-service could not handle an event (no): its queue delivers it again, or it is a dead letter',
    ]);
  });

  test('given an event that failed and then did not, then nothing is open', () => {
    expect(openIn(failed, done)).toEqual([]);
  });
});
