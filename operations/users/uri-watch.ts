import pMap from 'p-map';
import { BATCH_SIZE } from '../deployed/users-table.ts';

export interface UriWatch {
  /** Up to {@link BATCH_SIZE} users at a time. */
  readonly readUris: (userIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly onUri: (userId: string, uri: string) => void;
  /** How long nothing may happen. */
  readonly timeoutMs: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}

const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;
const BATCHES_IN_FLIGHT = 4;
/** Of many, those that registered first are asked for: they are the first to be done. */
const WINDOW = BATCHES_IN_FLIGHT * BATCH_SIZE;

/**
 * Waits for the URIs of users to stand in their rows. DynamoDB pushes rows to nobody but the stream's readers, so they
 * are read again and again: at first soon, then with growing pauses for as long as nothing changes.
 * @param userIds in the order of their registration
 * @returns the users that had no URI when, for `timeoutMs`, no other one got one
 */
export async function watchForUris(userIds: Iterable<string>, watch: UriWatch): Promise<string[]> {
  const { timeoutMs, now, pause } = watch;
  const pending = new Set(userIds);
  let lastChange = now();
  let pauseMs = SHORTEST_PAUSE_MS;
  while (pending.size > 0) {
    const isLastLook = now() - lastChange >= timeoutMs;
    const found = await look(isLastLook ? [...pending] : [...pending].slice(0, WINDOW), pending, watch);
    if (pending.size === 0 || (isLastLook && found === 0)) break;
    if (found > 0) {
      lastChange = now();
      pauseMs = SHORTEST_PAUSE_MS;
    }
    await pause(pauseMs);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5);
  }
  return [...pending];
}

/** Reads the rows of `userIds` and takes those that have a URI off `pending`. Returns how many. */
async function look(userIds: readonly string[], pending: Set<string>, { readUris, onUri }: UriWatch): Promise<number> {
  const before = pending.size;
  await pMap(
    inBatches(userIds),
    async (batch) => {
      for (const [userId, uri] of await readUris(batch)) {
        pending.delete(userId);
        onUri(userId, uri);
      }
    },
    { concurrency: BATCHES_IN_FLIGHT },
  );
  return before - pending.size;
}

function* inBatches(userIds: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < userIds.length; start += BATCH_SIZE) yield userIds.slice(start, start + BATCH_SIZE);
}
