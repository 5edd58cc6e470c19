import type { StatementSync } from 'node:sqlite';
import type { Storage } from '../storage/storage.ts';
import type { Checksum } from './checksums.ts';
import type { Contents } from './contents.ts';
import type { Tag } from './tag-filters.ts';

/** What is said of an object beside its bytes. */
export interface ObjectProperties {
  /** Headers that come back as they were sent, such as `content-type` and `x-amz-meta-…`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly storageClass: string;
  readonly checksum: Checksum;
  /** Of an object that was uploaded in parts. @default - it was not */
  readonly parts?: readonly ObjectPart[];
}

export interface ObjectPart {
  readonly number: number;
  readonly size: number;
  /** @default - none */
  readonly checksum?: string;
}

export interface StoredObject {
  readonly key: string;
  /** Number of its bytes among the contents. */
  readonly content: number;
  /** Bytes. */
  readonly size: number;
  /** With its quotation marks. */
  readonly etag: string;
  /** Unix epoch milliseconds, whole seconds. */
  readonly modifiedAt: number;
  readonly properties: ObjectProperties;
}

/** Keys are bytes of UTF-8: so SQLite compares them as S3 does. Bytes of objects stand apart, so that lists do not read them. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL, key BLOB NOT NULL, content INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified_at INTEGER NOT NULL, properties TEXT NOT NULL, PRIMARY KEY (bucket, key)
  ) WITHOUT ROWID;
`;

const COLUMNS = 'key, content, size, etag, modified_at AS modifiedAt, properties';

/** Objects of buckets, in SQLite. */
export class ObjectStore {
  readonly #storage: Storage;
  readonly #contents: Contents;
  readonly #find: StatementSync;
  readonly #range: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #setProperties: StatementSync;

  constructor(storage: Storage, contents: Contents) {
    const { db } = storage;
    this.#storage = storage;
    this.#contents = contents;
    db.exec(TABLES);
    this.#find = db.prepare(`SELECT ${COLUMNS} FROM objects WHERE bucket = ? AND key = ?`);
    this.#range = db.prepare(`SELECT ${COLUMNS} FROM objects WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key`);
    this.#put = db.prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#remove = db.prepare('DELETE FROM objects WHERE bucket = ? AND key = ?');
    this.#setProperties = db.prepare('UPDATE objects SET properties = ? WHERE bucket = ? AND key = ?');
  }

  find(bucket: string, key: string): StoredObject | undefined {
    const row = this.#find.get(bucket, Buffer.from(key));
    return row && toObject(row);
  }

  /** In the place of one with the same key. */
  put(bucket: string, { key, content, size, etag, modifiedAt, properties }: StoredObject): void {
    const old = this.#find.get(bucket, Buffer.from(key));
    if (old !== undefined && old.content !== content) this.#contents.remove(Number(old.content));
    this.#put.run(bucket, Buffer.from(key), content, size, etag, modifiedAt, JSON.stringify(properties));
    this.#storage.changed();
  }

  /** Leaves bytes and times alone. */
  setProperties(bucket: string, key: string, properties: ObjectProperties): void {
    this.#setProperties.run(JSON.stringify(properties), bucket, Buffer.from(key));
    this.#storage.changed();
  }

  remove(bucket: string, key: string): void {
    const old = this.#find.get(bucket, Buffer.from(key));
    if (old === undefined) return;
    this.#contents.remove(Number(old.content));
    this.#remove.run(bucket, Buffer.from(key));
    this.#storage.changed();
  }

  /** Objects in the order of their keys' bytes, read one by one. @param to no longer among them */
  *range(bucket: string, from: Uint8Array, to: Uint8Array): Generator<StoredObject, void, undefined> {
    for (const row of this.#range.iterate(bucket, from, to)) yield toObject(row as Row);
  }

  isEmpty(bucket: string): boolean {
    return this.#range.get(bucket, Buffer.alloc(0), BEHIND_ALL_KEYS) === undefined;
  }
}

/** No byte of UTF-8 is as high. */
export const BEHIND_ALL_KEYS: Uint8Array = Buffer.from([0xff]);

type Row = Readonly<Record<string, unknown>>;

function toObject({ key, content, size, etag, modifiedAt, properties }: Row): StoredObject {
  return {
    key: Buffer.from(key as Uint8Array).toString('utf8'),
    content: Number(content),
    size: Number(size),
    etag: String(etag),
    modifiedAt: Number(modifiedAt),
    properties: JSON.parse(String(properties)),
  };
}
