import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { timeAt } from '../aws/pipeline-time.ts';
import { findLogGroups, type OnStack } from '../deployed/stack.ts';
import { BATCH_SIZE, type UserRow, usersTable } from '../deployed/users-table.ts';
import { JOURNAL_LOG_GROUP, type JournalEntry } from '../journal/journal.ts';
import { endOfJournal } from '../journal/read-journal.ts';
import { displayId } from '../messages/display.ts';
import { parseObject, textsOf } from '../messages/json-fields.ts';
import { type Clock, SYSTEM_CLOCK, watchingPause } from '../time/waiting.ts';
import { searchLogsOf, traceReaders, withFields } from '../trace/index.ts';
import { Explanations, type RecentUser } from './explanations.ts';
import { JournalUsers, USER_HOPS } from './journal-users.ts';

export interface RecentUsers {
  /** The latest first. */
  readonly users: readonly RecentUser[];
  /** Whether they were read from the local engine's journal, or from the functions' logs. */
  readonly hasJournal: boolean;
}

/** The most users that are listed: those of one call that reads rows. */
const MOST_RECENT = BATCH_SIZE;

/** On AWS, logs are read that far back. */
const LOGS_MS = 15 * 60_000;

/** On AWS, searches of logs are few and slow. */
const PAUSE_MS = { engine: 1000, aws: 15_000 };

export interface FollowOptions {
  /** Aborted to end it. */
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

/** The users who registered last: at once, and again whenever something may have changed. */
export async function* followRecentUsers(
  on: OnStack,
  { signal, clock = SYSTEM_CLOCK }: FollowOptions,
): AsyncGenerator<RecentUsers> {
  if ('endpoint' in on.target) yield* followJournal(on, { signal, clock });
  while (!signal.aborted) {
    const started = clock.now();
    yield await recentInLogs(on, timeAt(on.target));
    await clock.pause(watchingPause(PAUSE_MS.aws, clock.now() - started), signal);
  }
}

/** Reads the journal alone: a call that reads a row would be news in it. */
async function* followJournal(on: OnStack, { signal, clock }: Required<FollowOptions>): AsyncGenerator<RecentUsers> {
  const client = on.clients.of(CloudWatchLogsClient);
  const search = searchLogsOf(client);
  const explanations = new Explanations(await traceReaders(on));
  const users = new JournalUsers(usersTable(on).userIdAttribute);
  let read = { token: '', at: 0 };
  while (!signal.aborted) {
    const started = clock.now();
    const isFirst = read.token === '';
    const end = await endOfJournal(client);
    if (end.token !== read.token) {
      const lines = (await search(JOURNAL_LOG_GROUP, withFields({ '$.hop': USER_HOPS }), read.at)) ?? [];
      const entries = lines.map(({ message }) => JSON.parse(message) as JournalEntry);
      users.take(entries.sort((a, b) => a.sequence - b.sequence));
      read = end;
      yield { users: await explanations.of(users.latest(MOST_RECENT), end.at), hasJournal: true };
    }
    // The first reading goes through the whole journal, the others through what is new.
    await clock.pause(watchingPause(PAUSE_MS.engine, isFirst ? 0 : clock.now() - started), signal);
  }
}

async function recentInLogs(on: OnStack, now: number): Promise<RecentUsers> {
  const { clients, stack } = on;
  const search = searchLogsOf(clients.of(CloudWatchLogsClient));
  const groups = await findLogGroups(clients.of(CloudFormationClient), stack.name);
  const found = await Promise.all(
    [...groups.values()].map(async (group) => (await search(group, ['{ $.userId = "*" }'], now - LOGS_MS)) ?? []),
  );
  const seen = new Map<string, { readonly at: number; readonly problem?: string }>();
  for (const { at, message } of found.flat().sort((a, b) => a.at - b.at)) {
    const { userId, level, message: said, problem = said } = textsOf(parseObject(message) as Fields);
    if (userId === undefined) continue;
    const first = seen.get(userId)?.at ?? at;
    seen.set(userId, { at: first, ...(level === 'ERROR' && problem !== undefined && { problem }) });
  }
  const latest = [...seen].sort(([, a], [, b]) => b.at - a.at).slice(0, MOST_RECENT);
  const rows = await rowsOf(
    on,
    latest.map(([userId]) => userId),
  );
  const users = latest.map(([userId, { at, problem }]): RecentUser => {
    const row = rows.get(userId);
    if (row?.uri !== undefined) return { userId, at, verdict: 'done', text: displayId(row.uri, 80) };
    if (problem === undefined) return { userId, at, verdict: 'waiting', text: 'its row has no URI yet' };
    return { userId, at, verdict: 'failed', text: `a function could not handle an event: ${displayId(problem, 400)}` };
  });
  return { users, hasJournal: false };
}

type Fields = Readonly<Record<'userId' | 'level' | 'message' | 'problem', unknown>>;

async function rowsOf(on: OnStack, userIds: readonly string[]): Promise<ReadonlyMap<string, UserRow>> {
  if (userIds.length === 0) return new Map();
  return new Map((await usersTable(on).readRows(userIds)).map((row) => [row.userId, row]));
}
