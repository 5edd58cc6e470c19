/** A process of the simulation: gets a task, then seeds as long as there are any, and answers each. */
import { once } from 'node:events';
import type { Plan } from './day/plan.ts';
import { type Order, READY, type SeedResult, type Task } from './processes.ts';
import { makeSimulator } from './simulator.ts';

const [task] = (await once(process, 'message')) as [Omit<Task, 'seeds'>];
const run = await makeSimulator(task.assemblies, task.patches);
// Only now: what is loaded before the world is there keeps the machine's time.
const { planOf } = await import('./day/plan.ts');
const { describeFailure } = await import('./day/report.ts');
const { shrink } = await import('./day/shrink.ts');

let isOver = false;
for (const plan of task.plans ?? []) await answer(plan);
while (!isOver) {
  const order = once(process, 'message') as Promise<[Order]>;
  process.send?.(READY);
  const [given] = await order;
  const seeds = typeof given === 'object' && 'seeds' in given ? given.seeds : [];
  for (const seed of seeds) if (!isOver) await answer(planOf(seed, task.events));
  isOver ||= seeds.length === 0;
}
process.disconnect();

async function answer(plan: Plan): Promise<void> {
  const before = process.cpuUsage();
  const { violations, hash, outcome } = await run(plan);
  const { user, system } = process.cpuUsage(before);
  const result: SeedResult = { seed: plan.seed, hash, faults: outcome.faults, cpuMs: (user + system) / 1000 };
  if (violations.length === 0) {
    process.send?.(result);
    return;
  }
  const fails = async (smaller: Plan) => (await run(smaller)).violations.length > 0;
  const least = task.untilFirst ? plan : await shrink(plan, fails);
  const { entries, violations: broken } = await run(least);
  process.send?.({ ...result, failure: describeFailure(least, broken, entries) });
  isOver ||= task.untilFirst === true;
}
