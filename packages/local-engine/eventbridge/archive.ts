import type { Clock } from '../core/clock.ts';
import { compileEventPattern, type EventMatcher } from '../event-pattern/index.ts';
import type { Storage } from '../storage/storage.ts';
import type { BusEvent } from './put-events.ts';

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

/** Totals stand beside the events, so that nothing has to be counted. Times are Unix epoch milliseconds. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS archives (
    name TEXT PRIMARY KEY, created_at INTEGER NOT NULL,
    events INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE IF NOT EXISTS archived_events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, archive TEXT NOT NULL, minute INTEGER NOT NULL,
    time INTEGER NOT NULL, archived_at INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS archived_events_in_order ON archived_events (archive, minute, sequence);
  CREATE INDEX IF NOT EXISTS archived_events_by_age ON archived_events (archive, archived_at);
`;

const COUNT = 'UPDATE archives SET events = events + ?, bytes = bytes + ? WHERE name = ?';

// Two statements, since SQLite would find the place inside a minute by reading that minute from its beginning.
const select = (minutes: string) => `SELECT minute, sequence, time, body FROM archived_events
  WHERE archive = ? AND ${minutes} AND time >= ? AND time < ? AND sequence <= ? ORDER BY minute, sequence LIMIT ?`;
const REST_OF_MINUTE = select('minute = ? AND sequence > ?');
const LATER_MINUTES = select('minute > ? AND minute <= ?');

/**
 * An archive keeps the events that it matches, unchanged, in SQLite. Replayed events are never archived again.
 * Source: EventBridge user guide, eb-archive.
 */
export class Archive {
  readonly props: ArchiveProps;
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #matches: EventMatcher | undefined;
  /** No event arrived before this, in Unix epoch milliseconds. */
  #oldest: number;

  /**
   * Continues the archive of that name, if an earlier run created it.
   * @throws InvalidEventPatternError
   */
  constructor(props: ArchiveProps, storage: Storage, clock: Clock) {
    this.props = props;
    this.#storage = storage;
    this.#clock = clock;
    this.#matches = props.pattern === undefined ? undefined : compileEventPattern(props.pattern);
    storage.db.exec(TABLES);
    storage.run('INSERT OR IGNORE INTO archives (name, created_at) VALUES (?, ?)', props.name, clock.now());
    this.#oldest = this.#findOldest();
  }

  /** Archives an event that matches. Returns whether it did. */
  offer(event: BusEvent, body: string): boolean {
    if (event['replay-name'] !== undefined) return false;
    if (this.#matches && !this.#matches(event)) return false;
    this.#expire();
    const time = Date.parse(event.time);
    const { name } = this.props;
    this.#storage.run(
      'INSERT INTO archived_events (archive, minute, time, archived_at, body) VALUES (?, ?, ?, ?, ?)',
      ...[name, Math.floor(time / MINUTE_MS), time, this.#clock.now(), body],
    );
    this.#storage.run(COUNT, 1, Buffer.byteLength(body), name);
    return true;
  }

  /** Up to `limit` events of a window, in the order of a replay: minute by minute, as they arrived. */
  page(window: ArchiveWindow, limit: number): readonly ArchivedEvent[] {
    this.#expire();
    const { name } = this.props;
    const { from = Number.MIN_SAFE_INTEGER, to = Number.MAX_SAFE_INTEGER, upTo = Number.MAX_SAFE_INTEGER } = window;
    const { minute, sequence } = window.after ?? { minute: Math.floor(from / MINUTE_MS), sequence: 0 };
    const rows = this.#storage.prepared(REST_OF_MINUTE).all(name, minute, sequence, from, to, upTo, limit);
    if (rows.length < limit) {
      const range = [minute, Math.floor(to / MINUTE_MS), from, to, upTo];
      rows.push(...this.#storage.prepared(LATER_MINUTES).all(name, ...range, limit - rows.length));
    }
    return rows as unknown as ArchivedEvent[];
  }

  get totals(): ArchiveTotals {
    this.#expire();
    const select = 'SELECT events, bytes, created_at AS createdAt FROM archives WHERE name = ?';
    return this.#storage.prepared(select).get(this.props.name) as unknown as ArchiveTotals;
  }

  /** Removes what is past retention, which counts from an event's arrival. */
  #expire(): void {
    const { name, retentionDays } = this.props;
    if (retentionDays === 0) return;
    const horizon = this.#clock.now() - retentionDays * DAY_MS;
    if (this.#oldest >= horizon) return;
    const expired = this.#storage
      .prepared(
        `SELECT count(*) AS events, coalesce(sum(octet_length(body)), 0) AS bytes FROM archived_events
         WHERE archive = ? AND archived_at < ?`,
      )
      .get(name, horizon);
    this.#storage.run('DELETE FROM archived_events WHERE archive = ? AND archived_at < ?', name, horizon);
    this.#storage.run(COUNT, -Number(expired?.events), -Number(expired?.bytes), name);
    this.#oldest = this.#findOldest();
  }

  /** When the oldest event was archived; now for an empty archive. */
  #findOldest(): number {
    const select = 'SELECT min(archived_at) AS at FROM archived_events WHERE archive = ?';
    return Number(this.#storage.prepared(select).get(this.props.name)?.at ?? this.#clock.now());
  }
}

/** Removes the events of an archive, and what is known of it. */
export function forgetArchive(storage: Storage, name: string): void {
  storage.db.exec(TABLES);
  storage.run('DELETE FROM archived_events WHERE archive = ?', name);
  storage.run('DELETE FROM archives WHERE name = ?', name);
}

/** The sequence of the last event that arrived in any archive; 0 before the first. */
export function lastSequence(storage: Storage): number {
  storage.db.exec(TABLES);
  return Number(storage.prepared("SELECT seq FROM sqlite_sequence WHERE name = 'archived_events'").get()?.seq ?? 0);
}
