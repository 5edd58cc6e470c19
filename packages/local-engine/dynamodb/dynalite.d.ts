/** The parts of dynalite 4 that the engine is composed of; the package ships no types. */

declare module 'dynalite/db/index.js' {
  import type { Item } from './items.ts';
  import type { KeyedValues } from './keyed-values.ts';

  type IndexType = 'Local' | 'Global';
  type Index = { readonly IndexName: string };
  type Table = { readonly TableName: string; readonly TableStatus: string } & {
    readonly [type in `${IndexType}SecondaryIndexes`]?: readonly Index[];
  };
  type Done<T = void> = (error: Error | null, value?: T) => void;

  /** What actions work on. dynalite makes one of a database that it brings; the engine has its own. */
  interface Store {
    readonly options: Readonly<Record<'createTableMs' | 'deleteTableMs' | 'updateTableMs' | 'maxItemSize', number>>;
    readonly tableDb: KeyedValues & { readonly awsRegion: string; readonly awsAccountId: string };
    getTable(name: string, ...rest: [Done<Table>] | [false, Done<Table>]): void;
    getItemDb(tableName: string): KeyedValues;
    deleteItemDb(tableName: string, done: Done): void;
    getIndexDb(type: IndexType, tableName: string, indexName: string): KeyedValues;
    deleteIndexDb(type: IndexType, tableName: string, indexName: string, done: Done): void;
    getTagDb(tableName: string): KeyedValues;
    deleteTagDb(tableName: string, done: Done): void;
  }
  const db: {
    itemSize(item: Item): number;
    getIndexActions(
      indexes: readonly Index[],
      oldItem: Item | undefined,
      newItem: Item,
      table: Table,
    ): { puts: { index: string; key: string; item: Item }[] };
  };

  export type { IndexType, Store, Table };
  export default db;
}

declare module 'dynalite/validations/index.js' {
  const validations: {
    checkTypes(data: unknown, types: unknown): Record<string, unknown>;
    checkValidations(data: unknown, types: unknown, custom: unknown, store: unknown): void;
  };
  export default validations;
}
