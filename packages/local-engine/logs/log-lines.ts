import type { Clock } from '../core/clock.ts';
import type { Storage } from '../storage/storage.ts';
import type { LogGroup, LogGroups, LogLine } from './log-groups.ts';

/** Lines that are kept in total. Older ones are deleted, so that memory and data folder stay small. */
const KEPT_IN_MEMORY = 100_000;
const KEPT_IN_FOLDER = 500_000;

/** Lines that are dropped at a time. */
const BATCH = 1000;

const TABLES = `
  CREATE TABLE IF NOT EXISTS log_groups (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS log_lines (
    id INTEGER PRIMARY KEY, log_group INTEGER NOT NULL, at INTEGER NOT NULL, message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS log_lines_by_time ON log_lines (log_group, at);
`;

const select = (side: string, order: string) =>
  `SELECT id, at, message FROM log_lines WHERE log_group = ? AND at BETWEEN ? AND ? AND (at, id) ${side} (?, ?)
   ORDER BY at ${order}, id ${order} LIMIT ?`;
const FORWARDS = select('>', 'ASC');
const BACKWARDS = select('<', 'DESC');

/** Place of a line before all others, and behind them. */
const START: Place = { at: -1, id: 0 };
const END: Place = { at: Number.MAX_SAFE_INTEGER, id: 0 };

/** By time, and by id where the time is the same. */
interface Place {
  readonly at: number;
  readonly id: number;
}

interface GroupRow {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
}

interface LogLinesProps {
  readonly storage: Storage;
  readonly clock: Clock;
  /** @default 100,000 in memory, 500,000 in a folder */
  readonly keptLines?: number;
}

/** The logs of functions, in SQLite: a log group for each, or for several, depending on their configurations. */
export class LogLines implements LogGroups {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #kept: number;
  readonly #groups = new Map<string, GroupRow>();
  /** Ids have no gaps: the oldest kept line's, and the next one's. */
  #oldest: number;
  #next: number;

  constructor({ storage, clock, keptLines }: LogLinesProps) {
    const { db, isLasting } = storage;
    this.#storage = storage;
    this.#clock = clock;
    this.#kept = keptLines ?? (isLasting ? KEPT_IN_FOLDER : KEPT_IN_MEMORY);
    db.exec(TABLES);
    const groups = db.prepare('SELECT id, name, created_at AS createdAt FROM log_groups').all();
    for (const group of groups as unknown as GroupRow[]) this.#groups.set(group.name, group);
    const ends = db.prepare('SELECT min(id) AS oldest, max(id) AS newest FROM log_lines').get();
    const { oldest, newest } = ends as { oldest: number | null; newest: number | null };
    this.#oldest = oldest ?? 1;
    this.#next = (newest ?? 0) + 1;
  }

  /** Makes a group, unless it exists. */
  createGroup(name: string): void {
    this.#groupOf(name);
  }

  /** Adds a line to a group, with the current time. Lines that functions write after the engine has stopped are dropped. */
  write(groupName: string, message: string): void {
    if (!this.#storage.db.isOpen) return;
    const insert = 'INSERT INTO log_lines (id, log_group, at, message) VALUES (?, ?, ?, ?)';
    this.#storage.run(insert, this.#next, this.#groupOf(groupName).id, this.#clock.now(), message);
    this.#next += 1;
    if (this.#next - this.#oldest < this.#kept + BATCH) return;
    this.#oldest = this.#next - this.#kept;
    this.#storage.run('DELETE FROM log_lines WHERE id < ?', this.#oldest);
  }

  find(name: string): LogGroup | undefined {
    const row = this.#groups.get(name);
    return row && this.#readable(row);
  }

  list(): readonly LogGroup[] {
    return [...this.#groups.values()].map((row) => this.#readable(row));
  }

  #groupOf(name: string): GroupRow {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const createdAt = this.#clock.now();
    const id = this.#storage.run('INSERT INTO log_groups (name, created_at) VALUES (?, ?)', name, createdAt);
    const group = { id, name, createdAt };
    this.#groups.set(name, group);
    return group;
  }

  #readable({ id: group, name, createdAt }: GroupRow): LogGroup {
    return {
      name,
      createdAt,
      lineIds: /^\d{1,15}-\d{1,15}$/,
      read: ({ from, to, beyond, limit }) => {
        const { at, id } = placeOf(beyond) ?? START;
        return linesOf(this.#storage.prepared(FORWARDS).all(group, Math.max(from, at), to, at, id, limit));
      },
      readBackwards: ({ from, to, beyond, limit }) => {
        const { at, id } = placeOf(beyond) ?? END;
        return linesOf(this.#storage.prepared(BACKWARDS).all(group, from, Math.min(to, at), at, id, limit));
      },
    };
  }
}

/** A line's id is its place. */
function placeOf(lineId: string | undefined): Place | undefined {
  const [at = 0, id = 0] = lineId?.split('-').map(Number) ?? [];
  return lineId === undefined ? undefined : { at, id };
}

function linesOf(rows: readonly object[]): LogLine[] {
  return (rows as readonly (Place & { message: string })[]).map(({ id, at, message }) => ({
    at,
    message,
    id: `${at}-${id}`,
  }));
}
