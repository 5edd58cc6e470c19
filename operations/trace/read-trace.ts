import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { isDenied } from '../aws/aws-failure.ts';
import {
  type FoundStack,
  listResources,
  logGroupsAmong,
  type OnStack,
  partsOf,
  type StackResource,
} from '../deployed/stack.ts';
import { findSubscribers, subscriberName } from '../deployed/subscribers.ts';
import { usersTable } from '../deployed/users-table.ts';
import { JOURNAL_LOG_GROUP, type JournalEntry } from '../journal/journal.ts';
import { registrationsOf } from './hop-builder.ts';
import type { TracedRegistration } from './hops.ts';
import { containingAnyOf, type SearchLogs, searchLogsOf, withFields } from './log-search.ts';
import { type FollowedUser, RegistrationIds } from './registration-ids.ts';
import { inOrder, type LogLine, type Names, namesOf, type TraceItem } from './trace-items.ts';

export interface UserTrace extends FoundTrace {
  readonly userId: string;
  /** The user's row as it is now. */
  readonly row: { readonly exists: boolean; readonly uri?: string };
}

/** A log that the caller may not read. */
export interface UnreadLog {
  readonly subscriber: string;
  /** AWS's message. */
  readonly problem: string;
}

export interface FoundTrace {
  /** In the order in which they began. */
  readonly registrations: readonly TracedRegistration[];
  /** Whether the local engine's journal was read; AWS has none. */
  readonly hasJournal: boolean;
  /** Subscribers whose logs were read. */
  readonly logsOf: readonly string[];
  /** Logs that the caller may not read. */
  readonly unread: readonly UnreadLog[];
}

/**
 * What happened to a user's registrations, from the engine's journal and the functions' logs.
 * @param from milliseconds since the Unix epoch; older entries are left out. @default 0
 * @param onPage called after each call that searches a log; there may be many
 */
export async function traceUser(on: OnStack, userId: string, from = 0, onPage?: () => void): Promise<UserTrace> {
  const { target, clients, stack } = on;
  const table = usersTable(on);
  const [row, resources] = await Promise.all([
    table.find(userId),
    listResources(clients.of(CloudFormationClient), stack.name),
  ]);
  const search = searchLogsOf(clients.of(CloudWatchLogsClient), onPage);
  const user = { userId, userIdAttribute: table.userIdAttribute };
  const found = await readTrace(search, { user, from, stack, resources, isLocal: 'endpoint' in target });
  return { userId, row, ...found };
}

/** A user's registrations by the journal alone. @param entries in their order */
export function registrationsInJournal(
  entries: readonly JournalEntry[],
  user: FollowedUser,
  stack: FoundStack,
): TracedRegistration[] {
  const names = namesOf(stack);
  return registrationsOf(inOrder(entries, [], names), user, names);
}

export interface TraceRequest {
  readonly user: FollowedUser;
  /** Milliseconds since the Unix epoch. */
  readonly from: number;
  readonly stack: FoundStack;
  readonly resources: readonly StackResource[];
  /** Whether to read the journal: on AWS there is none. */
  readonly isLocal: boolean;
}

export async function readTrace(
  search: SearchLogs,
  { user, from, stack, resources, isLocal }: TraceRequest,
): Promise<FoundTrace> {
  const functions = partsOf(resources, 'AWS::Lambda::Function', 'Function');
  const names = namesOf(stack, new Map([...functions].map(([id, name]) => [name, subscriberName(id)])));
  const logGroups = logGroupsAmong(resources);
  const groups = new Map(
    findSubscribers(stack).flatMap(({ id, name }) => {
      const group = logGroups.get(id);
      return group === undefined ? [] : [[name, group]];
    }),
  );
  const entries = isLocal ? await readJournal(search, user, names, from) : undefined;
  const items = inOrder(entries ?? [], [], names);
  const { lines, ...logs } = await readFunctionLogs(search, user, groups, items, from);
  const registrations = registrationsOf(inOrder(entries ?? [], lines, names), user, names);
  return { registrations, hasJournal: entries !== undefined, ...logs };
}

/**
 * The entries of the journal that may be about a user. It searches for the user's id, then for the ids in those entries, until
 * there are no new ids, so that it reads only a small part of a long journal.
 * @param from milliseconds since the Unix epoch
 * @returns entries in their order; undefined if there is no journal
 */
async function readJournal(
  search: SearchLogs,
  user: FollowedUser,
  names: Names,
  from: number,
): Promise<JournalEntry[] | undefined> {
  const found = new Map<number, JournalEntry>();
  const asked = new Set<string>();
  let entries: JournalEntry[] = [];
  let texts = mentionsOf(user);
  let earliest = from;
  while (texts.length > 0) {
    const lines = await search(JOURNAL_LOG_GROUP, containingAnyOf(texts), earliest);
    if (lines === undefined) return undefined;
    for (const { message } of lines) {
      const entry = JSON.parse(message) as JournalEntry;
      found.set(entry.sequence, entry);
    }
    entries = [...found.values()].sort((a, b) => a.sequence - b.sequence);
    // The first entry of a user names the user.
    earliest = entries[0]?.at ?? from;
    for (const text of texts) asked.add(text);
    texts = idsIn(inOrder(entries, [], names), user).all.filter((id) => !asked.has(id));
  }
  return entries;
}

/** The user's id as the lines of stream records and of events contain it. */
function mentionsOf({ userId, userIdAttribute }: FollowedUser): string[] {
  // Without the braces, because there may be other fields.
  return [{ [userIdAttribute]: { S: userId } }, { userId }].map((fields) => JSON.stringify(fields).slice(1, -1));
}

function idsIn(items: readonly TraceItem[], user: FollowedUser): RegistrationIds {
  const ids = new RegistrationIds(user);
  for (const item of items) ids.take(item);
  return ids;
}

/**
 * What functions logged about a user. A log that may not be read is reported; the other logs are useful without it.
 * @param groups log groups by the names of their subscribers
 * @param items what the journal has, in its order: the ids in it are searched for too
 * @returns lines that may be about the user, in order of their times, and which logs they are from
 */
async function readFunctionLogs(
  search: SearchLogs,
  user: FollowedUser,
  groups: ReadonlyMap<string, string>,
  items: readonly TraceItem[],
  from: number,
): Promise<Pick<FoundTrace, 'logsOf' | 'unread'> & { readonly lines: readonly LogLine[] }> {
  const found = await Promise.all(
    [...groups].map(async ([subscriber, group]) => {
      const searchIn = (patterns: readonly string[]) => search(group, patterns, from);
      try {
        return { subscriber, lines: await readLog(searchIn, subscriber, user, items) };
      } catch (error) {
        if (!isDenied(error)) throw error;
        return { subscriber, problem: error.message };
      }
    }),
  );
  return {
    lines: found.flatMap(({ lines = [] }) => lines).sort((a, b) => a.at - b.at),
    logsOf: found.flatMap(({ subscriber, lines }) => (lines === undefined ? [] : [subscriber])).sort(),
    unread: found.flatMap(({ subscriber, problem }) => (problem === undefined ? [] : [{ subscriber, problem }])),
  };
}

/** The lines of one group; undefined if there is no such group. It searches until there are no new ids. */
async function readLog(
  search: (patterns: readonly string[]) => ReturnType<SearchLogs>,
  subscriber: string,
  user: FollowedUser,
  items: readonly TraceItem[],
): Promise<LogLine[] | undefined> {
  const asked = new Set<string>();
  const found = new Map<string, LogLine>();
  for (;;) {
    const known = [...found.values()].sort((a, b) => a.at - b.at);
    const ids = idsIn([...items, ...known.map((line) => ({ at: line.at, line }))], user);
    const fields = {
      '$.userId': [user.userId],
      '$.correlationId': ids.registrations,
      '$.record.requestId': ids.invocations,
    };
    const news = Object.entries(fields).map(([field, values]) => [
      field,
      values.filter((value) => !asked.has(`${field} ${value}`) && asked.add(`${field} ${value}`)),
    ]);
    if (news.every(([, values]) => values?.length === 0)) return known;
    const lines = await search(withFields(Object.fromEntries(news)));
    if (lines === undefined) return undefined;
    for (const { id, at, message } of lines) found.set(id, { at, subscriber, line: message });
  }
}
