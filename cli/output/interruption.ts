import { note } from './output.ts';

/** The exit code of a command that was stopped: 128 and the number of SIGINT, as shells have it. */
const INTERRUPTED = 130;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl-C can arrive twice: from the terminal, and passed on by npm. */
const SAME_REQUEST_MS = 500;

/**
 * Runs work that can be stopped. Its signal is aborted at the first request to stop, by Ctrl-C or by another signal that asks
 * a process to end. The second request ends the process at once.
 */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let requestedAt: number | undefined;
  const onSignal = () => {
    requestedAt ??= performance.now();
    controller.abort();
    if (performance.now() - requestedAt > SAME_REQUEST_MS) process.exit(INTERRUPTED);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

/** Sets the exit code of a command that was stopped. @param text what is left as it was, or how to continue */
export function endInterrupted(text?: string): void {
  if (text !== undefined) note(`stopped: ${text}\n`);
  process.exitCode = INTERRUPTED;
}
