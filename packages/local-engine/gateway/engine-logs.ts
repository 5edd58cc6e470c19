import type { Clock } from '../core/clock.ts';
import { ARCHIVE_POSITION, type EventBridge } from '../eventbridge/index.ts';
import type { Journal, JournalEntry } from '../journal/journal.ts';
import type { LogGroup, LogGroups, LogLine, LogRange } from '../logs/index.ts';

/** The journal as a log group: one line of JSON for each entry. AWS has no such group. */
export const JOURNAL_LOG_GROUP = '/local-engine/journal';

/** Begins the name of an archive's log group: one line of JSON for each event. AWS has no such groups. */
const ARCHIVE_LOG_GROUPS = '/local-engine/archive/';

interface EngineLogProps {
  /** Log groups of functions. */
  readonly logs: LogGroups;
  readonly journal: Journal;
  readonly events: EventBridge;
  readonly clock: Clock;
}

/** Every log group of the engine: what functions log, and what AWS has no call for. */
export function engineLogGroups({ logs, journal, events, clock }: EngineLogProps): LogGroups {
  const startedAt = clock.now();
  const ownGroups = () => [
    journalLog(journal, startedAt),
    ...events.listArchives().map(({ name, createdAt }) => archiveLog(events, name, createdAt)),
  ];
  return {
    find: (name) => logs.find(name) ?? ownGroups().find((group) => group.name === name),
    list: () => [...logs.list(), ...ownGroups()],
  };
}

/** @param createdAt Unix epoch milliseconds */
function archiveLog(events: EventBridge, archiveName: string, createdAt: number): LogGroup {
  return {
    name: `${ARCHIVE_LOG_GROUPS}${archiveName}`,
    createdAt,
    lineIds: ARCHIVE_POSITION,
    // In the order of a replay: by minute, and inside one as the events arrived.
    read: ({ from, to, beyond: after, limit }) => {
      const range = { from, to: to + 1, limit, ...(after !== undefined && { after }) };
      return events.archivedEvents(archiveName, range) ?? [];
    },
  };
}

/** @param createdAt Unix epoch milliseconds at which the engine began */
function journalLog(journal: Journal, createdAt: number): LogGroup {
  return {
    name: JOURNAL_LOG_GROUP,
    createdAt,
    lineIds: /^\d{1,15}$/,
    read: (range) => lines(journal.from(Number(range.beyond ?? 0) + 1), range),
    readBackwards: (range) =>
      lines(journal.before(range.beyond === undefined ? undefined : Number(range.beyond)), range),
  };
}

function lines(entries: Iterable<JournalEntry>, { from, to, limit }: LogRange): LogLine[] {
  const found: LogLine[] = [];
  for (const entry of entries) {
    if (found.length === limit) break;
    if (entry.at < from || entry.at > to) continue;
    found.push(new JournalLine(entry));
  }
  return found;
}

/** Only what is wanted becomes text: entries are many. */
class JournalLine implements LogLine {
  readonly at: number;
  readonly value: JournalEntry;
  #message: string | undefined;

  constructor(entry: JournalEntry) {
    this.at = entry.at;
    this.value = entry;
  }

  get id(): string {
    return String(this.value.sequence);
  }

  get message(): string {
    this.#message ??= JSON.stringify(this.value);
    return this.#message;
  }
}
