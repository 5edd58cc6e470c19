import type { Storage } from '../storage/storage.ts';

interface Dates {
  /** Unix epoch milliseconds. */
  readonly createdAt: number;
  /** Unix epoch milliseconds of the last update that changed it. @default - it is as it was made */
  readonly updatedAt?: number;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS stacks (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, updated_at INTEGER) WITHOUT ROWID
`;

/** When stacks were made and last updated, by name: the ARN of a table's stream holds the time, and must stay. */
export class StackDates {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    storage.db.exec(TABLE);
    this.#storage = storage;
  }

  /** Undefined for a stack that is new. */
  of(name: string): Dates | undefined {
    const row = this.#storage.db.prepare('SELECT created_at, updated_at FROM stacks WHERE name = ?').get(name);
    if (row === undefined) return undefined;
    const { created_at: createdAt, updated_at: updatedAt } = row as { created_at: number; updated_at: number | null };
    return { createdAt, ...(updatedAt !== null && { updatedAt }) };
  }

  keep(name: string, { createdAt, updatedAt }: Dates): void {
    this.#storage.db.prepare('INSERT OR REPLACE INTO stacks VALUES (?, ?, ?)').run(name, createdAt, updatedAt ?? null);
    this.#storage.changed();
  }

  forget(name: string): void {
    this.#storage.db.prepare('DELETE FROM stacks WHERE name = ?').run(name);
    this.#storage.changed();
  }
}
