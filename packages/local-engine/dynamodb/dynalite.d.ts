/** The parts of dynalite 4 that the engine is composed of; the package ships no types. */

declare module 'dynalite/db/index.js' {
  import type { Item, ItemStore } from './dynamodb-types.ts';

  type IndexType = 'Local' | 'Global';
  type Index = { readonly IndexName: string };
  type Table = { readonly TableName: string } & {
    readonly [type in `${IndexType}SecondaryIndexes`]?: readonly Index[];
  };

  interface Store {
    readonly tableDb: { awsRegion: string; awsAccountId: string };
    getTable(name: string, done: (error: Error | null, table?: Table) => void): void;
    getItemDb(tableName: string): ItemStore;
    getIndexDb(type: IndexType, tableName: string, indexName: string): ItemStore;
    readonly lifecycleManager: { gracefulClose(done: (error?: Error) => void): void };
  }
  const db: {
    create(options: { path?: string; createTableMs: number; deleteTableMs: number; updateTableMs: number }): Store;
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
