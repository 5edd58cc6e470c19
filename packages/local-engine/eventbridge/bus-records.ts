import type { StatementSync } from 'node:sqlite';
import type { Clock } from '../core/clock.ts';
import type { Storage } from '../storage/storage.ts';

/** What outlives the engine of a bus. Moments are Unix epoch milliseconds. */
export interface BusRecord {
  readonly createdAt: number;
  /** When it was made, or its description changed. */
  readonly modifiedAt: number;
  /** @default none */
  readonly description?: string;
}

interface Row {
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly description: string | null;
}

const TABLE = `CREATE TABLE IF NOT EXISTS event_buses (
  name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, description TEXT
)`;

/** When buses were made and changed, in SQLite: templates know nothing of it, and the next start must. */
export class BusRecords {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #find: StatementSync;

  constructor(storage: Storage, clock: Clock) {
    storage.db.exec(TABLE);
    this.#storage = storage;
    this.#clock = clock;
    this.#find = storage.db.prepare(
      'SELECT created_at AS createdAt, modified_at AS modifiedAt, description FROM event_buses WHERE name = ?',
    );
  }

  /** Notes a bus that was made, is there from an earlier run, or has another description. */
  put(name: string, description?: string): BusRecord {
    const before = this.#find.get(name) as unknown as Row | undefined;
    const now = this.#clock.now();
    const isAsBefore = before !== undefined && before.description === (description ?? null);
    const createdAt = before?.createdAt ?? now;
    const modifiedAt = isAsBefore ? before.modifiedAt : now;
    if (!isAsBefore) {
      this.#storage.db
        .prepare('INSERT OR REPLACE INTO event_buses VALUES (?, ?, ?, ?)')
        .run(name, createdAt, modifiedAt, description ?? null);
      this.#storage.changed();
    }
    return { createdAt, modifiedAt, ...(description !== undefined && { description }) };
  }

  remove(name: string): void {
    this.#storage.db.prepare('DELETE FROM event_buses WHERE name = ?').run(name);
    this.#storage.changed();
  }
}
