import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Context,
  PROJECT_FOLDER,
  SynthesisError,
  synthesisFailure,
  synthesisVariables,
  synthesize,
} from '../../../cdk/synthesize.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import type { DevOptions } from './command.ts';

/** A CDK app whose stacks run here. */
export interface CloudApp {
  /** Such as `the stack`. */
  readonly name: string;
  /** The folder of its cloud assembly. */
  readonly outdir: string;
  /** Its files and folders. */
  readonly sources: readonly string[];
  /** Writes its assembly. @throws CommandFailure if it cannot be synthesized */
  synthesize(): Promise<void>;
  /** Ends its synthesis process, if it has one; it cannot be synthesized after that. */
  close(): void;
}

const inProject = (...path: string[]) => join(PROJECT_FOLDER, ...path);

/**
 * Other CDK apps, which subscribe to this one's bus.
 * @throws UsageError for a folder that is named twice, or is this project's own
 */
export function otherApps({ port, context = {}, app = [] }: DevOptions): CloudApp[] {
  const folders = app.map((path) => resolve(path));
  const twice = folders.find((folder, index) => folders.indexOf(folder) < index);
  if (folders.includes(PROJECT_FOLDER)) throw new UsageError('--app names this project, which always runs');
  if (twice !== undefined) throw new UsageError(`--app names ${twice} twice`);
  return folders.map((folder) => otherApp(folder, port, context));
}

/** This project's own stack. Its synthesis process starts at once, and reads no source before it is asked. */
export function projectApp({ port, context = {} }: Pick<DevOptions, 'port' | 'context'>): CloudApp {
  const synthesizer = new Synthesizer();
  const outdir = join(assembliesOf(port), 'pipeline');
  return {
    name: 'the stack',
    outdir,
    sources: ['services', 'schemas', 'cdk', 'cdk.json'].map((source) => inProject(source)),
    synthesize: () => synthesizer.synthesize(outdir, context).catch(failSynthesis),
    close: () => synthesizer.close(),
  };
}

function otherApp(folder: string, port: number, context: Context): CloudApp {
  const name = basename(folder);
  // Apps of several teams may be in folders of the same name.
  const outdir = join(assembliesOf(port), `${name}-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`);
  return {
    name,
    outdir,
    // Its own, and what it may import from this project.
    sources: [folder, inProject('cdk'), inProject('schemas', 'generated'), inProject('services', 'shared')],
    synthesize: () => synthesize({ folder, outdir, context, name }).catch(failSynthesis),
    close: () => {},
  };
}

function failSynthesis(error: unknown): never {
  throw error instanceof SynthesisError ? new CommandFailure(error.message, { cause: error }) : error;
}

/** Removes the assemblies of an engine on a random port: no later run will use them. */
export async function removeAssemblies(port: number): Promise<void> {
  if (port === 0) await rm(assembliesOf(port), { recursive: true, force: true });
}

/** Engines on one machine have their own port, or their own process, so that none overwrites another's assemblies. */
function assembliesOf(port: number): string {
  return inProject('cdk.out', port === 0 ? `local-process-${process.pid}` : `local-${port}`);
}

export interface SynthesisRequest {
  /** Environment variables of the app. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface SynthesisAnswer {
  readonly succeeded: boolean;
  /** What the app wrote to stderr. */
  readonly said: string;
}

/** Each synthesis leaves its modules in the process, about 3 MiB. After this many, a new process takes over. */
const SYNTHESES_OF_A_PROCESS = 100;

interface Running {
  readonly child: ChildProcess;
  /** Rejects when the process ends. */
  readonly ended: Promise<never>;
  syntheses: number;
}

/**
 * Synthesizes the project's stack, one at a time: the first time as fast as `synthesize`, then in a fraction of that, since
 * the CDK stays loaded.
 */
class Synthesizer {
  #running: Running | undefined = this.#start();
  #isClosed = false;

  /**
   * @param outdir the folder to write the cloud assembly to
   * @param context values that replace those of cdk.json
   * @throws SynthesisError with the app's own words
   */
  async synthesize(outdir: string, context: Context): Promise<void> {
    const variables = synthesisVariables(PROJECT_FOLDER, outdir, context);
    if (this.#isClosed) throw new CommandFailure('the command is stopping');
    if (this.#running?.syntheses === SYNTHESES_OF_A_PROCESS) this.#end();
    this.#running ??= this.#start();
    this.#running.syntheses += 1;
    const { child, ended } = this.#running;
    const answered = once(child, 'message');
    child.send({ variables } satisfies SynthesisRequest, () => {}); // if the process is gone, `ended` says so
    const [{ succeeded, said }] = (await Promise.race([answered, ended])) as [SynthesisAnswer];
    if (!succeeded) throw synthesisFailure(said);
  }

  /** Ends the process, and starts no other. */
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
      if (this.#running?.child === child) this.#running = undefined; // the next synthesis starts another one
      const how = signal ?? `exit code ${code}`;
      throw new CommandFailure(`the process that synthesizes the stack ended unexpectedly (${how})`);
    });
    ended.catch(() => {}); // fails the synthesis that waits for an answer; without one there is nothing to fail
    return { child, ended, syntheses: 0 };
  }
}
