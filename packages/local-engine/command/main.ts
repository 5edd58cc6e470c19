import { runCommand } from './command.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const controller = new AbortController();
const stop = () => {
  // The next signal ends the process at once.
  for (const signal of SIGNALS) process.off(signal, stop);
  controller.abort();
};
for (const signal of SIGNALS) process.on(signal, stop);

process.exitCode = await runCommand(process.argv.slice(2), {
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
  signal: controller.signal,
});
