import { availableParallelism } from 'node:os';
import { beforeAll, expect, test } from '@jest/globals';
import pMap from 'p-map';
import { EVENTS, MOST_SEEDS, type PlantedBug, plantedBugs } from '../../tools/simulate/planted-bugs/index.ts';
import { simulateInProcess } from '../../tools/simulate/processes.ts';
import { simulatedAssemblies } from '../support/simulated-assemblies.ts';

const BUGS = plantedBugs();

/** By the files of the bugs, what the simulation says of the day that finds it; or why nothing is known. */
const said = new Map<string, string>();

beforeAll(async () => {
  const assemblies = await simulatedAssemblies();
  const simulate = async ({ file, patches, foundBySeed }: PlantedBug) => {
    if (foundBySeed === undefined) return;
    const task = { seeds: [foundBySeed], events: EVENTS, assemblies, patches, untilFirst: true };
    await simulateInProcess(task, ({ failure = 'no promise is broken' }) => void said.set(file, failure));
  };
  // Most of the time of a process is that of its start.
  await pMap(BUGS, simulate, { concurrency: availableParallelism() });
});

test.each(BUGS)('the simulation finds it when $name', ({ file, foundBySeed }) => {
  // Seeds give other days since a fault was added? `node tools/simulate/planted-bugs/find.ts` looks for all of them again.
  expect(foundBySeed).toMatch(/^[1-9]\d*$/);
  expect(Number(foundBySeed)).toBeLessThanOrEqual(MOST_SEEDS);
  expect(said.get(file)).toContain('breaks a promise');
});
