import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { compileCache } from '../../support/assembly.ts';
import { CLI } from '../../support/cli.ts';
import { WAIT_MS } from '../../support/limits.ts';
import type { Held } from './probe.ts';

/** Below the ports that systems give to clients, so that it is still free when the engine starts again. */
const [LEAST_PORT, MOST_PORT] = [20_000, 30_000];

/** Starts in a row that fail before the soak is given up. */
const MOST_FAILED_STARTS = 3;

export interface EngineProps {
  /** The folder that it serves. */
  readonly assembly: string;
  readonly dataFolder: string;
  /** Where what it says is written. */
  readonly log: string;
}

/** One run of the engine's process. */
export interface Life {
  /** From 1 on. */
  readonly number: number;
  readonly pid: number;
  /** Of `performance.now()`, when it was ready. */
  readonly readyAt: number;
}

/** `pipeline dev` over a data folder, on one port, which is started again whenever it has ended. */
export class EngineLives {
  readonly #props: EngineProps;
  readonly #port: number;
  readonly #log: WriteStream;
  #process: EngineProcess | undefined;
  #up = Promise.withResolvers<Life>();
  #isUp = false;
  #number = 0;
  /** Whether somebody wants the present process to end. */
  #isMeant = false;
  #isStopping = false;
  /** How the engine ended when the plan had not killed it. */
  readonly unexpectedEnds: string[] = [];
  /** Seconds of each start, until it was ready. */
  readonly starts: number[] = [];

  private constructor(props: EngineProps, port: number) {
    this.#props = props;
    this.#port = port;
    this.#log = createWriteStream(props.log);
  }

  /** Starts it. @throws Error if it cannot be started */
  static async start(props: EngineProps): Promise<EngineLives> {
    const lives = new EngineLives(props, await freePort());
    void lives.#live();
    await lives.up();
    return lives;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port(): string {
    return String(this.#port);
  }

  /** Resolves with the engine that runs, or the next one. @throws Error if it cannot be started again */
  up(): Promise<Life> {
    return this.#up.promise;
  }

  /** Kills it, and waits until the next one is ready. */
  async kill(): Promise<void> {
    this.#isMeant = true;
    this.#down();
    this.#process?.signal('SIGKILL');
    await this.up();
  }

  /** What its process holds; undefined if it ends, or has ended, before it can say. */
  async held(): Promise<Held | undefined> {
    return this.#process?.held();
  }

  /** Ends it as Ctrl-C does. @returns its exit code; null if it does not end, and had to be killed */
  async stop(): Promise<number | null> {
    this.#isMeant = true;
    this.#isStopping = true;
    this.#process?.signal('SIGINT');
    const hanging = setTimeout(() => this.#process?.signal('SIGKILL'), WAIT_MS);
    await this.#process?.ended;
    clearTimeout(hanging);
    this.#log.end();
    return this.#process?.exitCode ?? null;
  }

  async #live(): Promise<void> {
    for (let failed = 0; !this.#isStopping; ) {
      const begun = performance.now();
      this.#number += 1;
      this.#log.write(`--- life ${this.#number}\n`);
      const running = new EngineProcess(this.#props, this.#port, this.#log);
      this.#process = running;
      const isReady = await running.ready;
      if (isReady) {
        failed = 0;
        const readyAt = performance.now();
        this.starts.push((readyAt - begun) / 1000);
        this.#isUp = true;
        this.#up.resolve({ number: this.#number, pid: running.pid, readyAt });
      }
      const how = await running.ended;
      this.#down();
      if (!this.#isMeant) {
        const when = isReady ? '' : ' while it started';
        this.unexpectedEnds.push(`life ${this.#number} of the engine ended by itself${when} (${how})`);
        failed += 1;
      }
      this.#isMeant = this.#isStopping;
      if (failed < MOST_FAILED_STARTS) continue;
      this.#up.promise.catch(() => {});
      return this.#up.reject(new Error(`The engine cannot be started: ${this.unexpectedEnds.at(-1)}.`));
    }
  }

  /** From now on {@link up} is about the next engine. */
  #down(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#up = Promise.withResolvers();
  }
}

/** A process of the engine. */
class EngineProcess {
  readonly #child: ChildProcess;
  /** Resolves with whether it is ready, and does not end before. */
  readonly ready: Promise<boolean>;
  /** Resolves with how it ended. */
  readonly ended: Promise<string>;
  /** Gets the next answer of the probe. */
  #answered: (held: Held) => void = () => {};

  constructor({ assembly, dataFolder }: EngineProps, port: number, log: WriteStream) {
    const folders = ['--assembly', assembly, '--data', dataFolder];
    const args = ['dev', '--port', String(port), ...folders, '--no-samples', '--console-port', '0'];
    const probe = ['--expose-gc', '--import', join(import.meta.dirname, 'probe.ts')];
    this.#child = spawn(process.execPath, [...probe, CLI, ...args], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.stderr?.pipe(log, { end: false });
    this.#child.on('message', (held: Held) => this.#answered(held));
    this.ended = once(this.#child, 'exit').then(([code, signal]) => signal ?? `exit code ${code}`);
    this.ready = Promise.race([saysReady(this.#child, log), this.ended.then(() => false)]);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  held(): Promise<Held | undefined> {
    const { promise, resolve } = Promise.withResolvers<Held | undefined>();
    this.#answered = resolve;
    void this.ended.then(() => resolve(undefined));
    if (this.#child.connected) this.#child.send('held', () => {}); // if the process is gone, its end says so
    return promise;
  }
}

/** Nothing of this machine's: no credentials, no config files. */
export function environment(): NodeJS.ProcessEnv {
  const { PIPELINE_TIME_FACTOR } = process.env;
  return {
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...compileCache(),
    ...(PIPELINE_TIME_FACTOR !== undefined && { PIPELINE_TIME_FACTOR }),
  };
}

/** Reads all that it prints: a full pipe would stop it. */
function saysReady({ stdout }: ChildProcess, log: WriteStream): Promise<true> {
  return new Promise((resolve) => {
    let said = '';
    stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (said.includes('Ctrl-C stops it.')) return;
      said += text;
      if (!said.includes('Ctrl-C stops it.')) return;
      log.write(said);
      resolve(true);
    });
  });
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = LEAST_PORT + Math.floor(Math.random() * (MOST_PORT - LEAST_PORT));
    const server = createServer();
    const listening = new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (await listening) return port;
  }
}
