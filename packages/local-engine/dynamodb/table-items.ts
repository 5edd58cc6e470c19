import type { StatementSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import type { Storage } from '../storage/storage.ts';
import type { Item } from './dynamodb-types.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS dynamodb_tables (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, key_schema TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS dynamodb_items (
    table_id INTEGER NOT NULL, key TEXT NOT NULL, item TEXT NOT NULL, PRIMARY KEY (table_id, key)
  ) WITHOUT ROWID;
`;

export interface StoredItem {
  readonly key: string;
  readonly item: Item;
}

/** The rows of one table, as the data folder has them. They stay there when the table is gone, for one of the same name. */
export class TableItems {
  readonly #storage: Storage;
  readonly #tableId: number;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #page: StatementSync;

  /** @throws Error if the folder has a table of that name with another key */
  constructor(storage: Storage, tableName: string, keySchema: unknown) {
    const { db } = storage;
    this.#storage = storage;
    db.exec(TABLES);
    db.prepare('INSERT INTO dynamodb_tables (name, key_schema) VALUES (?, ?) ON CONFLICT DO NOTHING').run(
      tableName,
      JSON.stringify(keySchema),
    );
    const table = db.prepare('SELECT id, key_schema FROM dynamodb_tables WHERE name = ?').get(tableName);
    const { id, key_schema: known } = table as { id: number; key_schema: string };
    if (!isDeepStrictEqual(JSON.parse(known), keySchema)) {
      const keys = `${JSON.stringify(keySchema)} here and ${known} in the data folder`;
      throw new Error(`has the key ${keys}. Give it another name, or start with an empty folder.`);
    }
    this.#tableId = id;
    this.#put = db.prepare('INSERT OR REPLACE INTO dynamodb_items VALUES (?, ?, ?)');
    this.#delete = db.prepare('DELETE FROM dynamodb_items WHERE table_id = ? AND key = ?');
    this.#page = db.prepare('SELECT key, item FROM dynamodb_items WHERE table_id = ? AND key > ? ORDER BY key LIMIT ?');
    storage.changed();
  }

  put(key: string, item: Item): void {
    this.#put.run(this.#tableId, key, JSON.stringify(item));
    this.#storage.changed();
  }

  delete(key: string): void {
    this.#delete.run(this.#tableId, key);
    this.#storage.changed();
  }

  /** Up to `limit` rows in the order of their keys, those after a key; the empty one is before all. */
  page(after: string, limit: number): StoredItem[] {
    return this.#page
      .all(this.#tableId, after, limit)
      .map(({ key, item }) => ({ key: String(key), item: JSON.parse(String(item)) }));
  }
}

/** Takes the rows of a name out of the data folder, and the key that they have: the next table of that name is a new one. */
export function forgetTableItems(storage: Storage, tableName: string): void {
  const { db } = storage;
  db.exec(TABLES);
  db.prepare('DELETE FROM dynamodb_items WHERE table_id IN (SELECT id FROM dynamodb_tables WHERE name = ?)').run(
    tableName,
  );
  db.prepare('DELETE FROM dynamodb_tables WHERE name = ?').run(tableName);
  storage.changed();
}
