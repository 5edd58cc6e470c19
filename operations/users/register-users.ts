import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import pMap from 'p-map';
import { explainAwsError } from '../aws/aws-failure.ts';
import type { OnStack } from '../deployed/stack.ts';
import { UsersTable } from '../deployed/users-table.ts';
import { CommandFailure } from '../messages/errors.ts';
import { type Clock, SYSTEM_CLOCK } from '../time/time.ts';
import { watchForUris } from './uri-watch.ts';

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
  /** @default {@link SYSTEM_CLOCK} */
  readonly clock?: Clock;
}

/** Enough to keep a laptop's engine busy and to register a thousand users a second on AWS. */
const PUTS_IN_FLIGHT = 32;

/**
 * Registers users. An error for one of them does not stop the others.
 * @returns a report for each user, in the order in which they were finished
 */
export async function registerUsers(
  { target, clients, stack }: OnStack,
  userIds: readonly string[],
  options: RegisterUsersOptions = {},
): Promise<UserReport[]> {
  const { waits = false, timeoutMs = 30_000, onProgress = () => {}, clock = SYSTEM_CLOCK } = options;
  const table = new UsersTable(clients.of(DynamoDBClient), stack);
  const reports: UserReport[] = [];
  const pending = new Set<string>();
  const report = (entry: UserReport) => {
    pending.delete(entry.userId);
    reports.push(entry);
    onProgress({ kind: 'report', report: entry });
  };
  /** The message of a failed call; any other error is thrown. */
  const problemOf = (error: unknown): string => {
    const explained = explainAwsError(error, target);
    if (explained instanceof CommandFailure) return explained.message;
    throw explained;
  };

  const put = async (userId: string) => {
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
      ...clock,
      timeoutMs,
      readUris: (ids) => table.readUris(ids),
      onUri: (userId, uri) => report({ userId, status: 'registered', uri }),
    });
  } catch (error) {
    problem = `URI not known: ${problemOf(error)}`;
  }
  for (const userId of [...pending]) report({ userId, status: 'registered', problem });
  return reports;
}
