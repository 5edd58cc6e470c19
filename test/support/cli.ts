import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { runProgram } from '../../cli/output/run-program.ts';
import { createProgram } from '../../cli/program.ts';
import { compileCache } from './assembly.ts';
import { TIME_FACTOR } from './limits.ts';
import { RunningCommand } from './running-command.ts';

const ROOT = join(import.meta.dirname, '..', '..');
export const CLI = join(ROOT, 'cli/pipeline.mjs');

/** Nothing of this machine's: no credentials, no config files, no metadata service. */
const ENVIRONMENT = {
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  ...compileCache(),
  ...TIME_FACTOR,
};

type Variables = Readonly<Record<string, string>>;

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The objects that a command with `--json` printed, one a line. */
export function jsonLines({ stdout }: Pick<Ended, 'stdout'>): Record<string, unknown>[] {
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}

/** Commands share what belongs to the process, so they run one after another. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a command to its end, by the same code as `npx pipeline` but without a process of its own, which takes longer to start
 * than most commands run. Where the process is what is tested, use {@link pipelineProcess}.
 * @param env there are no other variables, but those that keep this machine's settings out
 * @param typed what a person types in the terminal. @default - there is no terminal
 */
export function pipeline(args: readonly string[], env: Variables = {}, typed?: string): Promise<Ended> {
  const run = last.then(() => runHere(args, env, typed));
  last = run.catch(() => {});
  return run;
}

async function runHere(args: readonly string[], env: Variables, typed?: string): Promise<Ended> {
  const [stdout, stderr] = [new Captured(), new Captured()];
  const stdin = Object.assign(Readable.from(typed === undefined ? [] : [typed]), { isTTY: typed !== undefined });
  const own = { argv: [process.execPath, CLI, ...args], env: { ...ENVIRONMENT, ...env }, stdin, stdout, stderr };
  const before = Object.getOwnPropertyDescriptors(process);
  for (const [name, value] of Object.entries(own)) {
    Object.defineProperty(process, name, { value, configurable: true, enumerable: true, writable: true });
  }
  process.exitCode = undefined;
  try {
    await runProgram(createProgram());
    return { exitCode: Number(process.exitCode ?? 0), stdout: stdout.text, stderr: stderr.text };
  } finally {
    process.exitCode = undefined;
    for (const name of Object.keys(own)) Object.defineProperty(process, name, before[name] as PropertyDescriptor);
  }
}

/** Keeps what is written to it. */
class Captured extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

/**
 * Runs a command in a process of its own to its end.
 * @param onStart is given the process, to send it signals
 */
export function pipelineProcess(
  args: readonly string[],
  env: Variables = {},
  onStart: (child: ChildProcess) => void = () => {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [CLI, ...args],
      { cwd: ROOT, env: { ...ENVIRONMENT, ...env }, maxBuffer: 64 * 1024 * 1024 },
      (_error, stdout, stderr) => resolve({ exitCode: child.exitCode, stdout, stderr }),
    );
    onStart(child);
  });
}

/** Starts a command of the CLI that a test interrupts, or whose output it reads as it comes. */
export function startCommand(args: readonly string[], env: Variables = {}): RunningCommand {
  return new RunningCommand(process.execPath, [CLI, ...args], { cwd: ROOT, env: { ...ENVIRONMENT, ...env } });
}

/** A `pipeline dev` that stays up. */
export class RunningDev {
  readonly endpoint: string;
  readonly port: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, endpoint: string) {
    this.#child = child;
    this.endpoint = endpoint;
    this.port = new URL(endpoint).port;
  }

  /** Resolves when it says that it is up. */
  static async start(args: readonly string[]): Promise<RunningDev> {
    const child = spawn(process.execPath, [CLI, 'dev', '--port', '0', ...args], {
      cwd: ROOT,
      env: ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return new Promise((resolve, reject) => {
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const [, endpoint] = / runs at (\S+) /.exec(said) ?? [];
        if (endpoint !== undefined && said.includes('Ctrl-C stops it.')) resolve(new RunningDev(child, endpoint));
      });
      child.once('exit', (code) => reject(new Error(`pipeline dev ended with ${code}: ${said}`)));
    });
  }

  /** Sends a signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
    return this.#child.exitCode;
  }
}
