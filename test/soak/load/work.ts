import type { Commands } from './commands.ts';
import type { Incidents } from './incidents.ts';
import type { Plan } from './plan.ts';

/**
 * Pieces of work that are done at the same time. An error has a handler from the moment when its work begins: it is kept, and all
 * that waits for its time is over. So a run ends in order, and says what failed.
 */
export class Work {
  readonly #hasFailed = new AbortController();
  /** What failed, in words, in the order in which it did. */
  readonly failures: string[] = [];

  /** Aborted when something has failed. */
  get hasFailed(): AbortSignal {
    return this.#hasFailed.signal;
  }

  /** Resolves when a piece of work has ended, well or not. */
  async do(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.failures.push(`${what} failed: ${(error as Error).message}`);
      this.#hasFailed.abort();
    }
  }
}

/**
 * Incidents begin at their time, whether the ones before have ended or not; the engine is killed once at a time. Resolves when all
 * have ended, or, once something has failed, those that have begun.
 * @param begun of `performance.now()`
 */
export async function bringAbout(
  { incidents: planned }: Pick<Plan, 'incidents'>,
  incidents: Pick<Incidents, 'bring'>,
  { begun, work }: { readonly begun: number; readonly work: Work },
): Promise<void> {
  const under: Promise<void>[] = [];
  for (const incident of planned) {
    await pause(begun + incident.at * 1000 - performance.now(), work.hasFailed);
    if (work.hasFailed.aborted) break;
    const brought = work.do(`the incident ${incident.kind}`, () => incidents.bring(incident));
    if (incident.kind === 'engine-killed') await brought;
    else under.push(brought);
  }
  await Promise.all(under);
}

/** One after the other, until the load is over; the last one ends by itself. */
export async function runCommands(
  { commands: planned }: Pick<Plan, 'commands'>,
  commands: Pick<Commands, 'run'>,
  isOver: AbortSignal,
): Promise<void> {
  for (const command of planned) {
    if (isOver.aborted) return;
    await new Promise((resolve) => setTimeout(resolve, command.pause * 1000));
    await commands.run(command);
  }
}

/** Again and again, with a pause, until it is over. */
export async function every(ms: number, isOver: AbortSignal, run: () => Promise<void>): Promise<void> {
  while (!isOver.aborted) {
    await run();
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}

/** Resolves after a time, or when the signal is aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
