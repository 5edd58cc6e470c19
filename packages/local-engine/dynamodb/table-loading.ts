import db, { type IndexType, type Store, type Table } from 'dynalite/db/index.js';
import type { ItemStore } from './dynamodb-types.ts';
import type { StoredItem, TableItems } from './table-items.ts';

/** Rows that are put into the store at a time. */
const PAGE_SIZE = 2000;

const INDEX_TYPES: readonly IndexType[] = ['Local', 'Global'];

/** Puts all rows of a table straight into dynalite's item store and its indexes: they are no writes. */
export async function loadItems(store: Store, tableName: string, items: ItemStore, stored: TableItems): Promise<void> {
  const table = await tableOf(store, tableName);
  for (let after = ''; ; ) {
    const page = stored.page(after, PAGE_SIZE);
    await putAll(items, page);
    for (const indexType of INDEX_TYPES) await putIntoIndexes(store, table, indexType, page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_SIZE) return;
    after = last.key;
  }
}

async function putIntoIndexes(
  store: Store,
  table: Table,
  indexType: IndexType,
  page: readonly StoredItem[],
): Promise<void> {
  const indexes = table[`${indexType}SecondaryIndexes`] ?? [];
  const puts = page.flatMap(({ item }) => db.getIndexActions(indexes, undefined, item, table).puts);
  for (const { IndexName } of indexes) {
    const entries = puts.filter(({ index }) => index === IndexName);
    await putAll(store.getIndexDb(indexType, table.TableName, IndexName), entries);
  }
}

function putAll(items: ItemStore, entries: readonly StoredItem[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const puts = entries.map(({ key, item }) => ({ type: 'put' as const, key, value: item }));
    items.batch(puts, (error) => (error ? reject(error) : resolve()));
  });
}

function tableOf(store: Store, name: string): Promise<Table> {
  return new Promise((resolve, reject) => {
    store.getTable(name, (error, table) => (table === undefined ? reject(error) : resolve(table)));
  });
}
