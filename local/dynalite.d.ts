/** The parts of dynalite 4 that the engine is composed of; the package ships no types. */

declare module 'dynalite/db/index.js' {
  import type { Item, ItemStore } from './dynamodb-types.ts';

  interface Store {
    readonly tableDb: { awsRegion: string; awsAccountId: string };
    getItemDb(tableName: string): ItemStore;
    readonly lifecycleManager: { gracefulClose(done: (error?: Error) => void): void };
  }
  const db: {
    create(options: { path?: string; createTableMs: number; deleteTableMs: number; updateTableMs: number }): Store;
    itemSize(item: Item): number;
  };

  export type { Store };
  export default db;
}

declare module 'dynalite/validations/index.js' {
  const validations: {
    checkTypes(data: unknown, types: unknown): Record<string, unknown>;
    checkValidations(data: unknown, types: unknown, custom: unknown, store: unknown): void;
  };
  export default validations;
}
