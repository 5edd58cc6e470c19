import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { Random } from './random.ts';

const require = createRequire(import.meta.url);

/** Saturday, 2026-08-01 00:00:00 UTC: when every schedule begins. */
export const BEGINS_AT = Date.UTC(2026, 7, 1);

/** What is really waited for in a frozen world, such as the loading of a module, takes far less. */
const STUCK_AFTER_MS = 60_000;

/** Who asks again and again whether something has happened takes time with it. */
const MOST_AT_ONCE = 200;

const realNow = Date.now;
const realImmediate = setImmediate;
const RealDate = Date;

interface Task {
  readonly id: number;
  readonly due: number;
  readonly run: () => void;
}

/**
 * The one source of time, order and chance in a simulated process. It stands behind JavaScript's and Node.js's own functions, so that
 * the services, the SDK and the engine need not know of it. Time passes only when nothing is left to do now, and then at once, to
 * the next timer.
 */
export class World {
  /** Decides identifiers and jitter. A schedule gives it its seed. */
  random = new Random('');
  #now = BEGINS_AT;
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

  /** Milliseconds since the Unix epoch. */
  get now(): number {
    return this.#now;
  }

  /** Forgets everything of the schedule before. */
  begin(seed: string): void {
    this.random = new Random(seed);
    this.#now = BEGINS_AT;
    this.#lastId = 0;
    this.#immediates = [];
    this.#timers.clear();
    this.#atOnce = 0;
  }

  /** Calls `run` once, `ms` milliseconds from now. */
  after(ms: number, run: () => void): Task {
    const task = { id: ++this.#lastId, due: this.#now + Math.max(1, Math.trunc(ms) || 0), run: this.#bound(run) };
    this.#timers.add(task);
    return task;
  }

  cancel(id: number): void {
    this.#timers.remove(id);
  }

  /** Calls `run` once what is under way has come to rest, at the same time. */
  soon(run: () => void): Task {
    const task = { id: ++this.#lastId, due: this.#now, run: this.#bound(run) };
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
    let idleSince: number | undefined;
    while (!isDone) {
      await turn();
      if (isDone) break;
      if (this.#frozen === 0 && this.#step()) idleSince = undefined;
      else {
        idleSince ??= realNow();
        if (realNow() - idleSince > STUCK_AFTER_MS) throw new Error('The simulated world has come to a stop.');
      }
    }
    return noted;
  }

  /**
   * Lets the world go on until nothing is left to do within `ms` milliseconds.
   * @param mostMs ends it in any case
   * @param until Unix epoch milliseconds until which something will happen, whatever is left to do. @default - nothing will
   */
  async rest(ms: number, mostMs: number, until = 0): Promise<'at rest' | 'busy'> {
    const end = Math.max(this.#now, until) + mostMs;
    for (;;) {
      await turn();
      if (this.#frozen > 0) continue;
      if (this.#immediates.length === 0) {
        const next = this.#timers.next;
        if (next === undefined || next.due > Math.max(this.#now + ms, until)) {
          if (isReading()) continue;
          return 'at rest';
        }
        if (next.due > end) return 'busy';
      }
      this.#step();
    }
  }

  #bound(run: () => void): () => void {
    return AsyncLocalStorage.bind(() => {
      if (this.#mayRun()) run();
    });
  }

  /** Runs what is next. @returns false if there is nothing */
  #step(): boolean {
    const isWaiting = this.#atOnce >= MOST_AT_ONCE && this.#timers.next !== undefined;
    const immediate = isWaiting ? undefined : this.#immediates.shift();
    if (immediate !== undefined) {
      this.#atOnce += 1;
      immediate.run();
      return true;
    }
    this.#atOnce = 0;
    if (isReading()) return false;
    const timer = this.#timers.take();
    if (timer === undefined) return false;
    this.#now = Math.max(this.#now, timer.due);
    timer.run();
    return true;
  }

  /** Puts this world behind the functions of JavaScript and Node.js. For the rest of the process: what was loaded before keeps some. */
  install(): void {
    const world = this;
    class SimulatedDate extends RealDate {
      constructor(...given: unknown[]) {
        // What Date's overloads take is what the caller gave.
        super(...((given.length === 0 ? [world.now] : given) as [number]));
      }
      static override now(): number {
        return world.now;
      }
      static override [Symbol.hasInstance](value: unknown): boolean {
        return Object.prototype.toString.call(value) === '[object Date]';
      }
    }
    const handle = (task: Task) => new Handle(task.id);
    const set = (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
      handle(world.after(ms, () => run(...given)));
    const repeat = (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) => {
      const again = () => {
        repeated.id = world.after(ms, again).id;
        run(...given);
      };
      const repeated = handle(world.after(ms, again));
      return repeated;
    };
    const immediately = (run: (...given: unknown[]) => void, ...given: unknown[]) =>
      handle(world.soon(() => run(...given)));
    const clear = (timer: unknown) => world.cancel(Number(timer ?? 0));
    const clearSoon = (timer: unknown) => world.cancelSoon(Number(timer ?? 0));
    const timers = {
      setTimeout: set,
      setInterval: repeat,
      setImmediate: immediately,
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: clearSoon,
    };
    Object.assign(globalThis, { Date: SimulatedDate, ...timers });
    Object.assign(require('node:timers'), timers);
    Object.assign(require('node:timers/promises'), {
      setTimeout: (ms: number, value: unknown, { signal }: { readonly signal?: AbortSignal } = {}) =>
        world.passUnless(signal, ms).then(() => value),
      setImmediate: (value: unknown) => new Promise((resolve) => world.soon(() => resolve(value))),
    });
    Object.defineProperty(performance, 'now', { value: () => world.now - BEGINS_AT, configurable: true });
    Math.random = () => world.random.fraction();
    const chance = {
      randomUUID: () => world.random.uuid(),
      randomBytes: (size: number) => {
        const bytes = Buffer.alloc(size);
        world.random.fill(bytes);
        return bytes;
      },
      getRandomValues: <T extends ArrayBufferView>(view: T): T => {
        world.random.fill(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
        return view;
      },
    };
    const { getRandomValues: _, ...replaceable } = chance;
    Object.assign(require('node:crypto'), replaceable);
    for (const name of ['randomUUID', 'getRandomValues'] as const) {
      Object.defineProperty(globalThis.crypto, name, { value: chance[name], configurable: true });
    }
    syncBuiltinESMExports();
  }
}

/** Lets everything run that is under way: promises and ticks, which run before this. */
function turn(): Promise<void> {
  return new Promise((resolve) => realImmediate(resolve));
}

/** Whether a file is read or written: clients look for settings of the machine. That takes no time of the world. */
function isReading(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq') || name === 'CloseReq');
}

/** What the timer functions return, so far as it is used. */
class Handle {
  id: number;

  constructor(id: number) {
    this.id = id;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
  [Symbol.toPrimitive](): number {
    return this.id;
  }
}

/** Timers by time, those of the same time in the order in which they were set. */
class TimerQueue {
  readonly #heap: Task[] = [];
  readonly #removed = new Set<number>();
  readonly #waiting = new Set<number>();

  clear(): void {
    this.#heap.length = 0;
    this.#removed.clear();
    this.#waiting.clear();
  }

  add(task: Task): void {
    this.#waiting.add(task.id);
    const heap = this.#heap;
    let place = heap.push(task) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(task, heap[parent] as Task)) break;
      heap[place] = heap[parent] as Task;
      place = parent;
    }
    heap[place] = task;
  }

  /** Does nothing if it has fired. */
  remove(id: number): void {
    if (this.#waiting.delete(id)) this.#removed.add(id);
  }

  get next(): Task | undefined {
    while (this.#heap[0] !== undefined && this.#removed.delete(this.#heap[0].id)) this.#pop();
    return this.#heap[0];
  }

  take(): Task | undefined {
    const { next } = this;
    if (next === undefined) return undefined;
    this.#waiting.delete(next.id);
    this.#pop();
    return next;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child] as Task)) child += 1;
      if (!isBefore(heap[child] as Task, last)) break;
      heap[place] = heap[child] as Task;
      place = child;
    }
    heap[place] = last;
  }
}

function isBefore(one: Task, other: Task): boolean {
  return one.due < other.due || (one.due === other.due && one.id < other.id);
}
