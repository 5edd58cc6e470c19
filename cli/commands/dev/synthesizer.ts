import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Context, PROJECT_FOLDER, synthesisFailure, synthesisVariables } from '../../../cdk/synthesize.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';

export interface SynthesisRequest {
  /** Environment variables of the app. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface SynthesisAnswer {
  readonly succeeded: boolean;
  /** What the app wrote to stderr. */
  readonly said: string;
}

/** Each synthesis leaves its modules in the process, some 3 MiB: so many, and another process takes over. */
const SYNTHESES_OF_A_PROCESS = 100;

interface Running {
  readonly child: ChildProcess;
  /** Rejects when the process ends. */
  readonly ended: Promise<never>;
  syntheses: number;
}

/**
 * Synthesizes the project's stack again and again: the first time as fast as `synthesize`, later ones in a fraction of
 * that, since what takes long to load stays loaded. One at a time.
 */
export class Synthesizer {
  #running: Running | undefined;
  #isClosed = false;

  /**
   * @param outdir the folder to write the cloud assembly to
   * @param context values that replace those of cdk.json
   * @throws CommandFailure with the app's own words
   */
  async synthesize(outdir: string, context: Context): Promise<void> {
    const variables = await synthesisVariables(PROJECT_FOLDER, outdir, context);
    if (this.#isClosed) throw new CommandFailure('the command is stopping');
    if (this.#running?.syntheses === SYNTHESES_OF_A_PROCESS) this.#end();
    this.#running ??= this.#start();
    this.#running.syntheses += 1;
    const { child, ended } = this.#running;
    const answered = once(child, 'message');
    child.send({ variables } satisfies SynthesisRequest, () => {}); // a process that is gone tells so by its end
    const [{ succeeded, said }] = (await Promise.race([answered, ended])) as [SynthesisAnswer];
    if (!succeeded) throw synthesisFailure(said);
  }

  /** Ends what runs, and starts nothing from now on. */
  close(): void {
    this.#isClosed = true;
    this.#end();
  }

  #end(): void {
    this.#running?.child.kill();
    this.#running = undefined;
  }

  #start(): Running {
    const file = fileURLToPath(new URL('./synthesis-process.ts', import.meta.url));
    const child = fork(file, { cwd: PROJECT_FOLDER, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const ended = once(child, 'exit').then(([code, signal]): never => {
      if (this.#running?.child === child) this.#running = undefined; // the next request starts another one
      const how = signal ?? `exit code ${code}`;
      throw new CommandFailure(`the process that synthesizes the stack ended by itself (${how})`);
    });
    ended.catch(() => {}); // reaches whoever waits for an answer; between requests nobody does, and nothing is lost
    return { child, ended, syntheses: 0 };
  }
}
