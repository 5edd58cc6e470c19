/**
 * What `@jest/globals` is to test files of a mutation run: Jest's own parts (circus, expect, mocks, fake timers), without its
 * module system and its workers, so that a file can run a thousand times in one process.
 */
import { createRequire } from 'node:module';
import type { jest as Jest } from '@jest/globals';

/** A test that circus has collected. Source: `@jest/types`, `Circus.TestEntry`. */
export interface CollectedTest {
  readonly type: 'test';
  readonly name: string;
  readonly parent: CollectedBlock;
  mode: 'skip' | 'todo' | 'only' | undefined;
  readonly errors: unknown[];
  /** Milliseconds. */
  readonly duration?: number | null;
}

/** A `describe`, or the file. */
export interface CollectedBlock {
  readonly type: 'describeBlock';
  readonly name: string;
  readonly parent?: CollectedBlock;
  readonly children: readonly (CollectedBlock | CollectedTest)[];
}

/** What circus reports while it runs. Source: `@jest/types`, `Circus.Event`. */
export type CircusEvent =
  | { readonly name: 'test_start' | 'test_done'; readonly test: CollectedTest }
  | { readonly name: 'run_finish' };

/** jest-circus, which runs the tests that were declared since its state was reset. */
interface Circus {
  run(): Promise<unknown>;
  resetState(): void;
  getState(): { readonly rootDescribeBlock: CollectedBlock; readonly unhandledErrors: unknown[]; testTimeout: number };
  addEventHandler(handler: (event: CircusEvent) => void | Promise<void>): void;
  removeEventHandler(handler: (event: CircusEvent) => void | Promise<void>): void;
}

type Functions = Readonly<Record<string, unknown>>;

const require = createRequire(import.meta.url);
export const circus: Circus = require('jest-circus');
export const { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } = require('jest-circus');
const { jestExpect } = require('@jest/expect');
export const expect: typeof import('@jest/globals').expect = jestExpect;
const mocker: Functions & { restoreAllMocks(): void } = new (require('jest-mock').ModuleMocker)(globalThis);
const timers: Functions & { useRealTimers(): void } = new (require('@jest/fake-timers').ModernFakeTimers)({
  config: { fakeTimers: {}, rootDir: process.cwd() },
  global: globalThis,
});

/** @throws Error for a function of `jest` that is not of mocks or timers */
export const jest: typeof Jest = new Proxy({} as typeof Jest, {
  get: (_, name) => {
    const owner = [timers, mocker].find((each) => typeof each[String(name)] === 'function');
    if (owner === undefined) {
      throw new Error(`Tests of a mutation run have no jest.${String(name)}. Add it to tools/mutation/jest-parts.ts.`);
    }
    // Those that return nothing return `jest`, to be chained.
    return (...args: unknown[]) => Reflect.apply(owner[String(name)] as () => unknown, owner, args) ?? jest;
  },
});

/** Ends what a test file may have left: mocks and fake timers. */
export function restoreGlobals(): void {
  mocker.restoreAllMocks();
  timers.useRealTimers();
}

/** Where a test expected assertions that did not come, and errors that `expect` kept to itself. Forgets them, for the next test. */
export function missedExpectations(): unknown[] {
  const missed: readonly { readonly error: unknown }[] = jestExpect.extractExpectedAssertionsErrors();
  const { suppressedErrors = [] } = jestExpect.getState();
  jestExpect.setState({ suppressedErrors: [] });
  return [...missed.map(({ error }) => error), ...suppressedErrors];
}
