import type { FoundStack } from '../deployed/stack.ts';
import { logGroupsAmong, partsOf, type StackResource } from '../deployed/stack-resources.ts';
import { findSubscribers, subscriberName } from '../deployed/subscribers.ts';
import type { Registration } from './hops.ts';
import type { SearchLogs } from './log-search.ts';
import { namesOf } from './names.ts';
import { readFunctionLogs, type UnreadLog } from './read-function-logs.ts';
import { readJournal } from './read-journal.ts';
import type { FollowedUser } from './registration-ids.ts';
import { registrationsOf } from './registrations.ts';
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
