import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { endWithStarter } from './starter.mjs';

endWithStarter();

// Compiled modules are kept for the next start, and for the processes that this one starts. Node.js compares each with its
// source; `npm ci` removes them all. In a folder that is read-only, nothing is kept.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '..', 'node_modules', '.cache', 'compiled');
enableCompileCache();

// Only what is imported from here on is taken from there.
const [{ runProgram }, { createProgram }] = await Promise.all([
  import('./output/run-program.ts'),
  import('./program.ts'),
]);
await runProgram(createProgram());
