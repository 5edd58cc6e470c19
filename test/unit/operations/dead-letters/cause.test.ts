import { describe, expect, test } from '@jest/globals';
import {
  attemptsOf,
  causeIdOf,
  type ExplainedMessage,
  errorOf,
  fingerprint,
  groupByCause,
  usersOf,
} from '../../../../operations/dead-letters/cause.ts';
import type { DeadLetter } from '../../../../operations/dead-letters/dead-letter.ts';
import { deliveryFailure, foreignMessage, handlerFailure, pipeFailure } from './fake-queue.ts';

function failed(id: string, problem?: string, sentAt?: number): ExplainedMessage {
  const deadLetter = { ...handlerFailure(id), ...(sentAt !== undefined && { sentAt }) };
  return {
    deadLetter,
    ...(problem !== undefined && { logged: { at: 1, problem, hint: `fix ${problem}`, line: '{}' } }),
  };
}

describe('a fingerprint', () => {
  test.each([
    ['ids of the event', 'no bucket for user-e1', 'no bucket for user-e2', ['user-e1'], ['user-e2']],
    ['names of AWS', 'not allowed on arn:aws:s3:::siu-a-1714458435', 'not allowed on arn:aws:s3:::siu-b-1714458436'],
    ['numbers', 'not finished 500 ms before the end', 'not finished 37 ms before the end'],
    ['numbers with decimals', 'took 1.25 s', 'took 17.625 s'],
    ['times', 'refused at 2026-11-22T09:00:00Z', 'refused at 2026-11-23T11:30:01Z'],
    ['request ids', 'id 6f1c9a3e-1111-2222-3333-444455556666', 'id 0a1b2c3d-5555-2222-3333-444455556666'],
  ])('is the same for errors that differ in %s alone', (_, one, other, ids: string[] = [], otherIds: string[] = []) => {
    expect(fingerprint(one, ids)).toBe(fingerprint(other, otherIds));
    expect(fingerprint(one, ids)).toContain('…');
  });

  test.each([
    ['TooManyBuckets: no', 'AccessDenied: no'],
    ['data.userId is missing', 'data.registeredAt is missing'],
    ['not a valid UserRegistered v1 event', 'not a valid UserRegistered v2 event'],
    ['S3 refused it', 'EC2 refused it'],
    ['more 4x than before', 'more 5x than before'],
  ])('tells %s from %s', (one, other) => {
    expect(fingerprint(one, [])).not.toBe(fingerprint(other, []));
  });

  test('replaces an id where it stands, and no part of a word', () => {
    expect(fingerprint('no bucket for u.1 (u)', ['u', 'u.1'])).toBe('no bucket for … (…)');
  });

  test('does not lose all of an error to an empty id', () => {
    expect(fingerprint('AccessDenied: no', [''])).toBe('AccessDenied: no');
  });
});

describe('the error of a message', () => {
  test('is what the function logged, or what AWS wrote into it', () => {
    expect(errorOf(failed('a', 'TooManyBuckets'))).toBe('TooManyBuckets');
    expect(errorOf(failed('a'))).toBeUndefined();
    expect(errorOf({ deadLetter: deliveryFailure('a') })).toBe('NO_RESOURCE: no queue');
    expect(errorOf({ deadLetter: pipeFailure('a') })).toBe('RetryAttemptsExhausted');
    expect(errorOf({ deadLetter: foreignMessage('a') })).toBe('not JSON');
  });
});

test('the attempts are those that the function logged, or the first one and the retries of the rule', () => {
  const deadLetter = handlerFailure('a');
  expect(attemptsOf({ deadLetter, logged: { at: 1, problem: 'x', receiveCount: 5, line: '{}' } })).toBe(5);
  expect(attemptsOf({ deadLetter: deliveryFailure('a') })).toBe(1);
  expect(attemptsOf({ deadLetter })).toBeUndefined();
});

test.each([
  ['185', 186],
  ['x', undefined],
  ['1.5', undefined],
  [undefined, undefined],
])('given %s retries of a rule, there were %s attempts', (retries, attempts) => {
  const failure = { code: 'c', message: 'm', ...(retries !== undefined && { retries }) };
  const deadLetter = { ...deliveryFailure('a'), kind: 'delivery', failure } as DeadLetter;
  expect(attemptsOf({ deadLetter })).toBe(attempts);
});

test('a message whose event has no user is about none', () => {
  expect(usersOf({ deadLetter: handlerFailure('a', { detail: {} }) })).toStrictEqual([]);
  const deletions = [{ userId: 'carol', deletedAt: 1, deletedBy: '', eventId: 'e', sequenceNumber: '1' }];
  const records = { registrations: [], deletions, others: 0 };
  expect(usersOf({ deadLetter: pipeFailure('a'), records })).toStrictEqual(['carol']);
  expect(usersOf({ deadLetter: pipeFailure('a') })).toStrictEqual([]);
});

test.each(['messageId', 'eventId', 'correlationId', 'userId'] as const)(
  'messages whose errors differ in the %s alone have one cause',
  (key) => {
    const of = (id: string): ExplainedMessage => {
      const data = { userId: 'ann', registeredAt: 1, ...(key === 'userId' && { userId: id }) };
      const metadata = { eventId: 'e', correlationId: 'c', ...(key !== 'userId' && { [key]: id }) };
      const deadLetter = handlerFailure(key === 'messageId' ? id : 'm', { detail: { metadata, data } });
      return { deadLetter, logged: { at: 1, problem: `no room for ${id}`, line: '{}' } };
    };
    expect(causeIdOf('q', of('first'))).toBe(causeIdOf('q', of('second')));
  },
);

test('messages that are no events have one cause if their problems differ in their own ids alone', () => {
  const of = (id: string): ExplainedMessage => ({
    deadLetter: { ...foreignMessage(id), kind: 'foreign', problem: `cannot read ${id}` },
  });
  expect(causeIdOf('q', of('first'))).toBe(causeIdOf('q', of('second')));
});

test('an event without ids has a cause all the same', () => {
  const of = (id: string): ExplainedMessage => ({
    deadLetter: handlerFailure(id, { detail: {} }),
    logged: { at: 1, problem: `no data in ${id}`, line: '{}' },
  });
  expect(causeIdOf('q', of('first'))).toBe(causeIdOf('q', of('second')));
});

test('a message of the pipe is about the users of its records', () => {
  const registrations = ['alice', 'bob'].map((userId) => ({
    userId,
    registeredAt: 1,
    eventId: 'e',
    sequenceNumber: '1',
  }));
  expect(usersOf({ deadLetter: pipeFailure('a'), records: { registrations, others: 0 } })).toEqual(['alice', 'bob']);
  expect(usersOf({ deadLetter: pipeFailure('a') })).toEqual([]);
  expect(usersOf({ deadLetter: handlerFailure('a') })).toEqual(['user-a']);
});

describe('groups', () => {
  const messages = [
    failed('a', 'no bucket for user-a', 3000),
    failed('b', 'AccessDenied', 1000),
    failed('c', 'no bucket for user-c', 5000),
    failed('d', undefined, 2000),
    { deadLetter: deliveryFailure('e') },
  ];

  test('have the messages of one cause, the largest first, the newest message first', () => {
    const [largest, ...others] = groupByCause('q', messages);
    expect(largest).toMatchObject({
      queue: 'q',
      kind: 'handler',
      error: 'no bucket for user-c',
      hint: 'fix no bucket for user-c',
      messages: 2,
      types: ['UserRegistered'],
      users: ['user-a', 'user-c'],
      first: 3000,
      last: 5000,
      members: [messages[2], messages[0]],
    });
    expect(others.map(({ error }) => error)).toEqual(
      expect.arrayContaining(['AccessDenied', 'NO_RESOURCE: no queue', undefined]),
    );
    expect(others).toHaveLength(3);
  });

  test('of the same size are in the order of their ids, behind larger ones', () => {
    const single = ['AccessDenied', 'TooMany', 'NoSuchBucket', 'SlowDown', 'InvalidTag'];
    const pair = ['Conflict', 'Conflict'];
    const triple = ['Internal', 'Internal', 'Internal'];
    const all = [...single, ...pair, ...triple].map((problem, index) => failed(String(index), problem));
    for (const given of [all, all.toReversed()]) {
      const found = groupByCause('q', given);
      expect(found.map(({ messages: size }) => size)).toEqual([3, 2, 1, 1, 1, 1, 1]);
      const ids = found.slice(2).map(({ id }) => id);
      expect(ids).toEqual(ids.toSorted());
    }
  });

  test('name their types in order, and when the oldest of three and the newest were sent', () => {
    const typed = (id: string, type: string, sentAt: number): ExplainedMessage => ({
      deadLetter: { ...handlerFailure(id, { 'detail-type': type }), sentAt },
    });
    const three = [
      typed('a', 'UserRegistered', 3000),
      typed('b', 'BucketCreated', 2000),
      typed('c', 'UserRegistered', 1000),
    ];
    const [group] = groupByCause('q', three);
    expect(group).toMatchObject({ types: ['BucketCreated', 'UserRegistered'], first: 1000, last: 3000 });
    expect(group).not.toHaveProperty('error');
    expect(group).not.toHaveProperty('hint');
    expect(groupByCause('q', [{ deadLetter: foreignMessage('f') }])[0]?.types).toEqual([]);
  });

  test('have an id that is the same in every run, and another one in another queue', () => {
    const [largest] = groupByCause('q', messages);
    expect(largest?.id).toBe(causeIdOf('q', failed('z', 'no bucket for user-z')));
    expect(largest?.id).toMatch(/^[0-9a-f]{8}$/);
    expect(causeIdOf('other', failed('z', 'no bucket for user-z'))).not.toBe(largest?.id);
  });

  test('of messages that do not say when they were sent have no times', () => {
    const { sentAt: _, ...timeless } = foreignMessage('f');
    const [group] = groupByCause('q', [{ deadLetter: timeless }]);
    expect(group).not.toHaveProperty('first');
    expect(group).not.toHaveProperty('last');
  });
});
