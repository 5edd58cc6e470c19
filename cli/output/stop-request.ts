export interface StopRequest {
  /** Aborted by Ctrl-C and by signals that ask for an end. */
  readonly signal: AbortSignal;
  /** Leaves the signals to Node.js again. */
  done(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export const EXIT_CODE_OF_CTRL_C = 130;

/** One Ctrl-C can arrive twice: from the terminal, and passed on by npm. */
const SAME_REQUEST_MS = 500;

/** Takes the first request to stop as one; the second ends the process at once. */
export function stopRequest(): StopRequest {
  const controller = new AbortController();
  let requestedAt: number | undefined;
  const onSignal = () => {
    requestedAt ??= performance.now();
    controller.abort();
    if (performance.now() - requestedAt > SAME_REQUEST_MS) process.exit(EXIT_CODE_OF_CTRL_C);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    done: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
