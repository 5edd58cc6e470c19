import pMap from 'p-map';
import type { PutOutcome } from '../deployed/users-table.ts';
import { CommandFailure } from '../messages/errors.ts';
import { watchForUris } from './uri-watch.ts';

/** What came of one user. */
export interface UserReport {
  readonly userId: string;
  /** `registered`: the row is new. `exists`: there was one, which is as it was. `failed`: there is none. */
  readonly status: 'registered' | 'exists' | 'failed';
  /** The URI in the row, as far as it was looked at. */
  readonly uri?: string;
  /** Why it failed, or that the URI did not come. */
  readonly problem?: string;
}

export interface RegisterEffects {
  /** Whether to wait for the URI of each user that is registered. */
  readonly waits: boolean;
  /** How long, while nobody's URI comes, one is waited for. */
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
  /** Turns the error of a call into a CommandFailure, if it is one that may happen. */
  readonly explain: (error: unknown) => unknown;
  /** After each put. */
  readonly onRow: () => void;
  /** When the waiting begins. */
  readonly onWait: () => void;
  /** As soon as all is known of a user. */
  readonly onReport: (report: UserReport) => void;
}

interface Users {
  register(userId: string): Promise<PutOutcome>;
  readUris(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Enough to keep a laptop's engine busy and to register a thousand users a second on AWS. */
const PUTS_IN_FLIGHT = 32;

/** Registers users; one that cannot be registered does not keep the others from it. */
export async function registerUsers(
  userIds: readonly string[],
  users: Users,
  effects: RegisterEffects,
): Promise<UserReport[]> {
  const { waits, timeoutMs, explain, onRow, onWait, onReport } = effects;
  const reports: UserReport[] = [];
  const pending: string[] = [];
  const report = (entry: UserReport) => {
    reports.push(entry);
    onReport(entry);
  };

  await pMap(
    userIds,
    async (userId) => {
      const outcome = await users.register(userId).catch((error: unknown) => failedPut(explain(error)));
      onRow();
      if (waits && outcome.status === 'registered') pending.push(userId);
      else report({ userId, ...outcome });
    },
    { concurrency: PUTS_IN_FLIGHT },
  );

  if (pending.length === 0) return reports;
  onWait();
  const onUri = (userId: string, uri: string) => report({ userId, status: 'registered', uri });
  const late = await watchForUris(pending, { ...effects, readUris: (ids) => users.readUris(ids), onUri });
  for (const userId of late) {
    report({ userId, status: 'registered', problem: `no URI within ${timeoutMs / 1000} s` });
  }
  return reports;
}

function failedPut(error: unknown): { status: 'failed'; problem: string } {
  if (error instanceof CommandFailure) return { status: 'failed', problem: error.message };
  throw error;
}
