import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Plan } from './day/plan.ts';
import type { Assemblies } from './stages/stages.ts';
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
  await Promise.all(Array.from({ length: count }, () => runProcess(task, next, onResult)));
}

/** Runs seeds in one new process, one after the other. @throws Error when it ends before its work is done */
export async function simulateInProcess(task: Task, onResult: (result: SeedResult) => void): Promise<void> {
  const left = [...task.seeds];
  await runProcess(task, () => left.splice(0), onResult);
}

/** @param next the seeds to run next; none at the end */
async function runProcess(
  { seeds: _, ...task }: Task,
  next: () => readonly string[],
  onResult: (result: SeedResult) => void,
): Promise<void> {
  const child = fork(WORKER, { execArgv: ['--disable-warning=ExperimentalWarning'] });
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
