import { describe, expect, test } from '@jest/globals';
import { waitForWorkOff } from '../../../../operations/replay/work-off.ts';

/** Queues in which so many wait, each time one looks, and a clock that only a pause moves. */
function queues(...waiting: number[]) {
  let now = 0;
  const stop = new AbortController();
  const told: number[] = [];
  const last = waiting.at(-1) ?? 0;
  const effects = {
    read: async () => {
      const total = waiting.shift() ?? last;
      return [
        { subscriber: 'a', waiting: Math.ceil(total / 2), deadLetters: 0 },
        { subscriber: 'b', waiting: Math.floor(total / 2), deadLetters: 3 },
      ];
    },
    pause: async (ms: number) => {
      now += ms;
    },
    now: () => now,
    signal: stop.signal,
    delayMs: 0,
    timeFactor: 1,
    onWaiting: (count: number) => void told.push(count),
  };
  return { effects, told, stop, elapsed: () => now };
}

describe('waiting until queues are worked off', () => {
  test('ends at once when they are empty', async () => {
    const { effects, elapsed } = queues(0);
    expect(await waitForWorkOff(effects)).toEqual([
      { subscriber: 'a', waiting: 0, deadLetters: 0 },
      { subscriber: 'b', waiting: 0, deadLetters: 3 },
    ]);
    expect(elapsed()).toBe(0);
  });

  test('goes on while they become less, and tells how many wait', async () => {
    const { effects, told } = queues(7, 9, 4, 1, 0);
    await waitForWorkOff(effects);
    expect(told).toEqual([7, 9, 4, 1, 0]);
  });

  test('gives up when they have not become less for 15 seconds', async () => {
    const { effects, elapsed } = queues(9, 5, 5);
    const depths = await waitForWorkOff(effects);
    expect(depths.map(({ waiting }) => waiting)).toEqual([3, 2]);
    expect(elapsed()).toBeGreaterThanOrEqual(15_000);
    expect(elapsed()).toBeLessThan(18_000);
  });

  test('given a slow machine, gives up as many times later', async () => {
    const { effects, elapsed } = queues(9, 5, 5);
    await waitForWorkOff({ ...effects, timeFactor: 6 });
    expect(elapsed()).toBeGreaterThanOrEqual(90_000);
    expect(elapsed()).toBeLessThan(93_000);
  });

  test('given depths that come a minute late, believes them when they have been zero for a minute', async () => {
    const { effects, told, elapsed } = queues(0, 0, 6, 2, 0);
    const depths = await waitForWorkOff({ ...effects, delayMs: 60_000 });
    expect(depths.map(({ waiting }) => waiting)).toEqual([0, 0]);
    expect(told.slice(0, 5)).toEqual([0, 0, 6, 2, 0]);
    expect(elapsed()).toBeGreaterThanOrEqual(60_000);
    expect(elapsed()).toBeLessThan(65_000);
  });

  test('given depths that come a minute late, gives up that much later', async () => {
    const { effects, elapsed } = queues(0, 5);
    const depths = await waitForWorkOff({ ...effects, delayMs: 60_000 });
    expect(depths.map(({ waiting }) => waiting)).toEqual([3, 2]);
    expect(elapsed()).toBeGreaterThanOrEqual(75_000);
    expect(elapsed()).toBeLessThan(78_000);
  });

  test('ends when it is asked to', async () => {
    const { effects, stop, told } = queues(5);
    await waitForWorkOff({ ...effects, pause: async () => stop.abort() });
    expect(told).toEqual([5, 5]);
  });
});
