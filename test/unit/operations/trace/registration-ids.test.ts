import { afterEach, expect, jest, test } from '@jest/globals';
import { inOrder } from '../../../../operations/trace/trace-items.ts';
import { idsIn } from '../../../../operations/trace/user-journal.ts';
import { journal, NAMES, provisioned, recorded, registered, type Step } from './journal-entries.ts';

const ALICE = { userId: 'alice', userIdAttribute: 'id' };
const whole = (userId: string): Step[] => [...registered(userId), ...provisioned(userId), ...recorded(userId)];
const idsOf = (...steps: Step[]) => idsIn(inOrder(journal(...steps), [], NAMES), ALICE);

afterEach(() => {
  jest.restoreAllMocks();
});

test('the ids of a user lead to every entry of that user, and to none of another', () => {
  const { all, registrations, invocations } = idsOf(...whole('bob'), ...whole('alice'), ...whole('carol'));
  expect(registrations).toEqual(['r-alice']);
  expect(invocations).toEqual(['q-r-alice', 'q2-r-alice']);
  expect(all.sort()).toEqual(
    ['r', 'u-r', 'bus-r', 'bus2-r', 'm-r', 'm2-r', 'q-r', 'q2-r'].map((id) => `${id}-alice`).sort(),
  );
});

test('what mentions nothing of the user is not parsed, since a long journal has much of it', () => {
  const parse = jest.spyOn(JSON, 'parse');
  idsOf(...whole('alice'));
  const own = parse.mock.calls.length;
  idsOf(...whole('alice'), ...whole('bob'), ...whole('carol'));
  expect(own).toBeGreaterThan(0);
  expect(parse).toHaveBeenCalledTimes(2 * own);
});
