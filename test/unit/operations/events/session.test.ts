import { expect, test } from '@jest/globals';
import { RecentIds } from '../../../../operations/events/queue-reader.ts';
import { eventPattern } from '../../../../operations/events/session.ts';

test.each([
  [{}, { account: ['1'] }],
  [{ type: 'A' }, { account: ['1'], 'detail-type': ['A'] }],
  [{ userId: 'a"b' }, { account: ['1'], detail: { data: { userId: ['a"b'] } } }],
  [
    { type: 'A', userId: 'x', replayName: 'r' },
    { account: ['1'], 'detail-type': ['A'], detail: { data: { userId: ['x'] } }, 'replay-name': ['r'] },
  ],
])('%j asks for that and nothing else', (filter, pattern) => {
  expect(JSON.parse(eventPattern(filter, '1'))).toEqual(pattern);
});

test('what was met lately is known, and what was met long ago is forgotten', () => {
  const met = new RecentIds(2);
  expect(['a', 'a', 'b', 'a', 'c', 'a'].map((id) => met.meet(id))).toEqual([false, true, false, true, false, false]);
});
