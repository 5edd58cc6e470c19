import { expect, test } from '@jest/globals';
import { type SeedResult, simulateSeeds } from '../../tools/simulate/processes.ts';
import { simulatedAssemblies } from '../support/simulated-assemblies.ts';

const SEEDS = 500;

test(`the days of ${SEEDS} seeds break no promise`, async () => {
  const seeds = Array.from({ length: SEEDS }, (_, n) => String(n + 1));
  const assemblies = await simulatedAssemblies();
  const results: SeedResult[] = [];
  await simulateSeeds({ seeds, events: 5, assemblies, patches: [] }, (result) => {
    results.push(result);
  });
  // Each says its seed, the least that breaks the promise, and what happened to the user.
  expect(results.flatMap(({ failure }) => failure ?? [])).toEqual([]);
  expect(results.map(({ seed }) => Number(seed)).sort((one, other) => one - other)).toEqual(seeds.map(Number));
});
