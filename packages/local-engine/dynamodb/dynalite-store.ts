import type { IndexType, Store, Table } from 'dynalite/db/index.js';
import type { Account } from '../core/account.ts';
import { KeyedValues } from './keyed-values.ts';

type TableDone = (error: Error | null, table?: Table) => void;

/** The tables, items and indexes that dynalite's actions work on. */
export class DynaliteStore implements Store {
  /** Tables change their state at the next turn. The size is that of the largest item, in bytes. */
  readonly options = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0, maxItemSize: 400 * 1024 };
  readonly tableDb: Store['tableDb'];
  readonly #stores = new Map<string, KeyedValues>();
  /** Tables that were read, with the JSON text that they were read from. */
  readonly #read = new Map<string, { readonly text: string; readonly table: Table }>();

  constructor({ region, id }: Account) {
    this.tableDb = Object.assign(new KeyedValues(), { awsRegion: region, awsAccountId: id });
  }

  getItemDb(tableName: string): KeyedValues {
    return this.#store(`item ${tableName}`);
  }

  deleteItemDb(tableName: string, done: (error: null) => void): void {
    this.#delete(`item ${tableName}`, done);
  }

  getIndexDb(type: IndexType, tableName: string, indexName: string): KeyedValues {
    return this.#store(`${type.toLowerCase()} ${tableName} ${indexName}`);
  }

  deleteIndexDb(type: IndexType, tableName: string, indexName: string, done: (error: null) => void): void {
    this.#delete(`${type.toLowerCase()} ${tableName} ${indexName}`, done);
  }

  getTagDb(tableName: string): KeyedValues {
    return this.#store(`tag ${tableName}`);
  }

  deleteTagDb(tableName: string, done: (error: null) => void): void {
    this.#delete(`tag ${tableName}`, done);
  }

  /**
   * dynalite leaves `anyStatus` out for calls on items, which only read the table, and need one that is not being made or deleted.
   * For calls on the table itself it is false.
   */
  getTable(name: string, ...[anyStatus, done]: [TableDone] | [false, TableDone]): void {
    const isForItems = anyStatus !== false;
    const table = isForItems ? this.#readTable(name) : parsed(this.tableDb.textOf(name));
    const isHidden = isForItems && (table?.TableStatus === 'CREATING' || table?.TableStatus === 'DELETING');
    const answer = isForItems ? anyStatus : done;
    if (table === undefined || isHidden) answer?.(notFound(isForItems ? '' : `: Table: ${name} not found`));
    else answer?.(null, table);
  }

  /** Parsed once as long as it stays the same: every call on an item reads it. */
  #readTable(name: string): Table | undefined {
    const text = this.tableDb.textOf(name);
    const known = this.#read.get(name);
    if (known !== undefined && known.text === text) return known.table;
    const table = parsed(text);
    if (table !== undefined && text !== undefined) this.#read.set(name, { text, table });
    else this.#read.delete(name);
    return table;
  }

  #store(name: string): KeyedValues {
    const known = this.#stores.get(name);
    if (known !== undefined) return known;
    const made = new KeyedValues();
    this.#stores.set(name, made);
    return made;
  }

  #delete(name: string, done: (error: null) => void): void {
    this.#stores.delete(name);
    done(null);
  }
}

function parsed(text: string | undefined): Table | undefined {
  return text === undefined ? undefined : JSON.parse(text);
}

/** In the form in which dynalite's actions answer errors. */
function notFound(which: string): Error {
  const __type = 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException';
  const body = { __type, message: `Requested resource not found${which}` };
  return Object.assign(new Error('NotFoundError'), { name: 'NotFoundError', statusCode: 400, body });
}
