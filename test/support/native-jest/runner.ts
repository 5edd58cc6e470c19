/**
 * Runs test files as Node.js runs any module: no transform, and modules that a worker has loaded once serve all files after.
 * Jest's own way, a new realm for each file that loads all modules again, took a third of the time of all tests.
 *
 * Jest and its circus do the rest: workers, hooks, limits, mocks, reports. A file that needs a module anew imports it with a
 * query, such as `handler.ts?2`.
 */
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { useGlobals } from './globals.ts';

interface Runtime {
  setGlobalsForRuntime(globals: object): void;
  requireModuleOrMock(from: string, module: '@jest/globals'): typeof import('@jest/globals');
  enterTestCode(): void;
  leaveTestCode(): void;
}

const require = createRequire(import.meta.url);
const { default: runCircus } = require('jest-circus/runner');
const globals = new URL('./globals.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url: globals, shortCircuit: true } : next(specifier, context),
});

/** Source: Jest, configuration, testRunner; jest-circus, jestAdapter, which uses these of a runtime's methods. */
export default async function runNatively(
  globalConfig: object,
  config: object,
  environment: object,
  runtime: Runtime,
  testPath: string,
  ...more: unknown[]
): Promise<object> {
  const native = {
    // Circus keeps the tests of one file.
    requireInternalModule: (path: string) => {
      delete require.cache[path];
      return require(path);
    },
    requireModule: require,
    setGlobalsForRuntime: (circus: object) => {
      runtime.setGlobalsForRuntime(circus);
      useGlobals(runtime.requireModuleOrMock(testPath, '@jest/globals'));
    },
    unstable_shouldLoadAsEsm: () => true,
    unstable_importModule: (path: string) => import(pathToFileURL(path).href),
    enterTestCode: () => runtime.enterTestCode(),
    leaveTestCode: () => runtime.leaveTestCode(),
  };
  const { exitCode, env } = process;
  process.env = { ...env };
  try {
    return await runCircus(globalConfig, config, environment, native, testPath, ...more);
  } finally {
    Object.assign(process, { exitCode, env });
  }
}
