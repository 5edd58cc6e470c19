import { expect, test } from '@jest/globals';
import { forEachInFlight } from '../../../../operations/aws/in-flight.ts';

test('every item is worked on, in order, never more than the limit at a time', async () => {
  const begun: number[] = [];
  const finishers: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const all = forEachInFlight([1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    most = Math.max(most, ++running);
    await new Promise<void>((finish) => finishers.push(finish));
    running -= 1;
  });
  expect(begun).toEqual([1, 2]);
  while (running > 0) {
    finishers.shift()?.();
    await new Promise(setImmediate);
  }
  await all;
  expect(begun).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});

test('after an error no item begins, and the error is thrown', async () => {
  const begun: number[] = [];
  const all = forEachInFlight([1, 2, 3, 4], 1, async (item) => {
    begun.push(item);
    if (item === 2) throw new Error('two');
  });
  await expect(all).rejects.toThrow('two');
  expect(begun).toEqual([1, 2]);
});
