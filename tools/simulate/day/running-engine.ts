import { AsyncLocalStorage } from 'node:async_hooks';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DirectAnswer,
  type DirectRequest,
  type Engine,
  type EngineOptions,
  startEngine,
} from '../../../packages/local-engine/index.ts';
import { Life } from '../world/life.ts';

/** What a client gets while no engine runs. */
const GONE: DirectAnswer = { status: 503, headers: {}, body: Buffer.from('{"__type":"ServiceUnavailable"}') };

interface Running {
  readonly engine: Engine;
  readonly life: Life;
  /** Absent if nothing is kept. */
  readonly folder?: string;
}

/** The engine of a day. It may be killed, and started again from what its data folder holds. */
export class RunningEngine {
  readonly #options: EngineOptions;
  #running: Running;
  #state: 'up' | 'down' | 'starting' = 'up';
  readonly #onRestart: ((engine: Engine) => void)[] = [];
  readonly #onAnswer = new Map<number, () => void>();
  #answers = 0;

  private constructor(options: EngineOptions, running: Running) {
    this.#options = options;
    this.#running = running;
  }

  /** @param keeps whether it has a data folder; without one it cannot be killed */
  static async start(options: EngineOptions, keeps: boolean): Promise<RunningEngine> {
    return new RunningEngine(options, await start(options, keeps ? newFolder() : undefined));
  }

  /** The one that runs now, or ran last. */
  get engine(): Engine {
    return this.#running.engine;
  }

  /**
   * Calls `act` when the engine, or one after it, has given its n-th answer, and what that leads to at once is done.
   * @returns a function that takes that back
   */
  onAnswer(nth: number, act: () => void): () => void {
    // Not as a part of the engine, or of the function that has asked: they may end with it.
    this.#onAnswer.set(nth, AsyncLocalStorage.bind(act));
    return () => void this.#onAnswer.delete(nth);
  }

  /** Answers a client's request. */
  async exchange(request: DirectRequest): Promise<DirectAnswer> {
    const answer = await this.engine.exchange(request);
    this.#answers += 1;
    const act = this.#onAnswer.get(this.#answers);
    if (act !== undefined) setImmediate(act);
    return answer;
  }

  /** Does something to the running engine from inside, as a part of it; nothing if none runs. */
  inside(act: (engine: Engine) => void): void {
    const { engine, life } = this.#running;
    if (this.#state === 'up') void life.during(async () => act(engine));
  }

  /** Calls `listener` with each engine that is started again, before anything happens in it. */
  onRestart(listener: (engine: Engine) => void): void {
    this.#onRestart.push(listener);
  }

  /** Kills the engine with its functions, as `kill -9` does. Does nothing if none runs, or one starts. @throws Error without a data folder */
  kill(): void {
    const { engine, life, folder } = this.#running;
    if (folder === undefined)
      throw new Error('An engine without a data folder cannot be killed: nothing would be left.');
    if (this.#state !== 'up') return;
    this.#state = 'down';
    life.end();
    // The files as they are now, with the change log: what is not committed is in none of them.
    const left = newFolder();
    cpSync(folder, left, { recursive: true });
    engine.services.storage.abandon();
    rmSync(folder, { recursive: true });
    this.#running = { engine, life, folder: left };
  }

  /** Starts it again. Does nothing if one runs. */
  async startAgain(): Promise<void> {
    if (this.#state !== 'down') return;
    this.#state = 'starting';
    this.#running = await start(this.#options, this.#running.folder);
    this.#state = 'up';
    for (const listener of this.#onRestart) listener(this.engine);
  }

  async stop(): Promise<void> {
    const { engine, life, folder } = this.#running;
    await life.during(() => engine.stop());
    if (folder !== undefined) rmSync(folder, { recursive: true });
  }
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'pipeline-simulation-data-'));
}

async function start(options: EngineOptions, folder: string | undefined): Promise<Running> {
  const life = new Life();
  const started = await life.during(() =>
    startEngine({ ...options, ...(folder !== undefined && { dataFolder: folder }) }),
  );
  if (started === undefined) throw new Error('The engine was killed while it started.');
  // They would be evaluated every minute, for nobody.
  started.services.alarms.stop();
  const exchange: Engine['exchange'] = async (request) => (await life.during(() => started.exchange(request))) ?? GONE;
  const engine: Engine = Object.create(started, { exchange: { value: exchange } });
  return { engine, life, ...(folder !== undefined && { folder }) };
}
