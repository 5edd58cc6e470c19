import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from './day/plan.ts';
import type { Assemblies } from './stages/stages.ts';
import type { SynthesisTask } from './stages/synthesize-process.ts';
import type { SourcePatch } from './world/source-patches.ts';

/** What a process of the simulation is given to do. */
export interface Task {
  readonly seeds: readonly string[];
  /** Days that no seed gives any more, run before those of the seeds. @default - none */
  readonly plans?: readonly Plan[];
  /** Sign-ups in a schedule. */
  readonly events: number;
  readonly assemblies: Assemblies;
  /** Of the project's sources, for a simulation with a bug. */
  readonly patches: readonly SourcePatch[];
  /** Ends at the first seed that breaks a promise, without shrinking it. @default false */
  readonly untilFirst?: boolean;
}

/** What became of one seed. */
export interface SeedResult {
  readonly seed: string;
  readonly hash: string;
  /** Faults that struck. */
  readonly faults: number;
  /** Milliseconds of processor time. */
  readonly cpuMs: number;
  /** For people; absent if every promise was kept. */
  readonly failure?: string;
}

const WORKER = join(import.meta.dirname, 'worker.ts');
const SYNTHESIS = join(import.meta.dirname, 'stages', 'synthesize-process.ts');

/** Sources that synthesis reads. */
const OF_TEMPLATE = /^cdk\/|\/subscription\.ts$/;

/** Seeds that a process gets at a time: so few that all processes end at about the same time. */
const SEEDS_AT_A_TIME = 10;

/** What a process sends, besides results, when it is ready for its next seeds. */
export const READY = 'ready';

/** What a process gets: its task first, then seeds again and again, then the end. */
export type Order = Omit<Task, 'seeds'> | { readonly seeds: readonly string[] } | 'end';

/**
 * Runs seeds in as many processes as there are cores. A process runs many: only after some hundred schedules is its code compiled as
 * well as it ever will be.
 * @throws Error when a process ends before its work is done
 */
export async function simulateSeeds(task: Task, onResult: (result: SeedResult) => void): Promise<void> {
  const left = [...task.seeds];
  const count = Math.min(availableParallelism(), Math.ceil(left.length / SEEDS_AT_A_TIME));
  const next = () => left.splice(0, SEEDS_AT_A_TIME);
  await withPlanted(task, async (planted) => {
    await Promise.all(Array.from({ length: count }, () => runProcess(planted, next, onResult)));
  });
}

/** Runs seeds in one new process, one after the other. @throws Error when it ends before its work is done */
export async function simulateInProcess(task: Task, onResult: (result: SeedResult) => void): Promise<void> {
  const left = [...task.seeds];
  await withPlanted(task, (planted) => runProcess(planted, () => left.splice(0), onResult));
}

/** Most objects of a day die with it. With 32 MB for new ones, twice V8's usual size, fewer are copied before: one or two percent of a day. */
const OPTIONS = { execArgv: ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=32'] };

/** Synthesizes the stages anew, in a process of its own, for a bug that is in their templates. */
async function withPlanted(task: Task, run: (task: Task) => Promise<void>): Promise<void> {
  const { patches } = task;
  if (!patches.some(({ file }) => OF_TEMPLATE.test(file))) return run(task);
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-simulation-'));
  try {
    const child = fork(SYNTHESIS, OPTIONS);
    child.send({ folder, patches } satisfies SynthesisTask);
    const [answered, [code]] = await Promise.all([
      Promise.race([once(child, 'message'), once(child, 'exit')]),
      once(child, 'exit'),
    ]);
    if (code !== 0) throw new Error('The stages of a simulation with a bug could not be synthesized.');
    await run({ ...task, assemblies: answered[0] as Assemblies });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @param next the seeds to run next; none at the end */
async function runProcess(
  { seeds: _, ...task }: Task,
  next: () => readonly string[],
  onResult: (result: SeedResult) => void,
): Promise<void> {
  const child = fork(WORKER, OPTIONS);
  const send = (order: Order) => void child.send(order);
  child.on('message', (message: SeedResult | typeof READY) => {
    if (message !== READY) return onResult(message);
    const seeds = next();
    send(seeds.length > 0 ? { seeds } : 'end');
  });
  send(task);
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`A process of the simulation ended with ${signal ?? `code ${code}`}.`);
}
