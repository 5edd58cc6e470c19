import { beforeAll, expect, test } from '@jest/globals';
import type { Plan } from '../../tools/simulate/day/plan.ts';
import { plantedBugs } from '../../tools/simulate/planted-bugs/index.ts';
import { type SeedResult, simulateInProcess, type Task } from '../../tools/simulate/processes.ts';
import type { Assemblies } from '../../tools/simulate/stages/stages.ts';
import { simulatedAssemblies } from '../support/simulated-assemblies.ts';
import { REGRESSIONS } from '../support/simulated-regressions.ts';

let assemblies: Assemblies;
beforeAll(async () => {
  assemblies = await simulatedAssemblies();
});

/** What became of each seed, in a process of its own. */
async function simulate(seeds: readonly string[], more: Partial<Task> = {}): Promise<Map<string, SeedResult>> {
  const results = new Map<string, SeedResult>();
  const task = { seeds, events: 5, assemblies, patches: [], ...more };
  await simulateInProcess(task, (result) => results.set(result.seed, result));
  return results;
}

test('bad days break no promise, and the same seed gives the same day, whatever came before it', async () => {
  const seeds = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const [forwards, backwards] = await Promise.all([simulate(seeds), simulate(seeds.toReversed())]);
  expect([...forwards.values()].flatMap(({ failure }) => failure ?? [])).toEqual([]);
  const hashes = (results: Map<string, SeedResult>) => seeds.map((seed) => results.get(seed)?.hash);
  expect(new Set(hashes(forwards)).size).toBe(seeds.length);
  expect(hashes(backwards)).toEqual(hashes(forwards));
  expect([...forwards.values()].reduce((sum, { faults }) => sum + faults, 0)).toBeGreaterThan(10);
});

test('a bug is found, with its seed, the least that shows it, and what happened to the user', async () => {
  const patches = plantedBugs().find(({ name }) => name === 'a failed event is acknowledged')?.patches ?? [];
  const [ada, bob] = [
    { userId: 'ada', atMs: 100 },
    { userId: 'bob', atMs: 5000 },
  ];
  const refused = {
    kind: 'error',
    operation: 's3:CreateBucket',
    when: 'before',
    code: 'AccessDenied',
    status: 403,
  } as const;
  const plan: Plan = {
    seed: 'one that fails',
    registrations: [ada, bob],
    faults: [
      { kind: 'duplicate', what: 'queue-message', nth: 1 },
      { ...refused, nth: 1, times: 3 },
    ],
  };
  const failure = (await simulate([], { patches, plans: [plan] })).get(plan.seed)?.failure;
  expect(failure).toContain(`seed ${plan.seed} breaks a promise:`);
  expect(failure).toContain('has no URI, and no event in a dead-letter queue');
  expect(failure).toMatch(/with the least that is needed:\n.*signs up\n.*AccessDenied.*\nwhat happened to/);
  expect(failure).toMatch(/ms {2}stream-record/);
});

test.each(REGRESSIONS)('never again: $what', async ({ plan }) => {
  const result = (await simulate([], { plans: [plan] })).get(plan.seed);
  expect(result?.failure).toBeUndefined();
  expect(result?.faults).toBeGreaterThan(0);
});
