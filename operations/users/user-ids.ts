import { UsageError } from '../messages/errors.ts';

/** DynamoDB's limit for a partition key. */
export const MOST_USER_ID_BYTES = 2048;

/** The largest number of users that one command registers. */
export const MOST_USERS = 1_000_000;

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
 * Ids for `count` users that were never registered before.
 * @param runId what tells this run from every other one
 */
export function generateUserIds(count: number, runId: string): string[] {
  const digits = String(count).length;
  return Array.from({ length: count }, (_, index) => `user-${runId}-${String(index + 1).padStart(digits, '0')}`);
}

/** A run id that sorts by time; two runs within the same millisecond still differ. */
export function newRunId(now: number, random: number): string {
  return `${now.toString(36)}${Math.floor(random * 36 ** 4).toString(36)}`;
}
