import pMap from 'p-map';
import { batchesOf } from '../aws/aws-clients.ts';
import { explainAwsError } from '../aws/aws-failure.ts';
import type { OnStack } from '../deployed/stack.ts';
import { BATCH_SIZE, usersTable } from '../deployed/users-table.ts';
import { CommandFailure, UsageError } from '../messages/errors.ts';
import { type Clock, SYSTEM_CLOCK } from '../time/waiting.ts';

/** The result for one user. */
export interface UserReport {
  readonly userId: string;
  /** `registered`: the row is new. `exists`: there was a row, which is unchanged. `failed`: there is no row. */
  readonly status: 'registered' | 'exists' | 'failed';
  /** The URI in the row, where it was read. */
  readonly uri?: string;
  /** Why it failed, or why no URI is known. */
  readonly problem?: string;
}

export type RegisterProgress =
  /** One more row was put, or could not be. */
  | { readonly kind: 'row' }
  /** All rows are put; from now on it waits for URIs. */
  | { readonly kind: 'waiting' }
  /** The result for a user is final. */
  | { readonly kind: 'report'; readonly report: UserReport };

export interface RegisterUsersOptions {
  /** Whether to wait for the URI of each new user. @default false */
  readonly waits?: boolean;
  /** How long to wait while no user gets a URI. @default 30,000 */
  readonly timeoutMs?: number;
  readonly onProgress?: (progress: RegisterProgress) => void;
  readonly clock?: Clock;
  /** Stops it: no more rows are put, and it no longer waits. */
  readonly signal?: AbortSignal;
}

/** Enough to keep a laptop's engine busy and to register a thousand users a second on AWS. */
const PUTS_IN_FLIGHT = 32;

/**
 * Registers users. An error for one of them does not stop the others.
 * @returns a report for each user, in the order in which they were finished; if it was stopped, for those who have a row by then
 */
export async function registerUsers(
  on: OnStack,
  userIds: readonly string[],
  options: RegisterUsersOptions = {},
): Promise<UserReport[]> {
  const { waits = false, timeoutMs = 30_000, onProgress = () => {}, clock = SYSTEM_CLOCK, signal } = options;
  const table = usersTable(on);
  const reports: UserReport[] = [];
  const pending = new Set<string>();
  const report = (entry: UserReport) => {
    pending.delete(entry.userId);
    reports.push(entry);
    onProgress({ kind: 'report', report: entry });
  };
  /** The message of a failed call; any other error is thrown. */
  const problemOf = (error: unknown): string => {
    const explained = explainAwsError(error, on.target);
    if (explained instanceof CommandFailure) return explained.message;
    throw explained;
  };

  const put = async (userId: string) => {
    if (signal?.aborted) return;
    const outcome = await table
      .register(userId)
      .catch((error: unknown) => ({ status: 'failed', problem: problemOf(error) }) as const);
    onProgress({ kind: 'row' });
    if (waits && outcome.status === 'registered') pending.add(userId);
    else report({ userId, ...outcome });
  };
  await pMap(userIds, put, { concurrency: PUTS_IN_FLIGHT });
  if (pending.size === 0) return reports;

  onProgress({ kind: 'waiting' });
  let problem = `no URI within ${timeoutMs / 1000} s`;
  try {
    await watchForUris([...pending], {
      clock,
      timeoutMs,
      readUris: (ids) => table.readUris(ids),
      onUri: (userId, uri) => report({ userId, status: 'registered', uri }),
      ...(signal && { signal }),
    });
    if (signal?.aborted) problem = 'not waited for';
  } catch (error) {
    problem = `URI not known: ${problemOf(error)}`;
  }
  for (const userId of [...pending]) report({ userId, status: 'registered', problem });
  return reports;
}

export interface UriWatch {
  /** Reads the URIs of up to {@link BATCH_SIZE} users; leaves out those without one. */
  readonly readUris: (userIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly onUri: (userId: string, uri: string) => void;
  /** How long to wait while no user gets a URI. */
  readonly timeoutMs: number;
  readonly clock?: Clock;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;
const BATCHES_IN_FLIGHT = 4;
/** Of many users, those that registered first are read first: they are the first to get their URI. */
const WINDOW = BATCHES_IN_FLIGHT * BATCH_SIZE;

/**
 * Waits until the rows of users hold their URIs. DynamoDB pushes changes to the stream only, so the rows are polled: often at
 * first, then with growing pauses while nothing changes. Where many users get their URIs one after the other, the next read
 * comes when half of those that it is for should have theirs, but at least once a second.
 * @param userIds in the order of their registration
 * @returns the users without a URI after no user got one for `timeoutMs`, or when it ends early
 */
export async function watchForUris(userIds: Iterable<string>, watch: UriWatch): Promise<string[]> {
  const { timeoutMs, clock: { now, pause } = SYSTEM_CLOCK, signal } = watch;
  const pending = new Set(userIds);
  let lastChange = now();
  let lastRead = now();
  let pauseMs = SHORTEST_PAUSE_MS;
  while (!signal?.aborted) {
    const isLastRead = now() - lastChange >= timeoutMs;
    const found = await readOnce(isLastRead ? [...pending] : [...pending].slice(0, WINDOW), pending, watch);
    if (pending.size === 0 || (isLastRead && found === 0)) break;
    if (found > 0) {
      lastChange = now();
      pauseMs = pauseFor(Math.min(pending.size, WINDOW), (now() - lastRead) / found);
    }
    lastRead = now();
    await pause(pauseMs, signal);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5);
  }
  return [...pending];
}

/** @param msEach the time from one user's URI to the next one's */
function pauseFor(users: number, msEach: number): number {
  // One call reads them all.
  if (users <= BATCH_SIZE) return SHORTEST_PAUSE_MS;
  return Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, (users / 2) * msEach));
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
  await pMap(batchesOf(userIds, BATCH_SIZE), readBatch, { concurrency: BATCHES_IN_FLIGHT });
  return before - pending.size;
}

/** Limit of a partition key (DynamoDB developer guide, quotas). */
const MOST_USER_ID_BYTES = 2048;

/**
 * The user ids to register, each once.
 * @throws UsageError for the first id that cannot be a partition key
 */
export function checkUserIds(userIds: readonly string[]): string[] {
  for (const userId of userIds) {
    const bytes = Buffer.byteLength(userId);
    if (bytes === 0) throw new UsageError('a user id must not be empty');
    if (bytes > MOST_USER_ID_BYTES) {
      const start = JSON.stringify(userId.slice(0, 20));
      throw new UsageError(
        `a user id may have at most ${MOST_USER_ID_BYTES} bytes in UTF-8; the one that begins with ${start} has ${bytes}`,
      );
    }
  }
  return [...new Set(userIds)];
}

/**
 * Ids for `count` users that never registered before.
 * @param runId unique for each run
 */
export function generateUserIds(count: number, runId: string): string[] {
  const digits = String(count).length;
  return Array.from({ length: count }, (_, index) => `user-${runId}-${String(index + 1).padStart(digits, '0')}`);
}

/** A run id that sorts by time; two runs within the same millisecond still differ. */
export function newRunId(now: number, random: number): string {
  return `${now.toString(36)}${Math.floor(random * 36 ** 4).toString(36)}`;
}

/** User ids as real sign-ups have them, and some that a careless template or bucket name cannot handle. */
export const SAMPLE_USERS: readonly string[] = [
  'test4',
  'test5',
  'b0a6f2c4-5d3e-4c1b-9f7a-2e8d6c5b4a31',
  'minji.kim@example.com',
  'ap-northeast-1:6f1c8a52-93d7-4e0b-8b1e-d54a7c20f9e6',
  '김민지',
  'BUILD_AGENT_07',
  'Kim "MJ" \\ Seoul',
  'jane.q.public',
  `saml|example-university|${'0123456789abcdef'.repeat(18)}`.slice(0, 300),
];
