import { beforeAll, expect, test } from '@jest/globals';
import { plantedBugs } from '../../tools/simulate/planted-bugs/index.ts';
import { type SeedResult, simulateInProcess } from '../../tools/simulate/processes.ts';
import type { Assemblies } from '../../tools/simulate/stages/stages.ts';
import { simulatedAssemblies } from '../support/simulated-assemblies.ts';

let assemblies: Assemblies;
beforeAll(async () => {
  assemblies = await simulatedAssemblies();
});

/** As promised: a bug that is not found within so many is a hole in the simulation. */
const MOST_SEEDS = 500;

test.each(plantedBugs().filter(({ foundBySeed }) => foundBySeed !== undefined))(
  'the simulation finds it when $name',
  async ({ patches, foundBySeed }) => {
    // The seed that found it before finds it at once, or another does later.
    const all = Array.from({ length: MOST_SEEDS }, (_, n) => String(n + 1));
    const seeds = [...new Set([...(foundBySeed === undefined ? [] : [foundBySeed]), ...all])];
    const found: SeedResult[] = [];
    await simulateInProcess(
      { seeds, events: 5, assemblies, patches, untilFirst: true },
      (result) => void (result.failure !== undefined && found.push(result)),
    );
    expect(found.map(({ failure }) => failure)).toEqual([expect.stringContaining('breaks a promise')]);
  },
);
