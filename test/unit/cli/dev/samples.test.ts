import { describe, expect, test } from '@jest/globals';
import {
  canRedraw,
  describeReachedHop,
  type SampleOutcome,
  summarizeSamples,
} from '../../../../cli/commands/dev/samples.ts';
import type { Hop } from '../../../../packages/local-engine/journal/journal.ts';
import { journal, registration } from './entries.ts';

const done = { existed: false, times: {}, uri: 's3://x' };

test('nobody to register is nothing to say', () => {
  expect(summarizeSamples(new Map(), 30)).toEqual({ text: '' });
});

test('when all are recorded there is no problem', () => {
  const outcomes = new Map([
    ['a', done],
    ['b', done],
  ]);
  expect(summarizeSamples(outcomes, 30)).toEqual({ text: '2 of 2 sample users have their bucket.\n' });
});

test('a reason that differs only in the bucket is told once', () => {
  const denied = (bucket: string) => ({ existed: false, times: {}, problem: `denied on arn:aws:s3:::${bucket}` });
  const outcomes = new Map<string, SampleOutcome>([
    ['a', denied('siu-a-1714458435')],
    ['b', denied('siu-b-1714458436')],
  ]);
  expect(summarizeSamples(outcomes, 30).problem).toBe(
    '2 of 2 sample users not recorded within 30 s: a, b: denied on arn:aws:s3:::siu-a-1714458435',
  );
});

test('those who are not are named in one line with how far they came', () => {
  const stuck = { existed: false, times: {}, problem: 'its event is on the bus' };
  const outcomes = new Map<string, SampleOutcome>([
    ['a', stuck],
    ['b', done],
    ['c', stuck],
    ['d', { existed: false, times: {}, problem: 'no row' }],
  ]);
  expect(summarizeSamples(outcomes, 30)).toEqual({
    text: '1 of 4 sample users have their bucket.\n',
    problem: '3 of 4 sample users not recorded within 30 s: a, c: its event is on the bus | d: no row',
  });
});

const followed = { userId: 'alice', userIdAttribute: 'id', stackName: 'app-dev' };
const whole = registration('alice');
/** Everything of another user, who is to be told apart. */
const other = registration('bob');

function reached(...entries: readonly (readonly [Hop, Readonly<Record<string, unknown>>])[]): string {
  return describeReachedHop(journal(...other, ...entries), followed);
}

test.each([
  [{ isTTY: true, columns: 80 }, true],
  [{ isTTY: true, columns: 0 }, false],
  [{ isTTY: true }, false],
  [{}, false],
])('lines are replaced only in a terminal that has a width: %j', (stream, expected) => {
  expect(canRedraw(stream)).toBe(expected);
});

describe('how far a registration came', () => {
  test.each([
    [0, 'no row of this user was written'],
    [1, 'its stream record waits for the pipe'],
    [2, 'the pipe has not put its event on the bus yet'],
    [3, 'no rule matched UserRegistered'],
    [4, 'no rule matched UserRegistered'],
    [5, 'UserRegistered is on its way to the queue of bucket-service'],
    [7, 'UserRegistered waits in the queue of bucket-service'],
  ])('after %i entries: %s', (count, text) => {
    expect(reached(...whole.slice(0, count))).toBe(text);
  });

  test('given several subscribers, all that are not done are told', () => {
    const matched = { rule: 'app-dev-AuditRule-000000000009', eventId: 'bus-alice', matched: true };
    expect(reached(...whole.slice(0, 5), ['rule', matched])).toBe(
      'UserRegistered is on its way to the queue of bucket-service; UserRegistered is on its way to the queue of audit',
    );
  });

  test('given a function that dies, its end is told', () => {
    const invocation = { functionName: 'app-dev-BucketServiceFunction0A-000000000006', requestId: 'r1' };
    const messageIds = ['message-alice'];
    const steps = [
      ['batch', { ...invocation, messageIds, receives: [1] }],
      ['invocation', { ...invocation, outcome: 'failed', errorType: 'Sandbox.Timedout', message: 'timed out' }],
      ['invocation', { ...invocation, outcome: 'items-failed', messageIds }],
    ] as const;
    expect(reached(...whole, ...steps)).toBe(
      'bucket-service could not handle UserRegistered (Sandbox.Timedout: timed out); its queue delivers it again',
    );
  });

  test('given that nothing is pending, it says so, and what the last step was', () => {
    const record = ['stream-record', { eventName: 'REMOVE', eventId: 'x', keys: { id: { S: 'alice' } } }] as const;
    expect(reached(record)).toBe('its row was removed');
    const archived = ['archived', { eventId: 'bus-alice', archive: 'a' }] as const;
    expect(reached(...whole.slice(0, 3), archived)).toBe('no rule matched UserRegistered');
  });
});
