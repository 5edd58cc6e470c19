import { createRequire } from 'node:module';

const { TestEnvironment } = createRequire(import.meta.url)('jest-environment-node');

/** What Jest keeps for a test file. Mocks and fake timers change the globals of Node.js itself, which its tests run on. */
export default class NativeEnvironment extends TestEnvironment {
  constructor(config: { projectConfig: object }, context: object) {
    super(config, context);
    this.moduleMocker = new this.moduleMocker.constructor(globalThis);
    this.fakeTimersModern = new this.fakeTimersModern.constructor({ config: config.projectConfig, global: globalThis });
  }
}
