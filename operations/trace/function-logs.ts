import { isDenied } from '../aws/aws-failure.ts';
import { type SearchLogs, withFields } from './log-search.ts';
import type { FollowedUser } from './registration-ids.ts';
import type { LogLine, TraceItem } from './trace-items.ts';
import { idsIn } from './user-journal.ts';

/** A log that the caller may not read. */
export interface UnreadLog {
  readonly subscriber: string;
  /** AWS's message. */
  readonly problem: string;
}

/** What was found in the functions' logs. */
export interface FunctionLogs {
  /** In the order of their times. */
  readonly lines: readonly LogLine[];
  /** Subscribers whose logs were read, in the order of the groups. */
  readonly logsOf: readonly string[];
  /** Logs that the caller may not read. */
  readonly unread: readonly UnreadLog[];
}

/**
 * What functions logged about a user. A log that may not be read is reported; the other logs are useful without it.
 * @param groups log groups by the names of their subscribers
 * @param items what the journal has, in its order: the ids in it are searched for too
 * @returns lines that may be about the user, in order of their times, and which logs they are from
 */
export async function readFunctionLogs(
  search: SearchLogs,
  user: FollowedUser,
  groups: ReadonlyMap<string, string>,
  items: readonly TraceItem[],
  from: number,
): Promise<FunctionLogs> {
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
    logsOf: found.flatMap(({ subscriber, lines }) => (lines === undefined ? [] : [subscriber])),
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
    const known = [...found.values()];
    const ids = idsIn([...items, ...known.map((line) => ({ at: line.at, line }))], user);
    const fields = {
      '$.userId': [user.userId],
      '$.correlationId': ids.registrations,
      '$.record.requestId': ids.invocations,
    };
    const news = Object.entries(fields).map(([field, values]) => {
      const isNew = (value: string) => !asked.has(`${field} ${value}`) && asked.add(`${field} ${value}`);
      return [field, values.filter(isNew)] as const;
    });
    if (news.every(([, values]) => values.length === 0)) return known;
    const lines = await search(withFields(Object.fromEntries(news)));
    if (lines === undefined) return undefined;
    for (const { id, at, message } of lines) found.set(id, { at, subscriber, line: message });
  }
}
