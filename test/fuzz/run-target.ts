import { Mutator } from './mutator.ts';
import { shrink } from './shrink.ts';
import { type FuzzTarget, type Input, problemOf, type RunningTarget } from './target.ts';

/** One input that was neither answered rightly nor refused by name. */
export interface Failure {
  readonly seed: number;
  readonly problem: string;
  /** The smallest input that fails in the same way. */
  readonly input: Input;
}

export interface Run {
  readonly target: FuzzTarget;
  readonly inputs: number;
  /** The n-th input is made of the n-th seed from this one on. */
  readonly seed: number;
  /** Called before each input. */
  readonly begin: (seed: number) => void;
  /** Called when no input is tried. */
  readonly rest: () => void;
  /** How many different failures are made smaller and reported. */
  readonly mostFailures: number;
}

/** An input that takes so much time of a processor hangs, or nearly. The time that passes depends on what else runs. */
const SLOW_MS = 20_000;

/** Tries inputs on a target. @returns one failure of each kind */
export async function runTarget({ target, inputs, seed, begin, rest, mostFailures }: Run): Promise<Failure[]> {
  const running = await target.start();
  const failures = new Map<string, Failure>();
  try {
    for (let n = 0; n < inputs && failures.size < mostFailures; n++) {
      begin(seed + n);
      // What JSON cannot hold is no input.
      const input: Input = JSON.parse(JSON.stringify(running.generate(new Mutator(seed + n))));
      const problem = await tried(running, input);
      if (problem === undefined || failures.has(kindOf(problem))) continue;
      const smallest = await shrink(input, async (smaller) => {
        begin(seed + n);
        const found = await tried(running, smaller);
        return found !== undefined && kindOf(found) === kindOf(problem);
      });
      failures.set(kindOf(problem), { seed: seed + n, problem, input: smallest });
    }
  } finally {
    rest();
    await running.stop();
  }
  return [...failures.values()];
}

async function tried(running: RunningTarget, input: Input): Promise<string | undefined> {
  const start = process.cpuUsage();
  const { warn } = console;
  let printed: string | undefined;
  // Libraries warn of what they guess at.
  console.warn = (...words: unknown[]) => {
    printed = `it printed ${words.join(' ').split('\n')[0]}`;
  };
  try {
    const problem = await running.check(input);
    const { user, system } = process.cpuUsage(start);
    const tookMs = (user + system) / 1000;
    return problem ?? printed ?? (tookMs > SLOW_MS ? `it took ${Math.round(tookMs / 1000)} s` : undefined);
  } catch (error) {
    return problemOf(error);
  } finally {
    console.warn = warn;
  }
}

/** Problems that differ in numbers and quoted texts alone are of one kind. */
function kindOf(problem: string): string {
  return problem.replace(/"[^"]*"|'[^']*'|\d+/g, '…').slice(0, 160);
}
