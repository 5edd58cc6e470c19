import type { StatementSync } from 'node:sqlite';
import type { Clock } from '../core/clock.ts';
import type { Storage } from '../storage/storage.ts';
import type { BusEvent } from './bus-event.ts';
import { compileEventPattern, type EventMatcher } from './event-pattern/event-pattern.ts';

export interface ArchiveProps {
  readonly name: string;
  readonly arn: string;
  readonly busArn: string;
  readonly description?: string;
  /** What it keeps. @default everything but replayed events */
  readonly pattern?: unknown;
  /** Days; 0 keeps events forever. */
  readonly retentionDays: number;
}

/** An event's position in its archive: replays go by the minutes of the events' own times, and inside a minute by arrival. */
export interface ArchivePosition {
  /** Whole minutes since the Unix epoch, of the event's own time. */
  readonly minute: number;
  /** Of its arrival; unique and growing, across all archives. */
  readonly sequence: number;
}

interface ArchivedEvent extends ArchivePosition {
  /** Unix epoch milliseconds of the event's own time, which is in whole seconds. */
  readonly time: number;
  /** The envelope as JSON text. */
  readonly body: string;
}

/** A part of an archive, by the events' own times in Unix epoch milliseconds. */
interface ArchiveWindow {
  /** Inclusive. @default - from the first event */
  readonly from?: number;
  /** Exclusive. @default - up to the last event, which is included */
  readonly to?: number;
  /** Only arrivals up to this sequence. @default all */
  readonly upTo?: number;
  /** Only events behind this position. @default - from the beginning */
  readonly after?: ArchivePosition;
}

interface ArchiveTotals {
  readonly events: number;
  readonly bytes: number;
  /** Unix epoch milliseconds at which the archive was created. */
  readonly createdAt: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * An archive keeps the events that it matches, unchanged. Replayed events are never archived again.
 * Source: EventBridge user guide, eb-archive.
 */
export class Archive {
  readonly props: ArchiveProps;
  readonly #store: ArchiveStore;
  readonly #clock: Clock;
  readonly #matches: EventMatcher | undefined;
  /** No event arrived before this, in Unix epoch milliseconds. */
  #oldest: number;

  /** @throws InvalidEventPatternError */
  constructor(props: ArchiveProps, store: ArchiveStore, clock: Clock) {
    this.props = props;
    this.#store = store;
    this.#clock = clock;
    this.#matches = props.pattern === undefined ? undefined : compileEventPattern(props.pattern);
    store.create(props.name, clock.now());
    this.#oldest = store.oldest(props.name) ?? clock.now();
  }

  /** Archives an event that matches. Returns whether it did. */
  offer(event: BusEvent, body: string): boolean {
    if (event['replay-name'] !== undefined) return false;
    if (this.#matches && !this.#matches(event)) return false;
    this.#expire();
    this.#store.append(this.props.name, { time: Date.parse(event.time), archivedAt: this.#clock.now(), body });
    return true;
  }

  /** Up to `limit` events of a window, in the order of a replay: minute by minute, as they arrived. */
  page(window: ArchiveWindow, limit: number): readonly ArchivedEvent[] {
    this.#expire();
    return this.#store.page(this.props.name, window, limit);
  }

  get totals(): ArchiveTotals {
    this.#expire();
    return this.#store.totals(this.props.name);
  }

  /** Removes what is past retention, which counts from an event's arrival. */
  #expire(): void {
    const { name, retentionDays } = this.props;
    if (retentionDays === 0) return;
    const horizon = this.#clock.now() - retentionDays * DAY_MS;
    if (this.#oldest >= horizon) return;
    this.#store.expire(name, horizon);
    this.#oldest = this.#store.oldest(name) ?? this.#clock.now();
  }
}

/** Totals stand beside the events, so that nothing has to be counted. */
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

/** The events of all archives, in SQLite: only the page that is read is in memory. Times are Unix epoch milliseconds. */
export class ArchiveStore {
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
    const select = (minutes: string) => `SELECT minute, sequence, time, body FROM archived_events
      WHERE archive = ? AND ${minutes} AND time >= ? AND time < ? AND sequence <= ? ORDER BY minute, sequence LIMIT ?`;
    this.#restOfMinute = db.prepare(select('minute = ? AND sequence > ?'));
    this.#laterMinutes = db.prepare(select('minute > ? AND minute <= ?'));
    this.#totals = db.prepare('SELECT events, bytes, created_at AS createdAt FROM archives WHERE name = ?');
  }

  /** Creates an archive, unless an earlier run did. */
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

  append(archive: string, event: { time: number; archivedAt: number; body: string }): void {
    const { time, archivedAt, body } = event;
    this.#insert.run(archive, Math.floor(time / MINUTE_MS), time, archivedAt, body);
    this.#count.run(1, Buffer.byteLength(body), archive);
    this.#storage.changed();
  }

  /** Up to `limit` events of a window, in the order of a replay. */
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

  /** Removes what was archived before that time. */
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

  /** When the oldest event was archived; undefined for an empty archive. */
  oldest(archive: string): number | undefined {
    const { at } = this.#storage.db
      .prepare('SELECT min(archived_at) AS at FROM archived_events WHERE archive = ?')
      .get(archive) as { at: number | null };
    return at ?? undefined;
  }

  /** The sequence of the last event that arrived in any archive; 0 before the first. */
  lastSequence(): number {
    const row = this.#storage.db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'archived_events'").get();
    return Number(row?.seq ?? 0);
  }

  totals(archive: string): ArchiveTotals {
    return this.#totals.get(archive) as unknown as ArchiveTotals;
  }
}
