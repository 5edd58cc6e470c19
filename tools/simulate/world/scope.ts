import { AsyncLocalStorage } from 'node:async_hooks';
import type { DirectAnswer, DirectRequest } from '../../../packages/local-engine/index.ts';

/** What belongs to one execution environment, or one command, in a process that it shares with all others. */
export interface Scope {
  /** Such as `bucket-service`, or `operator 1`. */
  readonly service: string;
  /** Its own environment variables; what its code sets is seen by no other. */
  readonly variables: Record<string, string | undefined>;
  /** Gets what its code writes to stdout and stderr, line by line. */
  readonly onLog: (line: string) => void;
  /** By how much its clock is ahead of the machine's. @default 0 */
  readonly clockAheadMs?: number;
  /** False once it was killed or hangs: nothing of it happens any more. */
  isAlive: boolean;
  /** Kills it. */
  readonly die: (errorType: string, message: string) => void;
  /** What its code finds as the global `process`. @default - that of this process, with its own variables and output */
  readonly process?: NodeJS.Process;
  /** Called with each call that it makes; gets the answer if that arrives. @default - they are not noted */
  readonly onCall?: (request: DirectRequest) => { answer?: DirectAnswer };
  /** Asks it to end, as Ctrl-C does. @default - nobody asks a function */
  readonly interrupt?: () => void;
}

const scopes = new AsyncLocalStorage<Scope | undefined>();

/** The environment whose code runs now; undefined for the engine and the simulation. */
export function currentScope(): Scope | undefined {
  return scopes.getStore();
}

/** Runs code of an environment. */
export function inScope<T>(scope: Scope, run: () => T): T {
  return scopes.run(scope, run);
}

/** Runs what is outside of all environments, such as the engine's answer to a call. */
export function outsideScopes<T>(run: () => T): T {
  return scopes.run(undefined, run);
}

/** Gives each environment its own `process.env` and output, and each command its own `process`. */
export function installScopes(): void {
  const shared = process;
  Object.defineProperty(globalThis, 'process', { get: () => currentScope()?.process ?? shared, configurable: true });
  const ofProcess = process.env;
  const variables = () => currentScope()?.variables ?? ofProcess;
  process.env = new Proxy(ofProcess, {
    get: (_target, name) => (typeof name === 'string' ? variables()[name] : undefined),
    has: (_target, name) => typeof name === 'string' && name in variables(),
    set: (_target, name, value) => {
      variables()[String(name)] = String(value);
      return true;
    },
    deleteProperty: (_target, name) => delete variables()[String(name)],
    ownKeys: () => Reflect.ownKeys(variables()),
    getOwnPropertyDescriptor: (_target, name) =>
      name in variables()
        ? { value: variables()[String(name)], enumerable: true, configurable: true, writable: true }
        : undefined,
  });
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
    stream.write = (...given: unknown[]): boolean => {
      const scope = currentScope();
      if (scope === undefined) return write(...given);
      const [text] = given;
      if (scope.isAlive) for (const line of String(text).trimEnd().split('\n')) outsideScopes(() => scope.onLog(line));
      return true;
    };
  }
}
