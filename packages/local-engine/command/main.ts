import { keepHeapSmall } from '../index.ts';
import { runCommand } from './command.ts';

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

keepHeapSmall();
process.exitCode = await runCommand(process.argv.slice(2), {
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
  signal: controller.signal,
});
