import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { timeAt } from '../aws/pipeline-time.ts';
import { findLogGroups, type OnStack } from '../deployed/stack.ts';
import { BATCH_SIZE, type UserRow, usersTable } from '../deployed/users-table.ts';
import { JOURNAL_LOG_GROUP, type JournalEntry } from '../journal/journal.ts';
import { endOfJournal, type JournalEnd } from '../journal/read-journal.ts';
import { displayId } from '../messages/display.ts';
import { parseObject, textsOf } from '../messages/json-fields.ts';
import { type Clock, SYSTEM_CLOCK, watchingPause } from '../time/waiting.ts';
import { type SearchLogs, searchLogsOf, traceReaders, withFields } from '../trace/index.ts';
import { Explanations, MOST_EXPLAINED, type RecentUser } from './explanations.ts';
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

/** The first span of time in which the latest users are looked for, and how many times longer the next one is. */
const FIRST_SPAN_MS = 1000;
const SPAN_FACTOR = 16;

/** To explain a user is to search all new entries: of so many at most. */
const MOST_SEARCHED = 2000;

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
  let read: JournalEnd = { token: '', at: 0, sequence: 0 };
  /** Whether some were not explained, because too much came. */
  let isUnexplained = false;
  while (!signal.aborted) {
    const started = clock.now();
    const isFirst = read.token === '';
    const end = await endOfJournal(client);
    if (end.token !== read.token || isUnexplained) {
      users.take(await latestEntries(search, { from: read.at, to: end.at }));
      const explained = isFirst ? MOST_EXPLAINED : Math.floor(MOST_SEARCHED / Math.abs(end.sequence - read.sequence));
      isUnexplained = explained < MOST_EXPLAINED;
      read = end;
      yield { users: await explanations.of(users.latest(MOST_RECENT), end.at, explained), hasJournal: true };
    }
    await clock.pause(watchingPause(PAUSE_MS.engine, isFirst ? 0 : clock.now() - started), signal);
  }
}

/**
 * The entries of a span of time from which users are known, in their order: all, or those at the end from which as many users are
 * known as are listed. It reads a little at first, since in a busy engine much comes in a second.
 */
async function latestEntries(
  search: SearchLogs,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<JournalEntry[]> {
  for (let spanMs = FIRST_SPAN_MS; ; spanMs *= SPAN_FACTOR) {
    const start = Math.max(from, to - spanMs);
    const lines = (await search(JOURNAL_LOG_GROUP, withFields({ '$.hop': USER_HOPS }), start)) ?? [];
    const entries = lines.map(({ message }) => JSON.parse(message) as JournalEntry);
    const isEnough = entries.filter(({ eventName }) => eventName === 'INSERT').length >= MOST_RECENT;
    if (isEnough || start === from) return entries.sort((a, b) => a.sequence - b.sequence);
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
