import { relative } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type CircusEvent,
  type CollectedBlock,
  type CollectedTest,
  circus,
  missedExpectations,
  restoreGlobals,
} from './jest-parts.ts';
import { ModuleGraph } from './module-graph.ts';

/** What a test, or the loading of its file, came to. */
export interface TestOutcome {
  readonly id: string;
  /** Milliseconds. */
  readonly duration: number;
  readonly failure?: string;
  /** It was ended by its time limit. What it was doing may go on. */
  readonly isOverdue: boolean;
}

export interface FileRun {
  /** Only these, by their ids. */
  readonly only?: ReadonlySet<string>;
  /** Whether the tests after the first that fails are left out. */
  readonly stopsAtFailure: boolean;
  /** Milliseconds that one test or hook may take. */
  readonly limit: number;
  /** Called before a test, and with undefined after it. */
  onTest?(id: string | undefined): void;
}

const LISTENED = ['uncaughtException', 'unhandledRejection', 'rejectionHandled'] as const;
const now = performance.now.bind(performance);

/** Runs test files of a project in this process, again and again. */
export class TestSession {
  readonly #root: string;
  readonly #modules: ModuleGraph;

  /** @param root the folder of the project, or of a copy */
  constructor(root: string) {
    this.#root = root;
    this.#modules = new ModuleGraph(root, { '@jest/globals': new URL('./jest-parts.ts', import.meta.url).href });
  }

  /** From now on, the modules of the project are loaded anew. */
  startRun(): void {
    this.#modules.startRun();
  }

  /** Loads a test file and runs its tests. @returns those that ran; for a file that could not be loaded, that as its only test */
  async run(file: string, options: FileRun): Promise<TestOutcome[]> {
    const { exitCode, env } = process;
    process.env = { ...env };
    const errors = new LooseErrors();
    const start = now();
    try {
      circus.resetState();
      circus.getState().testTimeout = options.limit;
      try {
        await this.#modules.load(file);
      } catch (error) {
        return [
          { id: `${this.#nameOf(file)} loads`, duration: now() - start, failure: textOf(error), isOverdue: false },
        ];
      }
      return await this.#runCollected(file, options, errors);
    } finally {
      errors.stop();
      restoreGlobals();
      missedExpectations();
      Object.assign(process, { exitCode, env });
    }
  }

  async #runCollected(file: string, options: FileRun, loose: LooseErrors): Promise<TestOutcome[]> {
    const ids = new Map(testsOf(circus.getState().rootDescribeBlock).map((test) => [test, this.#idOf(file, test)]));
    for (const [test, id] of ids) if (options.only?.has(id) === false) test.mode = 'skip';
    const done: CollectedTest[] = [];
    let hasFailed = false;
    const follow = async (event: CircusEvent) => {
      if (event.name === 'test_start') {
        if (hasFailed && options.stopsAtFailure) event.test.mode = 'skip';
        options.onTest?.(ids.get(event.test));
      } else if (event.name === 'test_done') {
        await nextTurn();
        event.test.errors.push(...loose.take(), ...missedExpectations());
        hasFailed ||= event.test.errors.length > 0;
        done.push(event.test);
        options.onTest?.(undefined);
      }
    };
    circus.addEventHandler(follow);
    try {
      await circus.run();
      await nextTurn();
    } finally {
      circus.removeEventHandler(follow);
    }
    const unhandled = [...circus.getState().unhandledErrors, ...loose.take()];
    const outcomes = done.map((test) => outcomeOf(ids.get(test) ?? '', test.duration ?? 0, test.errors));
    return unhandled.length === 0 ? outcomes : [...outcomes, outcomeOf(`${this.#nameOf(file)} ends`, 0, unhandled)];
  }

  #nameOf(file: string): string {
    return relative(this.#root, file);
  }

  #idOf(file: string, { name, parent }: CollectedTest): string {
    const path = [name];
    for (let block: CollectedBlock | undefined = parent; block?.parent; block = block.parent) path.unshift(block.name);
    return `${this.#nameOf(file)} ${path.join(' ')}`;
  }
}

/** Errors that nothing awaits. While tests run, they fail the test that runs then, instead of ending the process. */
class LooseErrors {
  readonly #kept = LISTENED.map((event) => [event, process.rawListeners(event)] as const);
  readonly #rejected = new Map<unknown, unknown>();
  #thrown: unknown[] = [];

  constructor() {
    for (const event of LISTENED) process.removeAllListeners(event);
    process.on('uncaughtException', (error) => this.#thrown.push(error));
    process.on('unhandledRejection', (reason, promise) => this.#rejected.set(promise, reason));
    process.on('rejectionHandled', (promise) => this.#rejected.delete(promise));
  }

  /** Those since the last call. */
  take(): unknown[] {
    const taken = [...this.#thrown, ...this.#rejected.values()];
    this.#thrown = [];
    this.#rejected.clear();
    return taken;
  }

  stop(): void {
    for (const [event, listeners] of this.#kept) {
      process.removeAllListeners(event);
      for (const listener of listeners) process.on(event, listener as () => void);
    }
  }
}

function testsOf({ children }: CollectedBlock): CollectedTest[] {
  return children.flatMap((child) => (child.type === 'test' ? [child] : testsOf(child)));
}

function outcomeOf(id: string, duration: number, errors: readonly unknown[]): TestOutcome {
  if (errors.length === 0) return { id, duration, isOverdue: false };
  const texts = errors.map(textOf);
  return { id, duration, failure: texts.join('\n'), isOverdue: texts.some((text) => /Exceeded timeout of/.test(text)) };
}

/** Circus keeps some errors with one that says where the test stands. */
function textOf(error: unknown): string {
  const [own, where]: unknown[] = Array.isArray(error) ? error : [error];
  const told = own ?? where;
  return told instanceof Error ? told.message : String(told);
}
