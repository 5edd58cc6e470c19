import { describe, expect, test } from '@jest/globals';
import { messageJson, messageText, queueHeading } from '../../../../cli/commands/dlq/show.ts';
import {
  deliveryFailure,
  foreignMessage,
  handlerFailure,
  pipeFailure,
} from '../../operations/dead-letters/fake-queue.ts';

const LOGGED = {
  at: Date.parse('2026-11-22T09:01:00Z'),
  problem: 'TooManyBuckets',
  hint: 'raise the quota',
  line: '{}',
};
const REGISTRATION = { userId: 'alice', registeredAt: 1714458435, eventId: 'e', sequenceNumber: '111' };

describe('a message for people', () => {
  test('of a handler failure shows what the function said last, and what to do', () => {
    expect(messageText({ deadLetter: handlerFailure('e1'), logged: LOGGED })).toBe(
      [
        '2026-11-22T09:00:00Z  handler failure  UserRegistered  user-e1\n',
        '    event e1\n',
        '    TooManyBuckets\n',
        '    hint: raise the quota\n',
        '    received 6 times (each dlq show counts)\n',
      ].join(''),
    );
  });

  test('of a handler failure without a log line shows the rest', () => {
    expect(messageText({ deadLetter: handlerFailure('e1') })).toMatch(
      /user-e1\n {4}event e1\n {4}received 6 times \(each dlq show counts\)\n$/,
    );
  });

  test('prints a reason once that several share, except for their names', () => {
    const told = new Set<string>();
    const denied = (bucket: string) => ({ ...LOGGED, problem: `not allowed on arn:aws:s3:::${bucket}` });
    const text = ['e1', 'e2', 'e3']
      .map((id, index) =>
        messageText({ deadLetter: handlerFailure(id), logged: denied(`siu-${id}-171445843${index}`) }, told),
      )
      .join('');
    expect(text.match(/not allowed on/g)).toHaveLength(1);
    expect(text.match(/hint: raise the quota/g)).toHaveLength(1);
    expect(text).toContain('user-e3\n    event e3\n    for the same reason as above\n');
    expect(messageText({ deadLetter: handlerFailure('e4'), logged: LOGGED }, told)).toContain('TooManyBuckets');
  });

  test('of a delivery failure shows what EventBridge said', () => {
    expect(messageText({ deadLetter: deliveryFailure('e1') })).toContain(
      'delivery failure  UserRegistered  user-e1\n    event e1\n    NO_RESOURCE: no queue (0 retries)\n',
    );
  });

  test('of a pipe failure shows whose records they are, and where they are', () => {
    const records = { registrations: [REGISTRATION], others: 1 };
    expect(messageText({ deadLetter: pipeFailure('e1'), records })).toContain(
      'pipe failure  RetryAttemptsExhausted  1 registration: alice, 1 other change\n    shardId-1, 111 to 222\n',
    );
  });

  test('of a pipe failure whose records are lost shows how to fix it', () => {
    const records = { registrations: [], others: 0, lost: 'the stream has dropped them' };
    expect(messageText({ deadLetter: pipeFailure('e1'), records })).toMatch(
      /1 record\n.*\n {4}records lost: the stream has dropped them; fix it with npx pipeline reconcile --fix\n/,
    );
  });

  test('of a foreign message shows how it begins, and nothing that could control the terminal', () => {
    const text = messageText({ deadLetter: foreignMessage('e1', `\u001b[31mred${'x'.repeat(500)}`) });
    expect(text).toContain('foreign message  not JSON\n    \\u{1b}[31mred');
    expect(text).not.toContain('\u001b');
    expect(text.length).toBeLessThan(250);
  });

  test('names the registration where it is another event than the one that failed', () => {
    const deadLetter = handlerFailure('e1');
    if (deadLetter.kind !== 'handler') throw new Error('it is a handler failure');
    const caused = { ...deadLetter, event: { ...deadLetter.event, correlationId: 'e0' } };
    expect(messageText({ deadLetter: caused })).toContain('    event e1, registration e0\n');
  });
});

describe('a message as JSON', () => {
  const json = (...args: Parameters<typeof messageJson>) => JSON.parse(JSON.stringify(messageJson(...args)));

  test('shows of each kind what is known', () => {
    const common = { queue: 'q', messageId: 'e1', sentAt: '2026-11-22T09:00:00.000Z', receives: 6 };
    const event = { detailType: 'UserRegistered', source: 'users-table', userId: 'user-e1', eventId: 'e1' };
    expect(json('q', { deadLetter: handlerFailure('e1'), logged: LOGGED })).toMatchObject({
      ...common,
      ...event,
      kind: 'handler',
      reason: { at: '2026-11-22T09:01:00.000Z', problem: 'TooManyBuckets', hint: 'raise the quota' },
    });
    expect(json('q', { deadLetter: deliveryFailure('e1') })).toMatchObject({
      ...common,
      ...event,
      kind: 'delivery',
      reason: { code: 'NO_RESOURCE', message: 'no queue', retries: '0' },
    });
    const records = { registrations: [REGISTRATION], others: 0 };
    expect(json('q', { deadLetter: pipeFailure('e1'), records })).toMatchObject({
      ...common,
      kind: 'pipe',
      condition: 'RetryAttemptsExhausted',
      batch: { startSequenceNumber: '111', endSequenceNumber: '222' },
      ...records,
    });
    expect(json('q', { deadLetter: foreignMessage('e1') })).toEqual({
      ...common,
      cause: expect.stringMatching(/^[0-9a-f]{8}$/),
      kind: 'foreign',
      problem: 'not JSON',
      body: 'hello',
    });
  });
});

test.each([
  [0, { waiting: 0, inFlight: 0 }, 'q: nothing\n'],
  [0, { waiting: 0, inFlight: 2 }, 'q: nothing, 2 in flight\n'],
  [1, { waiting: 1, inFlight: 0 }, 'q: 1 message\n'],
  [10, { waiting: 1200, inFlight: 1 }, 'q: 10 of 1,200 messages, 1 in flight\n'],
])('above %i messages stands how many there are: %j', (shown, depth, heading) => {
  expect(queueHeading('q', shown, depth)).toBe(heading);
});
