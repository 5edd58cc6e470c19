import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { findLogGroups, type OnStack } from '../deployed/stack.ts';
import { BATCH_SIZE, type UserRow, usersTable } from '../deployed/users-table.ts';
import { type JournalEntry, userOfRecord } from '../journal/journal.ts';
import { endOfJournal, readJournalBackwards } from '../journal/read-journal.ts';
import { displayId } from '../messages/display.ts';
import { parseObject, textsOf } from '../messages/json-fields.ts';
import { type Clock, SYSTEM_CLOCK } from '../time/waiting.ts';
import {
  endingOf,
  registrationsInJournal,
  searchLogsOf,
  summaryOf,
  type TracedRegistration,
  type Verdict,
  verdictOf,
} from '../trace/index.ts';

/** A user who registered not long ago, and how the latest registration stands. */
export interface RecentUser {
  readonly userId: string;
  /** When the row was written, or the first log line about it. Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly verdict: Verdict;
  /** The URI in the row; without one, how it stands, in a sentence. */
  readonly text: string;
}

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

/** A pause is so many times longer than the reading before it, so that a busy engine gives at most 2 % of its time to it. */
const PAUSE_TIMES = 50;

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
  const logs = on.clients.of(CloudWatchLogsClient);
  const isLocal = 'endpoint' in on.target;
  let read: string | undefined;
  while (!signal.aborted) {
    const started = clock.now();
    const token = isLocal ? (await endOfJournal(logs)).token : undefined;
    if (token === undefined || token !== read) {
      yield isLocal ? await recentInJournal(on) : await recentInLogs(on, Date.now());
      read = token;
    }
    await clock.pause(
      Math.max(isLocal ? PAUSE_MS.engine : PAUSE_MS.aws, PAUSE_TIMES * (clock.now() - started)),
      signal,
    );
  }
}

/** Reads the journal alone: the call that reads a row would be news in it. */
async function recentInJournal({ clients, stack }: OnStack): Promise<RecentUsers> {
  const { userIdAttribute } = usersTable({ clients, stack });
  const insertedAt = new Map<string, number>();
  let entries: JournalEntry[] = [];
  for await (const page of readJournalBackwards(clients.of(CloudWatchLogsClient))) {
    entries = [...page, ...entries];
    for (const entry of page.toReversed()) {
      const userId = isInsert(entry) ? userOfRecord(entry, userIdAttribute) : undefined;
      if (userId !== undefined && !insertedAt.has(userId)) insertedAt.set(userId, entry.at);
    }
    if (insertedAt.size >= MOST_RECENT) break;
  }
  const users = [...insertedAt].slice(0, MOST_RECENT).map(([userId, at]): RecentUser => {
    const registration = registrationsInJournal(entries, { userId, userIdAttribute }, stack).at(-1) ?? { hops: [] };
    const row = rowAfter(registration);
    const ending = endingOf(registration, row);
    const verdict = verdictOf(ending);
    return { userId, at, verdict, text: (verdict === 'done' ? row.uri : undefined) ?? summaryOf(ending) };
  });
  return { users, hasJournal: true };
}

/** The row as the changes of a registration leave it. */
function rowAfter({ hops }: TracedRegistration): { readonly exists: boolean; readonly uri?: string } {
  const last = hops.findLast((hop) => hop.hop === 'row');
  const uri = hops.findLast((hop) => hop.hop === 'row' && hop.uri !== undefined);
  return {
    exists: last?.hop === 'row' && last.change !== 'removed',
    ...(uri?.hop === 'row' && uri.uri !== undefined && { uri: uri.uri }),
  };
}

function isInsert({ hop, eventName }: JournalEntry): boolean {
  return hop === 'stream-record' && eventName === 'INSERT';
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
