import { describe, expect, test } from '@jest/globals';
import { describeReachedHop } from '../../../../cli/commands/dev/reached-hop.ts';
import type { Hop } from '../../../../packages/local-engine/journal/journal.ts';
import { journal, registration } from './entries.ts';

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
    [1, 'its stream record waits for the pipe'],
    [2, 'the pipe is about to put its event on the bus'],
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

  test('given that nothing is open, the last that happened is told', () => {
    const record = ['stream-record', { eventName: 'REMOVE', eventId: 'x', keys: { id: { S: 'alice' } } }] as const;
    expect(reached(record)).toBe('nothing is open; at the end: users table: the row is removed');
  });
});
