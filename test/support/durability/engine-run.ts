import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { compileCache, undisturbedAssembly } from '../assembly.ts';
import { TIME_FACTOR } from '../limits.ts';
import type { SeededRandom } from './random.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Journal entries of one registration, about. */
const ENTRIES_PER_USER = 40;

/** Milliseconds in which `pipeline dev` starts. */
const START_MS = 1500;

/** How a process of the engine ends, if nothing ends it before. */
export type End =
  /** `pipeline dev` is killed from outside, so many milliseconds after its start. */
  | { readonly kind: 'while-starting'; readonly ms: number }
  /** `pipeline dev` is killed from outside, when clients have so many answers. */
  | { readonly kind: 'after-answers'; readonly answers: number }
  /** The engine's process kills itself at this entry of its journal, in the midst of what it does. */
  | { readonly kind: 'at-entry'; readonly entry: number }
  /** It goes on. */
  | { readonly kind: 'none' };

/** Ends that may be anywhere in the work on so many users, one after the other. */
export function randomEnds(random: SeededRandom, kills: number, users: number): End[] {
  // Some are further than the work that is left: these end the engine when all is done.
  const share = (1.3 * users) / kills;
  return Array.from({ length: kills }, (): End => {
    const kind = random.wholeNumber(1, 4);
    if (kind === 1) return { kind: 'while-starting', ms: random.wholeNumber(0, START_MS) };
    if (kind === 2) return { kind: 'after-answers', answers: random.wholeNumber(1, Math.ceil(share)) };
    return { kind: 'at-entry', entry: random.wholeNumber(1, Math.ceil(share * ENTRIES_PER_USER)) };
  });
}

/** One life of the engine over a data folder. */
export class EngineRun {
  /** Resolves when it is gone, however. */
  readonly ended: Promise<void>;
  /** Where it answers; undefined if it was gone before. */
  readonly endpoint: Promise<string | undefined>;
  readonly #child: ChildProcess;
  #answersLeft: number;

  constructor(dataFolder: string, end: End) {
    const isCommand = end.kind === 'while-starting' || end.kind === 'after-answers';
    this.#child = isCommand ? runDev(dataFolder) : runEngine(dataFolder, end);
    this.#answersLeft = end.kind === 'after-answers' ? end.answers : Number.POSITIVE_INFINITY;
    this.ended = once(this.#child, 'exit').then(() => {});
    const ready = isCommand ? endpointOfDev(this.#child) : once(this.#child, 'message').then(([it]) => String(it));
    this.endpoint = Promise.race([ready, this.ended.then(() => undefined)]);
    if (end.kind !== 'while-starting') return;
    const timer = setTimeout(() => this.kill(), end.ms);
    void this.ended.then(() => clearTimeout(timer));
  }

  /** A client has got an answer. */
  answered(): void {
    this.#answersLeft -= 1;
    if (this.#answersLeft <= 0) this.kill();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Ends it as it should be ended. */
  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    else this.#child.kill('SIGTERM');
    await this.ended;
  }
}

function runEngine(dataFolder: string, end: End): ChildProcess {
  const killAtEntry = end.kind === 'at-entry' ? String(end.entry) : '0';
  return fork(join(import.meta.dirname, 'engine-process.ts'), [undisturbedAssembly(), dataFolder, killAtEntry]);
}

function runDev(dataFolder: string): ChildProcess {
  const args = ['dev', '--port', '0', '--assembly', undisturbedAssembly(), '--data', dataFolder, '--no-samples'];
  return spawn(process.execPath, [join(ROOT, 'cli', 'pipeline.mjs'), ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...compileCache(), ...TIME_FACTOR },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function endpointOfDev({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, endpoint] = / runs at (\S+) /.exec(said) ?? [];
      if (endpoint !== undefined) resolve(endpoint);
    });
  });
}
