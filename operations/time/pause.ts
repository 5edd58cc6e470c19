import { setTimeout } from 'node:timers/promises';

/** Waits so many milliseconds, or until it is asked to stop. */
export async function pauseUnless(signal: AbortSignal, ms: number): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
