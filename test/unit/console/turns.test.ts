import { expect, test } from '@jest/globals';
import { type Turn, Turns } from '../../../console/server/turns.ts';

const MOST = 4;

/** As many turns as may be taken at a time. */
const take = (turns: Turns) => Array.from({ length: MOST }, () => turns.take() as Turn);
const areOver = (taken: readonly Turn[]) => taken.map(({ signal }) => signal.aborted);

test('given a place, a stream gets its turn, and no other one ends', () => {
  const turns = new Turns();
  const taken = take(turns);
  expect(areOver(taken)).toEqual([false, false, false, false]);
  taken[2]?.leave();
  expect(turns.take()).toBeDefined();
  expect(areOver(taken)).toEqual([false, false, false, false]);
});

test('given no place, the longest turn of a stream that has sent something ends', () => {
  const turns = new Turns(() => 0);
  const taken = take(turns);
  taken[2]?.sent();
  taken[1]?.sent();
  expect(turns.take()).toBeDefined();
  expect(areOver(taken)).toEqual([false, true, false, false]);
});

test('given streams that have sent nothing yet, another one waits, at most five seconds', () => {
  let now = 1000;
  const turns = new Turns(() => now);
  const taken = take(turns);
  now = 5999;
  expect(turns.take()).toBeUndefined();
  now = 6000;
  expect(turns.take()).toBeDefined();
  expect(areOver(taken)).toEqual([true, false, false, false]);
});
