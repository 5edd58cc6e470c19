import type { EventBridge } from './event-bridge.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { LogGroup, LogGroups, LogLine, LogRange } from './log-group.ts';

/** The journal as a log group: one line of JSON for each entry. AWS has no such group. */
export const JOURNAL_LOG_GROUP = '/local-engine/journal';

/** Begins the name of an archive's log group: one line of JSON for each event. AWS has no such groups. */
export const ARCHIVE_LOG_GROUPS = '/local-engine/archive/';

interface EngineLogProps {
  /** Log groups of functions. */
  readonly functionLogs: LogGroups;
  readonly journal: Journal;
  readonly events: EventBridge;
  /** Unix epoch milliseconds at which the engine began. */
  readonly startedAt: number;
}

/** Every log group of the engine: what functions log, and what AWS has no call for. */
export function engineLogGroups({ functionLogs, journal, events, startedAt }: EngineLogProps): LogGroups {
  const ownGroups = () => [
    journalLog(journal, startedAt),
    ...events.listArchives().map(({ name, createdAt }) => archiveLog(events, name, createdAt)),
  ];
  return {
    find: (name) => functionLogs.find(name) ?? ownGroups().find((group) => group.name === name),
    list: () => [...functionLogs.list(), ...ownGroups()],
  };
}

/** @param createdAt Unix epoch milliseconds */
export function archiveLog(events: EventBridge, archiveName: string, createdAt: number): LogGroup {
  return {
    name: `${ARCHIVE_LOG_GROUPS}${archiveName}`,
    createdAt,
    // In the order of a replay: by minute, and inside one as the events arrived.
    read: ({ from, to, beyond: after, limit }) => {
      const range = { from, to: to + 1, limit, ...(after !== undefined && { after }) };
      const listed = events.archivedEvents({ archiveName, ...range })?.events ?? [];
      return listed.map(({ timestamp: at, message, id }) => ({ at, message, id }));
    },
  };
}

/** @param createdAt Unix epoch milliseconds at which the engine began */
export function journalLog(journal: Journal, createdAt: number): LogGroup {
  return {
    name: JOURNAL_LOG_GROUP,
    createdAt,
    read: (range) => {
      const entries = journal.entries();
      const start = firstIndex(entries, ({ at, sequence }) => at >= range.from && sequence > sequenceOf(range, 0));
      return lines(entries.slice(start, start + range.limit), range);
    },
    readBackwards: (range) => {
      const entries = journal.entries();
      const before = sequenceOf(range, Number.POSITIVE_INFINITY);
      const end = firstIndex(entries, ({ at, sequence }) => at > range.to || sequence >= before);
      return lines(entries.slice(Math.max(0, end - range.limit), end).reverse(), range);
    },
  };
}

function sequenceOf({ beyond }: LogRange, otherwise: number): number {
  return beyond === undefined ? otherwise : Number(beyond);
}

function lines(entries: readonly JournalEntry[], { from, to }: LogRange): LogLine[] {
  return entries
    .filter(({ at }) => at >= from && at <= to)
    .map((entry) => ({ at: entry.at, message: JSON.stringify(entry), id: String(entry.sequence) }));
}

/** Of entries in order, the index of the first that is far enough, by halving. */
function firstIndex(entries: readonly JournalEntry[], isFarEnough: (entry: JournalEntry) => boolean): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry !== undefined && isFarEnough(entry)) high = middle;
    else low = middle + 1;
  }
  return low;
}
