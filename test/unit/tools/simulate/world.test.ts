import { expect, test } from '@jest/globals';
import { BEGINS_AT, World } from '../../../../tools/simulate/world/world.ts';

/** More than the steps of one round of the event loop. */
const MANY = 100;

test('what a step leads to is done before the next step, also where rounds of the event loop meet', async () => {
  const world = new World();
  const seen: string[] = [];
  for (let n = 0; n < MANY; n++) {
    world.after(1, async () => {
      seen.push(`${n} began`);
      await null;
      await new Promise((resolve) => process.nextTick(resolve));
      seen.push(`${n} ended`);
    });
  }
  expect(await world.rest(1000, 1000)).toBe('at rest');
  expect(seen).toEqual(Array.from({ length: MANY }, (_, n) => [`${n} began`, `${n} ended`]).flat());
});

test('a stack trace does not show where in a round its step was', async () => {
  const world = new World();
  const stacks: string[] = [];
  const fail = async () => {
    await null;
    stacks.push(new Error('what went wrong').stack ?? '');
  };
  for (let n = 0; n < MANY; n++) world.after(1, fail);
  await world.rest(1000, 1000);
  expect(stacks).toHaveLength(MANY);
  expect(new Set(stacks).size).toBe(1);
});

test('time stands still while something takes real time', async () => {
  const world = new World();
  const seen: string[] = [];
  const read = world.frozen(() => new Promise<void>((resolve) => setTimeout(resolve, 20)));
  void read.then(() => seen.push('read'));
  world.after(5, () => seen.push(`${world.now - BEGINS_AT} ms`));
  await world.rest(1000, 1000);
  expect(seen).toEqual(['read', '5 ms']);
});

test('a world goes on until the work is done, whose result or error it passes on', async () => {
  const world = new World();
  await expect(world.until(world.pass(3_600_000).then(() => world.now - BEGINS_AT))).resolves.toBe(3_600_000);
  await expect(world.until(world.pass(1).then(() => Promise.reject(new Error('of the work'))))).rejects.toThrow(
    'of the work',
  );
});

test('an error in a step ends the world', async () => {
  const world = new World();
  world.after(1, () => {
    throw new Error('of the step');
  });
  await expect(world.rest(1000, 1000)).rejects.toThrow('of the step');
});

test('a world whose timers go on is busy', async () => {
  const world = new World();
  const again = () => void world.after(100, again);
  again();
  expect(await world.rest(1000, 5000)).toBe('busy');
  expect(world.now - BEGINS_AT).toBeLessThanOrEqual(5000);
});
