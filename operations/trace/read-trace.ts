import type { FoundStack } from '../deployed/stack.ts';
import { logGroupsAmong, partsOf, type StackResource } from '../deployed/stack-resources.ts';
import { findSubscribers, subscriberName } from '../deployed/subscribers.ts';
import { JOURNAL_LOG_GROUP, type JournalEntry } from '../journal/journal.ts';
import { registrationsOf } from './hop-builder.ts';
import type { Registration } from './hops.ts';
import { containingAnyOf, type SearchLogs } from './log-search.ts';
import { type Names, namesOf } from './names.ts';
import { readFunctionLogs, type UnreadLog } from './read-function-logs.ts';
import { type FollowedUser, RegistrationIds } from './registration-ids.ts';
import { inOrder } from './trace-items.ts';

export interface TraceRequest {
  readonly user: FollowedUser;
  /** Milliseconds since the Unix epoch of the earliest to look at. */
  readonly from: number;
  readonly stack: FoundStack;
  readonly resources: readonly StackResource[];
  /** Whether to ask for the journal: on AWS there is none, and nobody is allowed to read it. */
  readonly isLocal: boolean;
}

export interface FoundTrace {
  readonly registrations: readonly Registration[];
  /** Whether there is a journal, as on the local engine alone. */
  readonly hasJournal: boolean;
  /** Subscribers whose logs were read. */
  readonly logsOf: readonly string[];
  /** Logs that may not be read. */
  readonly unread: readonly UnreadLog[];
}

/** Reads what the engine's journal and the functions' logs tell of a user. */
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
  const { lines, subscribers, unread } = await readFunctionLogs(search, { groups, user, items, from });
  return {
    registrations: registrationsOf(inOrder(entries ?? [], lines, names), user, names),
    hasJournal: entries !== undefined,
    logsOf: subscribers,
    unread,
  };
}

/**
 * The entries of the journal that may be about a user, found by the user's id, then by the ids that those entries tell, and so
 * on: of a long journal little more is read than what is wanted.
 * @param from milliseconds since the Unix epoch
 * @returns entries in their order; undefined where there is no journal, as on AWS
 */
export async function readJournal(
  search: SearchLogs,
  user: FollowedUser,
  names: Names,
  from: number,
): Promise<JournalEntry[] | undefined> {
  const found = new Map<number, JournalEntry>();
  const asked = new Set<string>();
  let entries: JournalEntry[] = [];
  let texts = textsOf(user);
  let earliest = from;
  while (texts.length > 0) {
    const lines = await search(JOURNAL_LOG_GROUP, containingAnyOf(texts), earliest);
    if (lines === undefined) return undefined;
    for (const { message } of lines) {
      const entry = JSON.parse(message) as JournalEntry;
      found.set(entry.sequence, entry);
    }
    entries = [...found.values()].sort((a, b) => a.sequence - b.sequence);
    // Nothing of a user comes before the first that names the user.
    earliest = entries[0]?.at ?? from;
    for (const text of texts) asked.add(text);
    texts = idsIn(entries, user, names).filter((id) => !asked.has(id));
  }
  return entries;
}

/** How the user's id stands in the lines of stream records and of events. */
function textsOf({ userId, userIdAttribute }: FollowedUser): string[] {
  const inKeys = JSON.stringify({ [userIdAttribute]: { S: userId } });
  const inData = JSON.stringify({ userId });
  // Without the braces: there may be more between them.
  return [inKeys.slice(1, -1), inData.slice(1, -1)];
}

function idsIn(entries: readonly JournalEntry[], user: FollowedUser, names: Names): string[] {
  const ids = new RegistrationIds(user);
  for (const item of inOrder(entries, [], names)) ids.take(item);
  return ids.all;
}
