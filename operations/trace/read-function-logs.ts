import { isDenied } from '../aws/aws-failure.ts';
import { type SearchLogs, withFields } from './log-search.ts';
import { type FollowedUser, RegistrationIds } from './registration-ids.ts';
import type { LogLine, TraceItem } from './trace-items.ts';

export interface LogReading {
  /** Log groups by the names of their subscribers. */
  readonly groups: ReadonlyMap<string, string>;
  readonly user: FollowedUser;
  /** What the journal has, in its order: the ids in it are searched for too. */
  readonly items: readonly TraceItem[];
  /** Milliseconds since the Unix epoch. */
  readonly from: number;
}

export interface ReadLogs {
  /** Lines that may be about the user, in order of their times. */
  readonly lines: readonly LogLine[];
  /** Subscribers whose log group exists. */
  readonly subscribers: readonly string[];
  readonly unread: readonly UnreadLog[];
}

/** A log that the caller may not read. */
export interface UnreadLog {
  readonly subscriber: string;
  /** AWS's message. */
  readonly problem: string;
}

/** Fields to search by: of the services' log lines, and of Lambda's report of an invocation. */
interface AskedFields extends Readonly<Record<string, readonly string[]>> {
  readonly '$.userId': readonly string[];
  readonly '$.correlationId': readonly string[];
  readonly '$.record.requestId': readonly string[];
}

/** Reads what functions logged about a user, in all log groups at once. */
export async function readFunctionLogs(search: SearchLogs, reading: LogReading): Promise<ReadLogs> {
  const found = await Promise.all(
    [...reading.groups].map(async ([subscriber, group]) => ({
      subscriber,
      ...(await readOrProblem(search, subscriber, group, reading)),
    })),
  );
  return {
    lines: found.flatMap(({ lines = [] }) => lines).sort((a, b) => a.at - b.at),
    subscribers: found.flatMap(({ subscriber, lines }) => (lines === undefined ? [] : [subscriber])).sort(),
    unread: found.flatMap(({ subscriber, problem }) => (problem === undefined ? [] : [{ subscriber, problem }])),
  };
}

/** A log that may not be read is reported; the other logs are useful without it. */
async function readOrProblem(
  search: SearchLogs,
  subscriber: string,
  group: string,
  reading: LogReading,
): Promise<{ readonly lines?: LogLine[] | undefined; readonly problem?: string }> {
  try {
    return { lines: await readGroup(search, subscriber, group, reading) };
  } catch (error) {
    if (!isDenied(error)) throw error;
    return { problem: error.message };
  }
}

/** The lines of one group; undefined if there is no such group. */
async function readGroup(
  search: SearchLogs,
  subscriber: string,
  group: string,
  { user, items, from }: LogReading,
): Promise<LogLine[] | undefined> {
  const asked = new Set<string>();
  const found = new Map<string, LogLine>();
  let fields = fieldsToAsk(user, items, asked);
  while (fields !== undefined) {
    const lines = await search(group, withFields(fields), from);
    if (lines === undefined) return undefined;
    for (const { id, at, message } of lines) found.set(id, { at, subscriber, line: message });
    const known = [...found.values()].sort((a, b) => a.at - b.at);
    fields = fieldsToAsk(user, [...items, ...known.map((line) => ({ at: line.at, line }))], asked);
  }
  return [...found.values()];
}

/** What was not searched for yet; undefined if there is nothing new. */
function fieldsToAsk(user: FollowedUser, items: readonly TraceItem[], asked: Set<string>): AskedFields | undefined {
  const ids = new RegistrationIds(user);
  for (const item of items) ids.take(item);
  const news = (kind: string, values: readonly string[]) =>
    values.filter((value) => !asked.has(`${kind} ${value}`) && asked.add(`${kind} ${value}`));
  const fields = {
    '$.userId': news('user', [user.userId]),
    '$.correlationId': news('registration', ids.registrations),
    '$.record.requestId': news('invocation', ids.invocations),
  };
  return Object.values(fields).some(({ length }) => length > 0) ? fields : undefined;
}
