/**
 * Runs test files as Node.js runs any module: without a transform, and a worker loads the modules of the project once for all
 * its files. Jest's own way, a realm for each file that loads everything again, took a third of the time of all tests.
 *
 * Jest and its circus do the rest: workers, hooks, limits, mocks, reports. Modules in test/ are loaded for each file, since they
 * may keep what belongs to it and register hooks. A file that needs another module anew imports it with a query: `handler.ts?2`.
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
const GLOBALS = new URL('./globals.ts', import.meta.url).href;
const TESTS = new URL('../../', import.meta.url).href;
/** What circus keeps of a file's tests, on the global object. */
const KEPT = new Set(['JEST_STATE_SYMBOL', 'EVENT_HANDLERS']);
let files = 0;

registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier === '@jest/globals') return { url: GLOBALS, shortCircuit: true };
    const resolved = next(specifier, context);
    return resolved.url.startsWith(TESTS) ? { ...resolved, url: `${resolved.url}?file=${files}` } : resolved;
  },
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
  files++;
  const { exitCode, env } = process;
  process.env = { ...env };
  try {
    return await runCircus(globalConfig, config, environment, native, testPath, ...more);
  } finally {
    Object.assign(process, { exitCode, env });
    for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
      if (KEPT.has(symbol.description ?? '')) Reflect.deleteProperty(globalThis, symbol);
    }
  }
}
