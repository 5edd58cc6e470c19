import { AsyncResource } from 'node:async_hooks';
import { Random } from './random.ts';
import { type Task, TimerQueue } from './timer-queue.ts';

/** Saturday, 2026-08-01 00:00:00 UTC: when every schedule begins. */
export const BEGINS_AT = Date.UTC(2026, 7, 1);

/** Turns in which a file is read, if it is in the system's memory. */
const SHORT_WAIT = 200;

/** What is really waited for, such as a module that is loaded, takes far fewer turns, of a millisecond each. */
const MOST_IDLE = 60_000;

/** Steps for each round of the event loop, which costs ten times as much as the turn between two of them. */
const STEPS_IN_ROUND = 32;

/** Who asks again and again whether something has happened takes time with it. */
const MOST_AT_ONCE = 200;

const realImmediate = setImmediate;
const realTimeout = setTimeout;

/**
 * The one source of time, order and chance in a simulated process. It stands behind JavaScript's and Node.js's own functions, so that
 * the services, the SDK and the engine need not know of it. Time passes only when nothing is left to do now, and then at once, to
 * the next timer.
 */
export class World {
  /** Decides identifiers and jitter. A schedule gives it its seed. */
  random = new Random('');
  #now = BEGINS_AT;
  #aheadMs = 0;
  #clockSets = 0;
  #lastId = 0;
  #immediates: Task[] = [];
  readonly #timers = new TimerQueue();
  #frozen = 0;
  /** What ran since time passed. */
  #atOnce = 0;
  readonly #mayRun: () => boolean;

  /** @param mayRun asked before each timer, in the context in which it was set: what set it may be dead */
  constructor(mayRun: () => boolean = () => true) {
    this.#mayRun = mayRun;
  }

  /** Milliseconds since the Unix epoch. They only grow, whatever clocks show. */
  get now(): number {
    return this.#now;
  }

  /** By how much the machine's clock is ahead, in milliseconds: it may be set forward or back. Timers do not depend on it. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** What the machine's clock shows, in milliseconds since the Unix epoch. */
  get clock(): number {
    return this.#now + this.#aheadMs;
  }

  /** How often the machine's clock was set. */
  get clockSets(): number {
    return this.#clockSets;
  }

  /** Sets the machine's clock. @param ms forward; less than 0 for back */
  setClock(ms: number): void {
    this.#aheadMs += ms;
    this.#clockSets += 1;
  }

  /** Forgets everything of the schedule before. */
  begin(seed: string): void {
    this.random = new Random(seed);
    this.#now = BEGINS_AT;
    this.#aheadMs = 0;
    this.#clockSets = 0;
    this.#lastId = 0;
    this.#immediates = [];
    this.#timers.clear();
    this.#atOnce = 0;
  }

  /** Calls `run` once, `ms` milliseconds from now. */
  after(ms: number, run: () => void): Task {
    const task = this.#task(Math.max(1, Math.trunc(ms) || 0), run);
    this.#timers.add(task);
    return task;
  }

  cancel(id: number): void {
    this.#timers.remove(id);
  }

  /** Calls `run` once what is under way has come to rest, at the same time. */
  soon(run: () => void): Task {
    const task = this.#task(0, run);
    this.#immediates.push(task);
    return task;
  }

  cancelSoon(id: number): void {
    this.#immediates = this.#immediates.filter((task) => task.id !== id);
  }

  /** Resolves after `ms` milliseconds of this world. */
  pass(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** The same, but ends at once with an error when `signal` is aborted, as `setTimeout` of `node:timers/promises` does. */
  passUnless(signal: AbortSignal | undefined, ms: number): Promise<void> {
    if (signal === undefined) return this.pass(ms);
    return new Promise((resolve, reject) => {
      const aborted = () => {
        this.cancel(timer.id);
        reject(new DOMException('The operation was aborted', 'AbortError'));
      };
      const timer = this.after(ms, () => {
        signal.removeEventListener('abort', aborted);
        resolve();
      });
      if (signal.aborted) aborted();
      else signal.addEventListener('abort', aborted, { once: true });
    });
  }

  /** Does something that takes real time, such as loading a module: until it is done nothing else happens in the world. */
  async frozen<T>(work: () => Promise<T>): Promise<T> {
    this.#frozen += 1;
    try {
      return await work();
    } finally {
      this.#frozen -= 1;
    }
  }

  /**
   * Lets the world go on until `work` is done.
   * @throws Error when nothing can happen any more and it is not done
   */
  async until<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const noted = work.finally(() => {
      isDone = true;
    });
    noted.catch(() => {});
    await this.#goOn(() => isDone || undefined);
    return noted;
  }

  /**
   * Lets the world go on until nothing is left to do within `ms` milliseconds.
   * @param mostMs ends it in any case
   * @param until Unix epoch milliseconds until which something will happen, whatever is left to do. @default - nothing will
   */
  rest(ms: number, mostMs: number, until = 0): Promise<'at rest' | 'busy'> {
    const end = Math.max(this.#now, until) + mostMs;
    return this.#goOn(() => {
      if (this.#isWaiting || this.#immediates.length > 0) return undefined;
      const next = this.#timers.next;
      if (next === undefined || next.due > Math.max(this.#now + ms, until)) return 'at rest';
      return next.due > end ? 'busy' : undefined;
    });
  }

  /**
   * Lets the world go on, step by step, and between two steps everything that is under way: promises and ticks.
   * @param ended asked before each step; ends it with what it returns
   * @throws Error when nothing will ever happen
   */
  #goOn<T>(ended: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      let idle = 0;
      let isOver = false;
      let isStuck = false;
      const over = (settle: () => void) => {
        isOver = true;
        settle();
      };
      const step = () => {
        if (isOver || isStuck) return;
        try {
          const end = ended();
          if (end !== undefined) return over(() => resolve(end));
          isStuck = !this.#step();
          idle = isStuck ? idle + 1 : 0;
        } catch (error) {
          over(() => reject(error));
        }
      };
      const round = () => {
        if (isOver) return;
        if (idle > MOST_IDLE) return over(() => reject(new Error('The simulated world has come to a stop.')));
        isStuck = false;
        // What takes real time gets the processor.
        if (idle >= SHORT_WAIT) return void realTimeout(turns, 1);
        turns();
      };
      const turns = () => {
        const steps = idle === 0 ? STEPS_IN_ROUND : 1;
        for (let count = 0; count < steps; count++) realImmediate(step);
        // No step is the last turn: Node.js runs what follows that one from elsewhere, and stack traces show it.
        realImmediate(round);
      };
      round();
    });
  }

  /** In the context in which it is set, as a timer of Node.js. */
  #task(ms: number, run: () => void): Task {
    const context = new AsyncResource('SimulatedTimer');
    const runIfAlive = () => {
      if (this.#mayRun()) run();
    };
    return { id: ++this.#lastId, due: this.#now + ms, run: () => context.runInAsyncScope(runIfAlive) };
  }

  /** For something that really takes time. */
  get #isWaiting(): boolean {
    return this.#frozen > 0 || isReading();
  }

  /** Runs what is next. @returns false if there is nothing, or not yet */
  #step(): boolean {
    if (this.#isWaiting) return false;
    const isTimeUp = this.#atOnce >= MOST_AT_ONCE && this.#timers.next !== undefined;
    const immediate = isTimeUp ? undefined : this.#immediates.shift();
    if (immediate !== undefined) {
      this.#atOnce += 1;
      immediate.run();
      return true;
    }
    this.#atOnce = 0;
    const timer = this.#timers.take();
    if (timer === undefined) return false;
    this.#now = Math.max(this.#now, timer.due);
    timer.run();
    return true;
  }
}

/** Whether a file is read or written: clients look for settings of the machine. That takes no time of the world. */
function isReading(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq') || name === 'CloseReq');
}
