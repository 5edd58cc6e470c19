import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dieWithEngine, newMark } from '../../packages/local-engine/lambda/process-tree.ts';
import { WAIT_MS } from './limits.ts';

/** A command that stays up, and what its terminal shows. */
export class RunningCommand {
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #shown = '';
  /** Where the next wait begins to look. */
  #read = 0;

  /** All that its terminal has shown. */
  get shown(): string {
    return this.#shown;
  }

  constructor(command: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
    const mark = newMark();
    this.#child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...options.env, ...mark },
      // A group of its own, so that all that it started can be ended with it: by a test, and when the test is killed.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (this.#child.pid !== undefined) this.#child.once('close', dieWithEngine(this.#child.pid, mark));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#shown += text;
        for (const look of this.#waiting) look();
      });
    }
  }

  /**
   * Waits until the terminal shows a text that matches, after what was waited for before.
   * @returns what matched
   * @throws {Error} with all that it shows, if that does not come
   */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    const look = () => {
      const found = pattern.exec(this.#shown.slice(this.#read));
      if (found === null) return;
      this.#read += found.index + found[0].length;
      resolve(found);
    };
    const fail = () => reject(new Error(`the terminal does not show ${pattern}, but:\n${this.#shown}`));
    const timer = setTimeout(fail, WAIT_MS);
    this.#child.once('exit', fail);
    this.#waiting.add(look);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#child.off('exit', fail);
      this.#waiting.delete(look);
    }
  }

  /** Ends it, if nothing else is said as Ctrl-C in its terminal does. Returns its exit code, null for one that was killed. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    if (this.#child.pid !== undefined && !this.#hasEnded()) {
      const ended = this.#ended();
      process.kill(-this.#child.pid, signal);
      await ended;
    }
    return this.#child.exitCode;
  }

  /** Waits until it ends by itself. Returns its exit code. */
  async end(): Promise<number | null> {
    if (!this.#hasEnded()) await this.#ended();
    return this.#child.exitCode;
  }

  /** Sends a signal to it alone, and waits until it has ended, with all that it started and that shares its terminal. */
  async endBy(signal: NodeJS.Signals): Promise<void> {
    const ended = this.#ended();
    this.#child.kill(signal);
    await ended;
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** What it shows has arrived by then as well. */
  async #ended(): Promise<void> {
    await once(this.#child, 'close');
  }
}
