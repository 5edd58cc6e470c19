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

/**
 * Seeds of one process. Each leaves about 0.2 MB behind, since Node.js never unloads a module: a process that runs many would grow
 * without end.
 */
const SEEDS_OF_PROCESS = 250;

/**
 * Runs seeds in as many processes at a time as there are cores.
 * @throws Error when a process ends before its work is done
 */
export async function simulateSeeds(task: Task, onResult: (result: SeedResult) => void): Promise<void> {
  const count = Math.min(availableParallelism(), task.seeds.length);
  const size = Math.min(SEEDS_OF_PROCESS, Math.ceil(task.seeds.length / count));
  const parts = Array.from({ length: Math.ceil(task.seeds.length / size) }, (_, part) =>
    task.seeds.slice(part * size, (part + 1) * size),
  );
  const work = async () => {
    for (let seeds = parts.shift(); seeds !== undefined; seeds = parts.shift()) {
      await simulateInProcess({ ...task, seeds }, onResult);
    }
  };
  await Promise.all(Array.from({ length: count }, work));
}

/** Runs seeds in one new process, one after the other. @throws Error when it ends before its work is done */
export async function simulateInProcess(task: Task, onResult: (result: SeedResult) => void): Promise<void> {
  const child = fork(WORKER, { execArgv: ['--disable-warning=ExperimentalWarning'] });
  child.on('message', (result) => onResult(result as SeedResult));
  child.send(task);
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`A process of the simulation ended with ${signal ?? `code ${code}`}.`);
}
