import type { Storage } from '../storage/storage.ts';
import type { TableDefinition } from './dynamodb.ts';
import type { StreamViewType } from './dynamodb-types.ts';

interface KeptStream {
  readonly arn: string;
  readonly viewType: StreamViewType;
}

/** A table that is not only what a template says. */
export interface KeptTable {
  readonly definition: TableDefinition;
  /** The one that it has now. */
  readonly stream?: KeptStream | undefined;
  /** Those that were turned off, with the Unix epoch milliseconds of that: they can be read as long as they keep records. */
  readonly earlierStreams?: readonly (KeptStream & { readonly turnedOffAt: number })[];
  /** Whether a template makes it, and only its stream is another one. */
  readonly isOfStack: boolean;
}

const TABLE =
  'CREATE TABLE IF NOT EXISTS dynamodb_kept_tables (name TEXT PRIMARY KEY, kept TEXT NOT NULL) WITHOUT ROWID';

/** What the data folder knows of such tables. */
export class KeptTables {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
    storage.db.exec(TABLE);
  }

  all(): KeptTable[] {
    const rows = this.#storage.db.prepare('SELECT kept FROM dynamodb_kept_tables ORDER BY name').all();
    return rows.map(({ kept }) => JSON.parse(String(kept)));
  }

  get(name: string): KeptTable | undefined {
    const row = this.#storage.db.prepare('SELECT kept FROM dynamodb_kept_tables WHERE name = ?').get(name);
    return row && JSON.parse(String(row.kept));
  }

  put({ stream, ...others }: KeptTable): void {
    // Streams come with much more than is kept of them.
    const kept: KeptTable = { ...others, ...(stream && { stream: { arn: stream.arn, viewType: stream.viewType } }) };
    const put = this.#storage.db.prepare('INSERT OR REPLACE INTO dynamodb_kept_tables VALUES (?, ?)');
    put.run(kept.definition.name, JSON.stringify(kept));
    this.#storage.changed();
  }

  delete(name: string): void {
    this.#storage.db.prepare('DELETE FROM dynamodb_kept_tables WHERE name = ?').run(name);
    this.#storage.changed();
  }
}
