import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** How long a test waits for a line. Only a failure takes so long. */
const PATIENCE_MS = 20_000;

/** A command that stays up, and what its terminal shows. */
export class RunningCommand {
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #shown = '';
  /** Where the next wait begins to look. */
  #read = 0;

  constructor(command: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
    // A group of its own, so that all that it started can be ended with it.
    this.#child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
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
    const timer = setTimeout(fail, PATIENCE_MS);
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

  /** Ends it as Ctrl-C in its terminal does. Returns its exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.pid !== undefined) {
      const ended = once(this.#child, 'exit');
      process.kill(-this.#child.pid, 'SIGINT');
      await ended;
    }
    return this.#child.exitCode;
  }
}
