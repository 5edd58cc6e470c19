import { availableParallelism, totalmem } from 'node:os';
import type { Config } from 'jest';
import { TEST_MS, TIME_FACTOR } from './test/support/limits.ts';

// Workers, and what tests start, find it in their environment.
Object.assign(process.env, TIME_FACTOR);

export const shared = {
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testEnvironment: '<rootDir>/test/support/native-jest/environment.ts',
  testRunner: '<rootDir>/test/support/native-jest/runner.ts',
  transform: {},
} satisfies Config;

/**
 * What a worker may need, with the engine in it, its functions, and the commands that a test runs beside it, such as the
 * scaffold's, which type-checks, lints, tests and synthesizes a copy of the project. An estimate: on the safe side.
 */
const MEMORY_OF_WORKER = 2 * 2 ** 30;

const config: Config = {
  // One more than there are cores, since many tests wait for processes and timers.
  maxWorkers: Math.max(1, Math.min(availableParallelism() + 1, Math.floor(memory() / MEMORY_OF_WORKER))),
  testTimeout: TEST_MS,
  // One that has loaded the engine takes up to a second to free its memory; Jest gives it half a second.
  workerGracefulExitTimeout: 10_000,
  testSequencer: '<rootDir>/test/support/slowest-first.ts',
  projects: [
    {
      ...shared,
      displayName: 'units',
      testMatch: ['<rootDir>/test/{unit,contract,infrastructure}/**/*.test.ts'],
    },
    {
      ...shared,
      displayName: 'pipeline',
      testMatch: ['<rootDir>/test/{pipeline,console}/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/assembly.ts',
      globalTeardown: '<rootDir>/test/support/remove-assembly.ts',
    },
    {
      ...shared,
      displayName: 'drills',
      testMatch: ['<rootDir>/test/drills/**/*.test.ts'],
      globalSetup: '<rootDir>/test/drills/support/deployments.ts',
      globalTeardown: '<rootDir>/test/drills/support/remove-deployments.ts',
    },
  ],
};

/** The bytes that this process and its children may have, where a container has fewer than the machine. */
function memory(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

export default config;
