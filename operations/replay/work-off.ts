import type { SubscriberDepths } from '../deployed/queues.ts';

export interface WorkOffEffects {
  /** The depths as they are now. */
  read(): Promise<readonly SubscriberDepths[]>;
  /** Waits, or returns at once when it is asked to stop. */
  pause(ms: number): Promise<void>;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** How late the depths may be: only what they say for so long is true. */
  readonly delayMs: number;
  /** How many times longer than usual subscribers may take. */
  readonly timeFactor: number;
  /** Told how many events still wait. */
  readonly onWaiting: (waiting: number) => void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/** An event that fails comes back after six times its function's timeout: waiting for all its attempts would take minutes. */
const PATIENCE_MS = 15_000;

/**
 * Waits until subscribers have worked off what is in their queues; gives up when it has not become less for a while. Where
 * depths come late, queues are empty when they have been so for as long.
 * @returns the depths at the end
 */
export async function waitForWorkOff(effects: WorkOffEffects): Promise<readonly SubscriberDepths[]> {
  const { read, pause, now, signal, delayMs, timeFactor, onWaiting } = effects;
  let fewest = Number.POSITIVE_INFINITY;
  let lastProgress = now();
  let emptySince: number | undefined;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5)) {
    const depths = await read();
    const waiting = depths.reduce((sum, each) => sum + each.waiting, 0);
    onWaiting(waiting);
    emptySince = waiting > 0 ? undefined : (emptySince ?? now());
    if (emptySince !== undefined && now() - emptySince >= delayMs) return depths;
    // What comes after an early zero was on its way: it is to be worked off from there.
    if (waiting < fewest) [fewest, lastProgress] = [waiting || Number.POSITIVE_INFINITY, now()];
    if (signal.aborted || now() - lastProgress >= PATIENCE_MS * timeFactor + delayMs) return depths;
    await pause(pauseMs);
  }
}
