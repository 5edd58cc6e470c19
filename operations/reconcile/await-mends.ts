import pMap from 'p-map';
import type { OnStack } from '../deployed/stack.ts';
import { isTagged } from '../deployed/user-bucket.ts';
import { watchForUris } from '../users/index.ts';
import type { Mend } from './finding.ts';
import { lookAtBucket } from './look-at-bucket.ts';
import { readRows } from './scan.ts';

const LOOKS_IN_FLIGHT = 8;

export interface AwaitMends {
  /** Seconds to wait for the next one, counted anew each time one is done. */
  readonly timeout: number;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
  /** When one is done. */
  readonly onDone: () => void;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/**
 * Waits until the rows of mended users hold their URI, and buckets that were lost, or lacked tags, are whole.
 * @returns the users for whom that did not come; undefined if it was told to stop
 */
export async function awaitMends(
  on: OnStack,
  mends: readonly Mend[],
  options: AwaitMends,
): Promise<string[] | undefined> {
  const { timeout, now, pause, onDone, signal } = options;
  const byUser = new Map(mends.map((mend) => [mend.userId, mend]));
  const stopped = new Error('stopped');
  try {
    return await watchForUris(byUser.keys(), {
      readUris: (userIds) => readDone(on, userIds, byUser),
      onUri: onDone,
      timeoutMs: timeout * 1000,
      now,
      pause: async (ms) => {
        await pause(ms);
        if (signal.aborted) throw stopped;
      },
    });
  } catch (error) {
    if (error !== stopped) throw error;
    return undefined;
  }
}

/** The URIs of those users for whom all is done. */
async function readDone(
  on: OnStack,
  userIds: readonly string[],
  mends: ReadonlyMap<string, Mend>,
): Promise<Map<string, string>> {
  const done = new Map<string, string>();
  for (const { userId, uri } of await readRows(on, userIds)) if (uri !== undefined) done.set(userId, uri);
  // A bucket that is made for a row without URI is there, with its tags, before the URI is.
  const others = [...done.keys()].flatMap((userId) => mends.get(userId) ?? []).filter(isOfBucket);
  await pMap(
    others,
    async ({ userId, bucket }) => {
      const look = await lookAtBucket(on, bucket);
      if (look.kind !== 'there' || !isTagged(look.tags)) done.delete(userId);
    },
    { concurrency: LOOKS_IN_FLIGHT },
  );
  return done;
}

function isOfBucket({ event, isFirst }: Mend): boolean {
  return event === 'UserRegistered' && !isFirst;
}
