import { UsageError } from '../messages/errors.ts';

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
