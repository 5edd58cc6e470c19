import { createRequire, syncBuiltinESMExports } from 'node:module';
import { currentScope } from './scope.ts';
import { BEGINS_AT, type World } from './world.ts';

const require = createRequire(import.meta.url);

const RealDate = Date;

type Run = (...given: unknown[]) => void;

/** Puts a world behind the functions of JavaScript and Node.js. For the rest of the process: what was loaded before keeps some. */
export function installWorld(world: World): void {
  Object.assign(globalThis, { Date: dateOf(world) });
  Object.defineProperty(performance, 'now', { value: () => world.now - BEGINS_AT, configurable: true });
  replaceTimers(world);
  replaceChance(world);
  syncBuiltinESMExports();
}

function dateOf(world: World): typeof Date {
  return class SimulatedDate extends RealDate {
    constructor(...given: unknown[]) {
      // What Date's overloads take is what the caller gave.
      super(...((given.length === 0 ? [shownBy(world)] : given) as [number]));
    }
    static override now(): number {
      return shownBy(world);
    }
    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof RealDate;
    }
  } as typeof Date;
}

/** Who runs now may have a clock that is not the machine's. */
function shownBy(world: World): number {
  return world.clock + (currentScope()?.clockAheadMs ?? 0);
}

function replaceTimers(world: World): void {
  const timers = {
    setTimeout: (run: Run, ms = 0, ...given: unknown[]) => new Handle(world.after(ms, () => run(...given)).id),
    setInterval: (run: Run, ms = 0, ...given: unknown[]) => {
      const again = () => {
        repeated.id = world.after(ms, again).id;
        run(...given);
      };
      const repeated = new Handle(world.after(ms, again).id);
      return repeated;
    },
    setImmediate: (run: Run, ...given: unknown[]) => new Handle(world.soon(() => run(...given)).id),
    clearTimeout: (timer: unknown) => world.cancel(Number(timer ?? 0)),
    clearInterval: (timer: unknown) => world.cancel(Number(timer ?? 0)),
    clearImmediate: (timer: unknown) => world.cancelSoon(Number(timer ?? 0)),
  };
  Object.assign(globalThis, timers);
  Object.assign(require('node:timers'), timers);
  Object.assign(require('node:timers/promises'), {
    setTimeout: (ms: number, value: unknown, { signal }: { readonly signal?: AbortSignal } = {}) =>
      world.passUnless(signal, ms).then(() => value),
    setImmediate: (value: unknown) => new Promise((resolve) => world.soon(() => resolve(value))),
  });
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

function replaceChance(world: World): void {
  Math.random = () => world.random.fraction();
  const randomUUID = () => world.random.uuid();
  const randomBytes = (size: number) => {
    const bytes = Buffer.alloc(size);
    world.random.fill(bytes);
    return bytes;
  };
  const getRandomValues = <T extends ArrayBufferView>(view: T): T => {
    world.random.fill(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    return view;
  };
  Object.assign(require('node:crypto'), { randomUUID, randomBytes });
  for (const [name, value] of Object.entries({ randomUUID, getRandomValues })) {
    Object.defineProperty(globalThis.crypto, name, { value, configurable: true });
  }
}
