import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer, Ask } from './engine-process.ts';

type AnswerOf<K extends Answer['kind']> = Extract<Answer, { kind: K }>;

/** The engine in a process of its own. */
export class EngineChild {
  readonly #process: ChildProcess;
  readonly ready: AnswerOf<'ready'>;

  private constructor(process: ChildProcess, ready: AnswerOf<'ready'>) {
    this.#process = process;
    this.ready = ready;
  }

  /**
   * @param assembly the folder that it serves
   * @param dataFolder keeps its data. @default - nothing is kept
   */
  static async start(assembly: string, dataFolder?: string): Promise<EngineChild> {
    const args = dataFolder === undefined ? [assembly] : [assembly, dataFolder];
    const child = fork(join(import.meta.dirname, 'engine-process.ts'), args, { execArgv: ['--expose-gc'] });
    return new EngineChild(child, await next(child, 'ready'));
  }

  output(key: string): string {
    const value = this.ready.outputs[key];
    if (value === undefined) throw new Error(`The stack has no output ${key}.`);
    return value;
  }

  /** Asks for a report. Resolves when the process watches for it, with a function that waits for the report. */
  async watch<T extends Ask>(ask: T): Promise<() => Promise<AnswerOf<T['kind']>>> {
    const watching = next(this.#process, 'watching');
    const heard = next(this.#process, ask.kind as T['kind']);
    this.#process.send(ask);
    await watching;
    return () => heard;
  }

  /** What it has done so far, and what it took. */
  async state({ isThorough = false } = {}): Promise<AnswerOf<'state'>> {
    return (await this.watch({ kind: 'state', isThorough }))();
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, 'exit');
    this.#process.disconnect();
    await exit;
  }
}

function next<K extends Answer['kind']>(child: ChildProcess, kind: K): Promise<AnswerOf<K>> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null) => reject(new Error(`The engine's process ended with code ${code}.`));
    const listen = (answer: Answer) => {
      if (answer.kind !== kind) return;
      child.off('message', listen);
      child.off('exit', died);
      resolve(answer as AnswerOf<K>);
    };
    child.on('message', listen);
    child.once('exit', died);
  });
}

/** Milliseconds since the Unix epoch, with fractions: the same clock in both processes. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
