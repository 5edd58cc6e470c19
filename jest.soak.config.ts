import type { Config } from 'jest';
import config, { shared } from './jest.config.ts';

/** What takes minutes: `npm run test:soak`. */
const soak: Config = {
  ...config,
  projects: [
    {
      ...shared,
      displayName: 'soak',
      testMatch: ['<rootDir>/test/soak/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/assembly.ts',
      globalTeardown: '<rootDir>/test/support/remove-assembly.ts',
    },
  ],
};

export default soak;
