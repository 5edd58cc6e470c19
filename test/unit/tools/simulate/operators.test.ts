import { expect, test } from '@jest/globals';
import { Operators } from '../../../../tools/simulate/operators/operators.ts';
import { World } from '../../../../tools/simulate/world/world.ts';

/** Runs a command. @param act what happens meanwhile */
function runWhile(world: World, act: () => void) {
  const desk = { command: async () => act(), forget: () => {}, folder: '/nonexistent' };
  return new Operators(world, desk, () => 0).run('operator 1', ['doctor']);
}

test.each([
  ['was not set', [], false],
  ['was set', [1000], true],
  ['was set forward, and back by as much', [1000, -1000], true],
])('a clock that %s while a command ran is noted with it', async (_what, steps, isClockSet) => {
  const world = new World();
  world.setClock(60_000);
  const run = await runWhile(world, () => {
    for (const ms of steps) world.setClock(ms);
  });
  expect(run).toMatchObject({ ending: { code: 0 }, isClockSet });
  world.setClock(60_000);
  expect(run.isClockSet).toBe(isClockSet);
});
