import { createRequire, enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl-C can arrive twice: from the terminal, and through the starter. */
const SAME_REQUEST_MS = 500;

const controller = new AbortController();
let requestedAt: number | undefined;
const stop = () => {
  requestedAt ??= performance.now();
  controller.abort();
  // A second request ends the process at once.
  if (performance.now() - requestedAt > SAME_REQUEST_MS) process.exit(130);
};
for (const signal of SIGNALS) process.on(signal, stop);

// Compiled modules are kept for the next start, beside the installed packages. In a folder that is read-only, none are.
const { resolve } = createRequire(import.meta.url);
const installed = dirname(dirname(resolve('node/package.json')));
enableCompileCache(join(installed, '.cache', 'compiled'));

// Only what is imported from here on is taken from there.
const { runCommand } = await import('./command.ts');
process.exitCode = await runCommand(process.argv.slice(2), {
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
  signal: controller.signal,
});
