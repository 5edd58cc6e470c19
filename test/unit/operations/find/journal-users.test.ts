import { expect, test } from '@jest/globals';
import { JournalUsers, USER_HOPS } from '../../../../operations/find/journal-users.ts';
import { deadLetter, journal, row, START, type Step } from '../trace/journal-entries.ts';

const taken = (...steps: readonly Step[]) => {
  const users = new JournalUsers('id');
  users.take(journal(...steps));
  return users;
};
const told = (users: JournalUsers, most = 100) =>
  users.latest(most).map(({ userId, verdict }) => `${userId} ${verdict}`);
const DEAD = { type: 'UserRegistered', userId: 'ann', correlationId: 'r-ann', id: 'bus' } as const;

test('given rows, then their users wait, the latest first, until they have their URI', () => {
  const users = taken(row('ann', 'r1'), row('bob', 'r2'), row('ann', 'r3', 'MODIFY', 's3://ann'));
  expect(told(users)).toEqual(['bob waiting', 'ann done']);
  expect(users.latest(1)).toEqual([{ userId: 'bob', at: START + 1, verdict: 'waiting' }]);
  expect(users.latest(2)[1]).toEqual({ userId: 'ann', at: START, verdict: 'done', uri: 's3://ann' });
});

test('given a user who registers again, then the latest registration counts', () => {
  expect(told(taken(row('ann', 'r1', 'INSERT', 's3://old'), row('bob', 'r2'), row('ann', 'r3')))).toEqual([
    'ann waiting',
    'bob waiting',
  ]);
});

test('given a row that was removed, then its user is not listed', () => {
  expect(told(taken(row('ann', 'r1'), row('ann', 'r2', 'REMOVE')))).toEqual([]);
});

test('given an event that was given up, then its user failed, unless the URI is there', () => {
  const given = taken(row('ann', 'r-ann'), deadLetter(DEAD, 'bucket-queue', 'm'));
  expect(told(given)).toEqual(['ann failed']);
  const pipe = taken(row('ann', 'r-ann'), ['pipe-dlq', { eventIds: ['r-ann', 'other'] }]);
  expect(told(pipe)).toEqual(['ann failed']);
  const done = taken(row('ann', 'r'), row('ann', 'u', 'MODIFY', 's3://ann'), deadLetter(DEAD, 'bucket-queue', 'm'));
  expect(told(done)).toEqual(['ann done']);
});

test('given a redriven event that succeeds, then its user is done', () => {
  const users = taken(row('ann', 'r-ann'), deadLetter(DEAD, 'q', 'm'), row('ann', 'u', 'MODIFY', 's3://ann'));
  expect(told(users)).toEqual(['ann done']);
});

test('given entries again, as of the same millisecond, then they are skipped', () => {
  const users = taken(row('ann', 'r1'), row('ann', 'u', 'MODIFY', 's3://ann'));
  users.take(journal(row('ann', 'r1')));
  expect(told(users)).toEqual(['ann done']);
  const waiting = taken(row('ann', 'r1'));
  const [ann] = waiting.latest(1);
  waiting.take(journal(row('ann', 'r1')));
  expect(waiting.latest(1)[0]).toBe(ann);
});

test('given very many users, then the latest are remembered', () => {
  const users = taken(...Array.from({ length: 1500 }, (_, index) => row(`user-${index}`, `r-${index}`)));
  expect(users.latest(5000)).toHaveLength(1000);
  expect(told(users, 1)).toEqual(['user-1499 waiting']);
});

test('users are known from their rows, and from events that were given up', () => {
  expect(USER_HOPS).toEqual(['stream-record', 'pipe-dlq', 'redriven-to-dlq']);
});

test('given entries that are about no known user, then nothing changes', () => {
  const nameless: Step = ['stream-record', { eventName: 'INSERT', eventId: 'r' }];
  const unknown = row('bob', 'r2', 'MODIFY', 's3://bob');
  expect(told(taken(nameless, unknown, ['pipe-dlq', {}], ['redriven-to-dlq', { body: '{}' }]))).toEqual([]);
});

test('given a record that was given up after very many others, then its user is still known, but not one before', () => {
  const records = Array.from({ length: 1001 }, (_, index) => row(`user-${index}`, `r-${index}`));
  // These are users of rows that were written again: all of them are remembered.
  const again = Array.from({ length: 1001 }, (_, index) => row('ann', `s-${index}`));
  const failedBy = (id: string, ...steps: readonly Step[]) => {
    const users = taken(...steps, ['pipe-dlq', { eventIds: [id] }]);
    return told(users, 2000).filter((text) => text.endsWith('failed'));
  };
  expect(failedBy('r-1', ...records)).toEqual(['user-1 failed']);
  expect(failedBy('s-1', ...again)).toEqual(['ann failed']);
  expect(failedBy('s-0', ...again)).toEqual([]);
});
