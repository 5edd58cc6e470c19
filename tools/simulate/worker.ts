/** A process of the simulation: gets one task, answers each of its seeds, and ends. */
import { once } from 'node:events';
import type { SeedResult, Task } from './processes.ts';
import { makeSimulator } from './simulator.ts';

const [task] = (await once(process, 'message')) as [Task];
const run = await makeSimulator(task.assemblies, task.patches);
// Only now: what is loaded before the world is there keeps the machine's time.
const { planOf } = await import('./day/plan.ts');
const { describeFailure } = await import('./day/report.ts');
const { shrink } = await import('./day/shrink.ts');

for (const plan of [...(task.plans ?? []), ...task.seeds.map((seed) => planOf(seed, task.events))]) {
  const before = process.cpuUsage();
  const { violations, hash, outcome } = await run(plan);
  const { user, system } = process.cpuUsage(before);
  const result = { seed: plan.seed, hash, faults: outcome.faults, cpuMs: (user + system) / 1000 };
  if (violations.length === 0) send(result);
  else {
    const least = task.untilFirst
      ? plan
      : await shrink(plan, async (smaller) => (await run(smaller)).violations.length > 0);
    const { entries, violations: broken } = await run(least);
    send({ ...result, failure: describeFailure(least, broken, entries) });
    if (task.untilFirst) break;
  }
}
process.disconnect();

function send(result: SeedResult): void {
  process.send?.(result);
}
