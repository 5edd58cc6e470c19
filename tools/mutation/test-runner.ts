import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { MutantCoverage, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, tokens } from '@stryker-mutator/api/plugin';
import {
  type DryRunOptions,
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  type TestRunnerCapabilities,
  TestStatus,
} from '@stryker-mutator/api/test-runner';
import { type TestOutcome, TestSession } from './test-session.ts';

/** What the instrumented code reads and writes. Source: Stryker's instrumenter, `instrument-helpers`. */
interface Instrumented {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: { static: Counts; perTest: Record<string, Counts> } | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
}
type Counts = Record<string, number>;

/** The test files for each source, as an option of a run. */
export const TESTS_BY_SOURCE = 'testsBySource';

/** Sources and tests by their names from the root of the project. */
export type TestsBySource = Readonly<Record<string, readonly string[]>>;

/** Where the first run leaves how long each file took, for the processes that try the mutants. In the copy of the project. */
const DURATIONS = '.test-durations.json';

/** Milliseconds for a test that takes no time without a mutant, and how many times what it takes otherwise. */
const LEAST_LIMIT = 5_000;
const LIMIT_FACTOR = 20;
/** For the first run, without a mutant: nothing hangs. */
const NO_LIMIT = 2 ** 31 - 1;

/**
 * Runs the project's tests for Stryker, in one process for many mutants, natively.
 *
 * Each mutant gets the project's modules anew, with the mutant active from the start. So one that is evaluated when a module is loaded
 * is like any other: the tests that cover it are those of the files that load the module.
 */
export class NativeTestRunner implements TestRunner {
  static readonly inject = tokens(commonTokens.options);
  readonly #tests: TestsBySource;
  readonly #session = new TestSession(process.cwd());
  readonly #instrumented: Instrumented;
  #durations: ReadonlyMap<string, number> | undefined;
  #mayBeBusy = false;

  constructor(options: StrykerOptions) {
    this.#tests = options[TESTS_BY_SOURCE] as TestsBySource;
    const ofProcess = globalThis as { __stryker__?: Instrumented };
    ofProcess.__stryker__ ??= {};
    this.#instrumented = ofProcess.__stryker__;
  }

  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: true };
  }

  async dryRun({ coverageAnalysis }: DryRunOptions): Promise<DryRunResult> {
    const perTest: Record<string, Counts> = {};
    const tests: TestResult[] = [];
    const durations: [string, number][] = [];
    for (const file of new Set(Object.values(this.#tests).flat())) {
      const start = performance.now();
      this.#instrumented.mutantCoverage = { static: {}, perTest: {} };
      this.#session.startRun();
      const outcomes = await this.#session.run(resolve(file), {
        stopsAtFailure: false,
        limit: NO_LIMIT,
        onTest: (id) => {
          this.#instrumented.currentTestId = id;
        },
      });
      durations.push([file, performance.now() - start]);
      const ofFile = this.#instrumented.mutantCoverage;
      for (const { id } of outcomes) perTest[id] = sum(ofFile.static, ofFile.perTest[id]);
      tests.push(...outcomes.map((outcome) => resultOf(outcome, file)));
    }
    this.#instrumented.mutantCoverage = undefined;
    writeFileSync(DURATIONS, JSON.stringify(durations));
    const mutantCoverage: MutantCoverage = { static: {}, perTest };
    return { status: DryRunStatus.Complete, tests, ...(coverageAnalysis === 'perTest' && { mutantCoverage }) };
  }

  async mutantRun({
    activeMutant,
    sandboxFileName,
    testFilter = [],
    hitLimit,
  }: MutantRunOptions): Promise<MutantRunResult> {
    // What a test left running would disturb the next ones. Stryker starts another process and tries again.
    if (this.#mayBeBusy) throw new Error('A test of an earlier mutant may still run in this process.');
    const only = new Set(testFilter);
    let nrOfTests = 0;
    this.#session.startRun();
    Object.assign(this.#instrumented, { activeMutant: activeMutant.id, hitCount: hitLimit && 0, hitLimit });
    try {
      for (const [file, duration] of this.#quickestFirst(relative(process.cwd(), sandboxFileName), only)) {
        const limit = LEAST_LIMIT + LIMIT_FACTOR * duration;
        const outcomes = await this.#session.run(resolve(file), { only, stopsAtFailure: true, limit });
        nrOfTests += outcomes.length;
        const endless = determineHitLimitReached(this.#instrumented.hitCount, hitLimit);
        const failed = outcomes.find(({ failure }) => failure !== undefined);
        this.#mayBeBusy = endless !== undefined || outcomes.some(({ isOverdue }) => isOverdue);
        if (endless !== undefined) return { status: MutantRunStatus.Timeout, reason: endless.reason ?? '' };
        if (failed?.isOverdue) return { status: MutantRunStatus.Timeout, reason: `${failed.id}: over ${limit} ms` };
        if (failed === undefined) continue;
        const { id, failure = '' } = failed;
        return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage: failure, nrOfTests };
      }
      return { status: MutantRunStatus.Survived, nrOfTests };
    } finally {
      Object.assign(this.#instrumented, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined });
    }
  }

  /** Of the files for a source those with these tests, with the milliseconds that each takes. */
  #quickestFirst(source: string, tests: ReadonlySet<string>): (readonly [string, number])[] {
    this.#durations ??= new Map(JSON.parse(readFileSync(join(process.cwd(), DURATIONS), 'utf8')));
    const files = new Set([...tests].map((id) => id.slice(0, id.indexOf(' '))));
    return (this.#tests[source] ?? [])
      .filter((file) => files.has(file))
      .map((file) => [file, this.#durations?.get(file) ?? 0] as const)
      .sort(([, one], [, other]) => one - other);
  }
}

function sum(one: Counts, other: Counts = {}): Counts {
  const total = { ...one };
  for (const [mutant, count] of Object.entries(other)) total[mutant] = (total[mutant] ?? 0) + count;
  return total;
}

function resultOf({ id, duration, failure }: TestOutcome, fileName: string): TestResult {
  const test = { id, name: id, timeSpentMs: duration, fileName: resolve(fileName) };
  return failure === undefined
    ? { ...test, status: TestStatus.Success }
    : { ...test, status: TestStatus.Failed, failureMessage: failure };
}
