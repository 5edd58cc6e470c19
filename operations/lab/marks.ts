import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { OnStack } from '../deployed/stack.ts';
import { usersTable } from '../deployed/users-table.ts';
import { JournalUsers, USER_HOPS } from '../find/index.ts';
import { JOURNAL_LOG_GROUP, type JournalEntry, keysOfBody, keysOfEvent, userOfRecord } from '../journal/journal.ts';
import { containingAnyOf, markOf, type SearchLogs, searchLogsOf, withFields } from '../trace/index.ts';
import { describeFault } from './faults.ts';
import { LabFunctions } from './functions.ts';
import { type EngineFault, requireEngine } from './lab-api.ts';

/** Something that was done to the engine on purpose, or a call that a fault struck. */
export interface LabMark {
  /** Number of its entry in the journal. */
  readonly sequence: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly text: string;
  /** Users in whose traces it is a mark. Of skipped time: those whose row had no URI then. */
  readonly users: readonly string[];
}

/** The most marks that are listed, and the most users of one. */
const MOST_MARKS = 200;
const MOST_USERS = 50;

const MARK_HOPS = ['lab', 'fault', 'pipe-state'];

/** What was done to the engine on purpose, the newest first. @throws UsageError on AWS */
export async function readMarks(on: OnStack): Promise<LabMark[]> {
  requireEngine(on.target);
  const log = MarkLog.of(on, await LabFunctions.read(on));
  await log.read(0);
  return log.marks;
}

/** The marks of a journal, as it grows. */
export class MarkLog {
  readonly #search: SearchLogs;
  readonly #functions: LabFunctions;
  readonly #userIdAttribute: string;
  readonly #users: JournalUsers;
  readonly #marks = new Map<number, LabMark>();
  #last = 0;
  /** Users whose rows were written while the pipe is stopped; undefined while it runs. */
  #stoppedFor: string[] | undefined;

  private constructor(search: SearchLogs, functions: LabFunctions, userIdAttribute: string) {
    this.#search = search;
    this.#functions = functions;
    this.#userIdAttribute = userIdAttribute;
    this.#users = new JournalUsers(userIdAttribute);
  }

  static of(on: OnStack, functions: LabFunctions): MarkLog {
    const search = searchLogsOf(on.clients.of(CloudWatchLogsClient));
    return new MarkLog(search, functions, usersTable(on).userIdAttribute);
  }

  get marks(): LabMark[] {
    const marks = [...this.#marks.values()].reverse();
    return marks.map((mark) => ({ ...mark, users: mark.users.slice(0, MOST_USERS) }));
  }

  /** Reads what has come. @param from milliseconds since the Unix epoch: everything before was read already */
  async read(from: number): Promise<void> {
    const entries = (await this.#find(withFields({ '$.hop': [...MARK_HOPS, ...USER_HOPS] }), from)).filter(
      ({ sequence }) => sequence > this.#last,
    );
    const struck = entries.filter(({ hop }) => hop === 'fault' || hop === 'lab');
    const usersOf = await this.#usersOf(struck);
    for (const entry of entries) this.#take(entry, usersOf.get(entry.sequence) ?? []);
    this.#last = entries.at(-1)?.sequence ?? this.#last;
    for (const sequence of [...this.#marks.keys()].slice(0, -MOST_MARKS)) this.#marks.delete(sequence);
  }

  #take(entry: JournalEntry, users: readonly string[]): void {
    this.#users.take([entry]);
    const { hop, sequence, at } = entry;
    if (hop === 'stream-record' && entry.eventName === 'INSERT') {
      const userId = userOfRecord(entry, this.#userIdAttribute);
      if (userId !== undefined) this.#stoppedFor?.push(userId);
    }
    const text = this.#textOf(entry);
    if (text === undefined) return;
    const touched = hop === 'pipe-state' ? this.#ofPipe(entry) : entry.action === 'skip' ? this.#open() : users;
    // Of a stopped pipe more users come.
    this.#marks.set(sequence, { sequence, at, text, users: touched });
  }

  #textOf(entry: JournalEntry): string | undefined {
    if (entry.hop === 'lab' && entry.action === 'fault') return `a fault is set: ${this.#faultText(entry)}`;
    if (entry.hop === 'lab' && entry.action === 'remove') return `the fault of ${entry.operation} is removed`;
    return markOf(entry, (name) => this.#functions.subscriber(String(name)))?.text;
  }

  #faultText({ functionName, ...fault }: JournalEntry): string {
    const { nth, times } = fault as unknown as EngineFault;
    const subscriber = typeof functionName === 'string' ? { subscriber: this.#functions.subscriber(functionName) } : {};
    return describeFault({
      ...(fault as unknown as EngineFault),
      ...subscriber,
      callsBefore: nth - 1,
      strikesLeft: times,
    });
  }

  #open(): string[] {
    const recent = this.#users.latest(Number.MAX_SAFE_INTEGER);
    return recent.filter(({ verdict }) => verdict !== 'done').map(({ userId }) => userId);
  }

  /** While the pipe is stopped, its mark has the users whose rows come. */
  #ofPipe({ state }: JournalEntry): string[] {
    const waited = this.#stoppedFor ?? [];
    this.#stoppedFor = state === 'STOPPED' ? [] : undefined;
    return this.#stoppedFor ?? waited;
  }

  /** The users of calls and invocations, by the numbers of their entries. */
  async #usersOf(entries: readonly JournalEntry[]): Promise<ReadonlyMap<number, string[]>> {
    const idsOf = new Map(entries.map((entry) => [entry.sequence, idsIn(entry)]));
    const ids = [...idsOf.values()].flat();
    if (ids.length === 0) return new Map();
    const first = await this.#find(containingAnyOf(ids), 0);
    const messagesOf = new Map(
      first
        .filter(({ hop }) => hop === 'batch')
        .map(({ requestId, messageIds }) => [String(requestId), textsIn(messageIds)]),
    );
    const messages = await this.#find(containingAnyOf([...messagesOf.values()].flat()), 0);
    const users = new Map<string, string>();
    for (const entry of [...first, ...messages]) {
      const [id, userId] = this.#userIn(entry);
      if (id !== undefined && userId !== undefined) users.set(id, userId);
    }
    const found = (id: string) => [id, ...(messagesOf.get(id) ?? [])].flatMap((each) => users.get(each) ?? []);
    return new Map([...idsOf].map(([sequence, own]) => [sequence, [...new Set(own.flatMap(found))]]));
  }

  #userIn(entry: JournalEntry): readonly [id?: string, userId?: string | undefined] {
    switch (entry.hop) {
      case 'stream-record':
        return [String(entry.eventId), userOfRecord(entry, this.#userIdAttribute)];
      case 'event':
        return [String(entry.eventId), keysOfEvent(entry).userId];
      case 'message':
        return [String(entry.messageId), keysOfBody(entry.body).userId];
      default:
        return [];
    }
  }

  /** Entries that contain one of some texts, in their order. */
  async #find(patterns: readonly string[], from: number): Promise<JournalEntry[]> {
    const lines = (await this.#search(JOURNAL_LOG_GROUP, patterns, from)) ?? [];
    return lines.map(({ message }) => JSON.parse(message) as JournalEntry).sort((a, b) => a.sequence - b.sequence);
  }
}

/** What a struck call or a kill was about. */
function idsIn({ invocation, invocations, eventIds, eventId, messageId }: JournalEntry): string[] {
  return [...textsIn(invocations), ...textsIn(eventIds), ...textsIn([invocation, eventId, messageId])];
}

function textsIn(values: unknown): string[] {
  return Array.isArray(values) ? values.filter((value): value is string => typeof value === 'string') : [];
}
