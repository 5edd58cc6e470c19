import pMap from 'p-map';
import { BATCH_SIZE } from '../deployed/users-table.ts';
import type { Clock } from '../time/time.ts';

export interface UriWatch extends Clock {
  /** Reads the URIs of up to {@link BATCH_SIZE} users; leaves out those without one. */
  readonly readUris: (userIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly onUri: (userId: string, uri: string) => void;
  /** How long to wait while no user gets a URI. */
  readonly timeoutMs: number;
}

const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;
const BATCHES_IN_FLIGHT = 4;
/** Of many users, those that registered first are read first: they are the first to get their URI. */
const WINDOW = BATCHES_IN_FLIGHT * BATCH_SIZE;

/**
 * Waits until the rows of users hold their URIs. DynamoDB pushes changes to the stream only, so the rows are polled: often at
 * first, then with growing pauses while nothing changes.
 * @param userIds in the order of their registration
 * @returns the users without a URI after no user got one for `timeoutMs`
 */
export async function watchForUris(userIds: Iterable<string>, watch: UriWatch): Promise<string[]> {
  const { timeoutMs, now, pause } = watch;
  const pending = new Set(userIds);
  let lastChange = now();
  let pauseMs = SHORTEST_PAUSE_MS;
  while (pending.size > 0) {
    const isLastRead = now() - lastChange >= timeoutMs;
    const found = await readOnce(isLastRead ? [...pending] : [...pending].slice(0, WINDOW), pending, watch);
    if (pending.size === 0 || (isLastRead && found === 0)) break;
    if (found > 0) {
      lastChange = now();
      pauseMs = SHORTEST_PAUSE_MS;
    }
    await pause(pauseMs);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5);
  }
  return [...pending];
}

/** Reads the rows of `userIds` and removes those with a URI from `pending`. Returns how many it removed. */
async function readOnce(
  userIds: readonly string[],
  pending: Set<string>,
  { readUris, onUri }: UriWatch,
): Promise<number> {
  const before = pending.size;
  const readBatch = async (batch: readonly string[]) => {
    for (const [userId, uri] of await readUris(batch)) {
      pending.delete(userId);
      onUri(userId, uri);
    }
  };
  await pMap(inBatches(userIds), readBatch, { concurrency: BATCHES_IN_FLIGHT });
  return before - pending.size;
}

function* inBatches(userIds: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < userIds.length; start += BATCH_SIZE) yield userIds.slice(start, start + BATCH_SIZE);
}
