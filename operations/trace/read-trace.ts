import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
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
import type { JournalEntry } from '../journal/journal.ts';
import { type FunctionLogs, readFunctionLogs } from './function-logs.ts';
import type { TracedRegistration } from './hops.ts';
import { type SearchLogs, searchLogsOf } from './log-search.ts';
import type { FollowedUser } from './registration-ids.ts';
import { registrationsOf } from './registrations.ts';
import { inOrder, type Names, namesOf } from './trace-items.ts';
import { hasReplays, readTakers, type Taker, withUnreplayed } from './unreplayed.ts';
import { UserJournal } from './user-journal.ts';

export interface UserTrace extends FoundTrace {
  readonly userId: string;
  /** The user's row as it is now. */
  readonly row: { readonly exists: boolean; readonly uri?: string };
}

export interface FoundTrace extends Omit<FunctionLogs, 'lines'> {
  /** In the order in which they began. */
  readonly registrations: readonly TracedRegistration[];
  /** Whether the local engine's journal was read; AWS has none. */
  readonly hasJournal: boolean;
}

/**
 * What happened to a user's registrations, from the engine's journal and the functions' logs.
 * @param from milliseconds since the Unix epoch; older entries are left out. @default 0
 * @param onPage called after each call that searches a log; there may be many
 */
export async function traceUser(on: OnStack, userId: string, from = 0, onPage?: () => void): Promise<UserTrace> {
  const [row, readerOf] = await Promise.all([usersTable(on).find(userId), traceReaders(on, onPage)]);
  return { userId, row, ...(await readerOf(userId).readAll(from)) };
}

/** What reads users' traces from a stack. @param onPage called after each call that searches a log */
export async function traceReaders(
  { target, clients, stack }: OnStack,
  onPage?: () => void,
): Promise<(userId: string) => TraceReader> {
  const cloudFormation = clients.of(CloudFormationClient);
  const resources = await listResources(cloudFormation, stack.name);
  let takers: Promise<Taker[]> | undefined;
  const askTakers = () => {
    takers ??= readTakers(cloudFormation, stack);
    return takers;
  };
  const search = searchLogsOf(clients.of(CloudWatchLogsClient), onPage);
  const { userIdAttribute } = usersTable({ clients, stack });
  const isLocal = 'endpoint' in target;
  return (userId) =>
    new TraceReader(search, {
      user: followed({ userId, userIdAttribute }, stack),
      stack,
      resources,
      isLocal,
      takers: askTakers,
    });
}

/** A user's registrations by the journal alone. @param entries in their order */
export function registrationsInJournal(
  entries: readonly JournalEntry[],
  user: FollowedUser,
  stack: FoundStack,
): TracedRegistration[] {
  const names = namesOf(stack);
  return registrationsOf(inOrder(entries, [], names), followed(user, stack), names);
}

function followed(user: FollowedUser, { outputs }: FoundStack): FollowedUser {
  return { ...user, deletionsAreEvents: outputs.DeletionPipeName !== undefined };
}

export interface TraceRequest {
  readonly user: FollowedUser;
  readonly stack: FoundStack;
  readonly resources: readonly StackResource[];
  /** Whether to read the journal: on AWS there is none. */
  readonly isLocal: boolean;
  /** What the subscribers take: asked where a replay is in the trace. */
  readonly takers: () => Promise<readonly Taker[]>;
}

/** Reads a user's trace once as a whole, and then what comes. */
export class TraceReader {
  readonly #search: SearchLogs;
  readonly #takers: TraceRequest['takers'];
  readonly #user: FollowedUser;
  readonly #names: Names;
  /** Log groups by the names of their subscribers. */
  readonly #groups: ReadonlyMap<string, string>;
  readonly #journal: UserJournal | undefined;
  #entries: readonly JournalEntry[] | undefined;
  #logs: FunctionLogs = { lines: [], logsOf: [], unread: [] };

  constructor(search: SearchLogs, { user, stack, resources, isLocal, takers }: TraceRequest) {
    const functions = partsOf(resources, 'AWS::Lambda::Function', 'Function');
    const logGroups = logGroupsAmong(resources);
    this.#search = search;
    this.#takers = takers;
    this.#user = user;
    this.#names = namesOf(stack, new Map([...functions].map(([id, name]) => [name, subscriberName(id)])));
    this.#groups = new Map(
      findSubscribers(stack).flatMap(({ id, name }) => {
        const group = logGroups.get(id);
        return group === undefined ? [] : [[name, group]];
      }),
    );
    this.#journal = isLocal ? new UserJournal(search, user, this.#names) : undefined;
  }

  /** What was read of the journal, in its order; none where there is no journal. */
  get entries(): readonly JournalEntry[] {
    return this.#entries ?? [];
  }

  /** Reads the journal and the functions' logs. @param from milliseconds since the Unix epoch; older entries are left out */
  async readAll(from: number): Promise<FoundTrace> {
    this.#entries = await this.#journal?.read(from);
    const items = inOrder(this.entries, [], this.#names);
    this.#logs = await readFunctionLogs(this.#search, this.#user, this.#groups, items, from);
    return this.#found();
  }

  /**
   * Reads what has come into the journal, which has the functions' log lines too.
   * @param since milliseconds since the Unix epoch: everything before was read already
   * @returns the whole trace; undefined if nothing has come, or there is no journal
   */
  async readNews(since: number): Promise<FoundTrace | undefined> {
    const known = this.entries.length;
    this.#entries = await this.#journal?.read(since);
    return this.entries.length > known ? this.#found() : undefined;
  }

  async #found(): Promise<FoundTrace> {
    const { lines, ...logs } = this.#logs;
    const found = registrationsOf(inOrder(this.entries, lines, this.#names), this.#user, this.#names);
    const takers = hasReplays(found) ? await this.#takers() : [];
    const registrations = found.map((registration) => withUnreplayed(registration, takers));
    return { registrations, hasJournal: this.#entries !== undefined, ...logs };
  }
}
