import type { StatementSync } from 'node:sqlite';
import type { Storage } from '../storage/storage.ts';

/** Where an event stands in its archive: replays follow the minutes of events' own times, and inside one their arrival. */
export interface ArchivePosition {
  /** Whole minutes since the Unix epoch, of the event's own time. */
  readonly minute: number;
  /** Of its arrival; unique and growing, across all archives. */
  readonly sequence: number;
}

export interface ArchivedEvent extends ArchivePosition {
  /** Unix epoch milliseconds of the event's own time, which is in whole seconds. */
  readonly time: number;
  /** The envelope as JSON text. */
  readonly body: string;
}

/** Which of an archive's events, by their own times in Unix epoch milliseconds. */
export interface ArchiveWindow {
  /** The earliest. @default - the first there is */
  readonly from?: number;
  /** What all are before. @default - the last there is is among them */
  readonly to?: number;
  /** Arrivals up to this sequence only. @default all */
  readonly upTo?: number;
  /** Only what stands behind this. @default - from the beginning */
  readonly after?: ArchivePosition;
}

export interface ArchiveTotals {
  readonly events: number;
  readonly bytes: number;
  /** Unix epoch milliseconds at which the archive was made. */
  readonly createdAt: number;
}

const MINUTE_MS = 60_000;

/** The tables of all archives. Counts are kept beside the events, so that nobody has to count. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS archives (
    name TEXT PRIMARY KEY, created_at INTEGER NOT NULL,
    events INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE IF NOT EXISTS archived_events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, archive TEXT NOT NULL, minute INTEGER NOT NULL,
    time INTEGER NOT NULL, archived_at INTEGER NOT NULL, body TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS archived_events_in_order ON archived_events (archive, minute, sequence);
  CREATE INDEX IF NOT EXISTS archived_events_by_age ON archived_events (archive, archived_at);
`;

/** The events of all archives, in SQLite: however many there are, only the page that is read is in memory. */
export class ArchivedEvents {
  readonly #storage: Storage;
  readonly #insert: StatementSync;
  readonly #count: StatementSync;
  readonly #restOfMinute: StatementSync;
  readonly #laterMinutes: StatementSync;
  readonly #totals: StatementSync;

  constructor(storage: Storage) {
    this.#storage = storage;
    const { db } = storage;
    db.exec(TABLES);
    this.#insert = db.prepare(
      'INSERT INTO archived_events (archive, minute, time, archived_at, body) VALUES (?, ?, ?, ?, ?)',
    );
    this.#count = db.prepare('UPDATE archives SET events = events + ?, bytes = bytes + ? WHERE name = ?');
    // Two statements, since SQLite would find the place inside a minute by reading that minute from its beginning.
    this.#restOfMinute = db.prepare(select('minute = ? AND sequence > ?'));
    this.#laterMinutes = db.prepare(select('minute > ? AND minute <= ?'));
    this.#totals = db.prepare('SELECT events, bytes, created_at AS createdAt FROM archives WHERE name = ?');
  }

  /** Makes an archive, unless it is there from an earlier run. */
  create(archive: string, createdAt: number): void {
    this.#storage.db.prepare('INSERT OR IGNORE INTO archives (name, created_at) VALUES (?, ?)').run(archive, createdAt);
    this.#storage.changed();
  }

  /** Removes an archive with its events. */
  remove(archive: string): void {
    this.#storage.db.prepare('DELETE FROM archived_events WHERE archive = ?').run(archive);
    this.#storage.db.prepare('DELETE FROM archives WHERE name = ?').run(archive);
    this.#storage.changed();
  }

  /** Times are Unix epoch milliseconds. */
  append(archive: string, event: { time: number; archivedAt: number; body: string }): void {
    const { time, archivedAt, body } = event;
    this.#insert.run(archive, Math.floor(time / MINUTE_MS), time, archivedAt, body);
    this.#count.run(1, Buffer.byteLength(body), archive);
    this.#storage.changed();
  }

  /** Up to `limit` events of a window, in the order in which a replay takes them. */
  page(archive: string, window: ArchiveWindow, limit: number): ArchivedEvent[] {
    const { from = Number.MIN_SAFE_INTEGER, to = Number.MAX_SAFE_INTEGER, upTo = Number.MAX_SAFE_INTEGER } = window;
    const { minute, sequence } = window.after ?? { minute: Math.floor(from / MINUTE_MS), sequence: 0 };
    const rows = this.#restOfMinute.all(archive, minute, sequence, from, to, upTo, limit);
    if (rows.length < limit) {
      const lastMinute = Math.floor(to / MINUTE_MS);
      rows.push(...this.#laterMinutes.all(archive, minute, lastMinute, from, to, upTo, limit - rows.length));
    }
    return rows as unknown as ArchivedEvent[];
  }

  /** Removes what was archived before that moment, in Unix epoch milliseconds. */
  expire(archive: string, before: number): void {
    const { db } = this.#storage;
    const expired = db
      .prepare(
        `SELECT count(*) AS events, coalesce(sum(octet_length(body)), 0) AS bytes FROM archived_events
         WHERE archive = ? AND archived_at < ?`,
      )
      .get(archive, before) as { events: number; bytes: number };
    if (expired.events === 0) return;
    db.prepare('DELETE FROM archived_events WHERE archive = ? AND archived_at < ?').run(archive, before);
    this.#count.run(-expired.events, -expired.bytes, archive);
    this.#storage.changed();
  }

  /** Unix epoch milliseconds of an archive's oldest arrival; undefined when it is empty. */
  oldest(archive: string): number | undefined {
    const { at } = this.#storage.db
      .prepare('SELECT min(archived_at) AS at FROM archived_events WHERE archive = ?')
      .get(archive) as { at: number | null };
    return at ?? undefined;
  }

  /** Of the last event that arrived in any archive; 0 before the first. */
  lastSequence(): number {
    const row = this.#storage.db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'archived_events'").get();
    return Number(row?.seq ?? 0);
  }

  totals(archive: string): ArchiveTotals {
    return this.#totals.get(archive) as unknown as ArchiveTotals;
  }
}

function select(minutes: string): string {
  return `SELECT minute, sequence, time, body FROM archived_events
    WHERE archive = ? AND ${minutes} AND time >= ? AND time < ? AND sequence <= ? ORDER BY minute, sequence LIMIT ?`;
}
