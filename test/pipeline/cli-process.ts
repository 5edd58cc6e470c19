import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { compileCache } from '../support/assembly.ts';
import { TIME_FACTOR } from '../support/limits.ts';
import { RunningCommand } from '../support/running-command.ts';

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

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command of the CLI to its end.
 * @param onStart is given the process, to send it signals
 */
export function pipeline(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
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
export function startCommand(args: readonly string[]): RunningCommand {
  return new RunningCommand(process.execPath, [CLI, ...args], { cwd: ROOT, env: ENVIRONMENT });
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
