import { isDeepStrictEqual } from 'node:util';
import db, { type IndexType, type Store, type Table } from 'dynalite/db/index.js';
import type { Storage } from '../storage/storage.ts';
import type { KeySchema } from './dynamodb-stream.ts';
import type { StreamViewType } from './items.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS dynamodb_tables (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, key_schema TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS dynamodb_items (
    table_id INTEGER NOT NULL, key TEXT NOT NULL, item TEXT NOT NULL, PRIMARY KEY (table_id, key)
  ) WITHOUT ROWID, STRICT;
`;

/** An item as JSON text, with its key in dynalite's store. */
interface StoredItem {
  readonly key: string;
  readonly text: string;
}

/** The rows of one table in the data folder. They stay when the table is deleted, for the next one of that name. */
export class TableItems {
  readonly #storage: Storage;
  readonly #tableId: number;

  /** @throws Error if the folder has a table of that name with another key */
  constructor(storage: Storage, tableName: string, keySchema: unknown) {
    this.#storage = storage;
    storage.db.exec(TABLES);
    const insert = 'INSERT INTO dynamodb_tables (name, key_schema) VALUES (?, ?) ON CONFLICT DO NOTHING';
    storage.run(insert, tableName, JSON.stringify(keySchema));
    const table = storage.prepared('SELECT id, key_schema FROM dynamodb_tables WHERE name = ?').get(tableName);
    const { id, key_schema: known } = table as { id: number; key_schema: string };
    if (!isDeepStrictEqual(JSON.parse(known), keySchema)) {
      const keys = `${JSON.stringify(keySchema)} here and ${known} in the data folder`;
      throw new Error(`has the key ${keys}. Give it another name, or start with an empty folder.`);
    }
    this.#tableId = id;
  }

  /** @param text the item as JSON */
  put(key: string, text: string): void {
    this.#storage.run('INSERT OR REPLACE INTO dynamodb_items VALUES (?, ?, ?)', this.#tableId, key, text);
  }

  delete(key: string): void {
    this.#storage.run('DELETE FROM dynamodb_items WHERE table_id = ? AND key = ?', this.#tableId, key);
  }

  /** Up to `limit` rows in the order of their keys, those after a key; the empty one is before all. */
  page(after: string, limit: number): StoredItem[] {
    const select = 'SELECT key, item FROM dynamodb_items WHERE table_id = ? AND key > ? ORDER BY key LIMIT ?';
    const rows = this.#storage.prepared(select).all(this.#tableId, after, limit);
    return rows.map(({ key, item }) => ({ key: String(key), text: String(item) }));
  }
}

/** Removes the rows of a name and their key from the data folder, so that the next table of that name is a new one. */
export function forgetTableItems(storage: Storage, tableName: string): void {
  storage.db.exec(TABLES);
  storage.run(
    'DELETE FROM dynamodb_items WHERE table_id IN (SELECT id FROM dynamodb_tables WHERE name = ?)',
    tableName,
  );
  storage.run('DELETE FROM dynamodb_tables WHERE name = ?', tableName);
}

/** Rows that are put into the store at a time. */
const PAGE_SIZE = 2000;

/** Puts all rows of a table into dynalite's store and its indexes directly, so that they do not count as writes. */
export function loadItems(store: Store, tableName: string, stored: TableItems): void {
  const items = store.getItemDb(tableName);
  store.getTable(tableName, (error, table) => {
    if (table === undefined) throw error;
    for (let after = ''; ; ) {
      const page = stored.page(after, PAGE_SIZE);
      for (const { key, text } of page) items.load(key, text);
      for (const indexType of ['Local', 'Global'] as const) loadIndexes(store, table, indexType, page);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE_SIZE) return;
      after = last.key;
    }
  });
}

function loadIndexes(store: Store, table: Table, indexType: IndexType, page: readonly StoredItem[]): void {
  const indexes = table[`${indexType}SecondaryIndexes`] ?? [];
  if (indexes.length === 0) return;
  for (const { text } of page) {
    for (const { index, key, item } of db.getIndexActions(indexes, undefined, JSON.parse(text), table).puts) {
      store.getIndexDb(indexType, table.TableName, index).load(key, JSON.stringify(item));
    }
  }
}

/** What a table is made from. */
export interface TableDefinition {
  readonly name: string;
  readonly keySchema: KeySchema;
  readonly attributeDefinitions: unknown;
  readonly billingMode: 'PAY_PER_REQUEST' | 'PROVISIONED';
  readonly provisionedThroughput?: unknown;
  readonly globalSecondaryIndexes?: unknown;
  /** Whether it can be restored as it was at an earlier time. @default false */
  readonly pointInTimeRecovery?: boolean;
  /** Whether DeleteTable is refused. @default false */
  readonly deletionProtection?: boolean;
  /** Unix epoch milliseconds. @default - now */
  readonly createdAt?: number;
}

interface KeptStream {
  readonly arn: string;
  readonly viewType: StreamViewType;
}

/** A table that differs from its template, or has none. */
interface KeptTable {
  readonly definition: TableDefinition;
  /** The one that it has now. */
  readonly stream?: KeptStream | undefined;
  /** Those that were turned off, with the Unix epoch milliseconds of that: they can be read as long as they keep records. */
  readonly earlierStreams?: readonly (KeptStream & { readonly turnedOffAt: number })[];
  /** Whether a template makes it, and only its stream differs. */
  readonly isOfStack: boolean;
}

const TABLE =
  'CREATE TABLE IF NOT EXISTS dynamodb_kept_tables (name TEXT PRIMARY KEY, kept TEXT NOT NULL) WITHOUT ROWID, STRICT';

/** Such tables in the data folder. */
export class KeptTables {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
    storage.db.exec(TABLE);
  }

  all(): KeptTable[] {
    const rows = this.#storage.prepared('SELECT kept FROM dynamodb_kept_tables ORDER BY name').all();
    return rows.map(({ kept }) => JSON.parse(String(kept)));
  }

  get(name: string): KeptTable | undefined {
    const row = this.#storage.prepared('SELECT kept FROM dynamodb_kept_tables WHERE name = ?').get(name);
    return row && JSON.parse(String(row.kept));
  }

  put({ stream, ...others }: KeptTable): void {
    // Streams come with much more than is kept of them.
    const kept: KeptTable = { ...others, ...(stream && { stream: { arn: stream.arn, viewType: stream.viewType } }) };
    const insert = 'INSERT OR REPLACE INTO dynamodb_kept_tables VALUES (?, ?)';
    this.#storage.run(insert, kept.definition.name, JSON.stringify(kept));
  }

  delete(name: string): void {
    this.#storage.run('DELETE FROM dynamodb_kept_tables WHERE name = ?', name);
  }
}
