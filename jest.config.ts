import { availableParallelism } from 'node:os';
import type { Config } from 'jest';
import { TEST_MS, TIME_FACTOR } from './test/support/limits.ts';

// Workers, and what tests start, find it in their environment.
Object.assign(process.env, TIME_FACTOR);

export const shared = {
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } }],
  },
} satisfies Config;

const config: Config = {
  // One more than cores: tests of the running pipeline wait for processes half of their time.
  maxWorkers: availableParallelism() + 1,
  testTimeout: TEST_MS,
  projects: [
    {
      ...shared,
      displayName: 'units',
      testMatch: ['<rootDir>/test/{unit,contract,infrastructure}/**/*.test.ts'],
    },
    {
      ...shared,
      displayName: 'local',
      testMatch: ['<rootDir>/test/local/**/*.test.ts'],
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

export default config;
