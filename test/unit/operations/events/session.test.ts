import { expect, test } from '@jest/globals';
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
