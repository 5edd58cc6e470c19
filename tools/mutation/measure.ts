import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { MutantResult, PartialStrykerOptions } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import { TESTS_BY_SOURCE, type TestsBySource } from './test-runner.ts';

/** A change of a source that was tried. */
export interface TriedMutant {
  /** From the root of the project. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The source's text of that line, without the spaces around it. */
  readonly lineText: string;
  /** What was changed, and into what. */
  readonly original: string;
  readonly replacement: string;
  /** The kind of change, such as `EqualityOperator`. */
  readonly mutator: string;
  /** `uncovered`: no test runs it. `ignored`: a text for people, which was not changed. `broken`: it could not be tried. */
  readonly outcome: 'killed' | 'timed out' | 'survived' | 'uncovered' | 'ignored' | 'broken';
  /** Why it is broken or timed out. */
  readonly reason?: string;
}

export interface MeasureOptions {
  /** The sources to change, with the test files for each, from the root of the project, which is the working directory. */
  readonly tests: TestsBySource;
  readonly workers: number;
}

const OUTCOMES: Readonly<Record<MutantResult['status'], TriedMutant['outcome']>> = {
  Killed: 'killed',
  Timeout: 'timed out',
  Survived: 'survived',
  NoCoverage: 'uncovered',
  Ignored: 'ignored',
  CompileError: 'broken',
  RuntimeError: 'broken',
  Pending: 'broken',
};

/**
 * Changes sources in a copy of the project, one change at a time, and runs the tests that cover it. Prints its progress.
 *
 * @throws Error if a test fails without any change
 */
export async function tryMutants({ tests, workers }: MeasureOptions): Promise<TriedMutant[]> {
  const files = Object.keys(tests);
  const options: PartialStrykerOptions = {
    mutate: files,
    [TESTS_BY_SOURCE]: tests,
    testRunner: 'native',
    ignorers: ['texts'],
    plugins: [join(import.meta.dirname, 'plugin.ts')],
    coverageAnalysis: 'perTest',
    concurrency: workers,
    // Each mutant has the modules for itself, and Node.js keeps them.
    maxTestRunnerReuse: 100,
    reporters: [process.stdout.isTTY ? 'progress' : 'progress-append-only'],
    logLevel: 'warn' as never,
    allowConsoleColors: false,
    tempDirName: join(tmpdir(), `mutation-${process.pid}`),
    cleanTempDir: 'always',
    ignorePatterns: ['docs/images', 'dist', 'cdk.out', '.cache', '.pipeline'],
    // For what blocks the process for good. Tests have limits of their own, which end sooner.
    timeoutMS: 120_000,
    dryRunTimeoutMinutes: 30,
    // It would read it with TypeScript's API, which version 7 does not have.
    tsconfigFile: 'none',
    warnings: { unknownOptions: false, slow: false, preprocessorErrors: true, unserializableOptions: true },
  };
  const results = await new Stryker(options).runMutationTest();
  const sources = new Map(files.map((file) => [file, readFileSync(file, 'utf8').split('\n')]));
  return results.map((result) => {
    const file = relative('.', result.fileName);
    return triedMutant(file, sources.get(file) ?? [], result);
  });
}

function triedMutant(file: string, lines: readonly string[], result: MutantResult): TriedMutant {
  const { location, mutatorName, replacement = '', status, statusReason } = result;
  const { start, end } = location;
  const [first = '', ...others] = lines.slice(start.line - 1, end.line);
  const upToEnd = [first, ...others].with(-1, (others.at(-1) ?? first).slice(0, end.column - 1));
  const original = [upToEnd[0]?.slice(start.column - 1), ...upToEnd.slice(1)].join('\n');
  return {
    file,
    line: start.line,
    lineText: first.trim(),
    original: onOneLine(original),
    replacement: onOneLine(replacement),
    mutator: mutatorName,
    outcome: OUTCOMES[status],
    ...(statusReason !== undefined && { reason: statusReason }),
  };
}

function onOneLine(code: string): string {
  return code.replaceAll(/\s+/g, ' ').trim();
}
