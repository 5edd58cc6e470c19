import { hasEnded, type ReplayStatus } from '../deployed/replays.ts';

export interface FollowEffects {
  describe(): Promise<ReplayStatus>;
  /** Waits, or returns at once when it is asked to stop. */
  pause(ms: number): Promise<void>;
  /** Aborted when the following is to stop. */
  readonly signal: AbortSignal;
  readonly onStatus: (status: ReplayStatus) => void;
}

/** AWS tells nobody how a replay goes: one has to ask. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/**
 * Follows a replay until it has ended, or until it is asked to stop. The replay itself goes on either way.
 * @returns how it stood last
 */
export async function followReplay({ describe, pause, signal, onStatus }: FollowEffects): Promise<ReplayStatus> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5)) {
    const status = await describe();
    onStatus(status);
    if (hasEnded(status) || signal.aborted) return status;
    await pause(pauseMs);
  }
}
