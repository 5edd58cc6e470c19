import type { Storage } from '../storage/storage.ts';
import type { Checksum } from './checksums.ts';
import type { Tag } from './tags.ts';

/** What S3 keeps of an object besides its bytes. */
export interface ObjectProperties {
  /** Headers that come back as they were sent, such as `content-type` and `x-amz-meta-…`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly storageClass: string;
  readonly checksum: Checksum;
  /** Of an object that was uploaded in parts. @default - it was not */
  readonly parts?: readonly ObjectPart[];
}

interface ObjectPart {
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

/** Keys are bytes of UTF-8: so SQLite compares them as S3 does. Bytes of objects have their own table, so that lists do not read them. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL, key BLOB NOT NULL, content INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified_at INTEGER NOT NULL, properties TEXT NOT NULL, PRIMARY KEY (bucket, key)
  ) WITHOUT ROWID, STRICT;
`;

const COLUMNS = 'key, content, size, etag, modified_at AS modifiedAt, properties';

const ONE_OBJECT = 'WHERE bucket = ? AND key = ?';
const RANGE = `SELECT ${COLUMNS} FROM objects WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key`;

/** Objects of buckets, in SQLite. */
export class ObjectStore {
  readonly #storage: Storage;
  readonly #contents: Contents;

  constructor(storage: Storage, contents: Contents) {
    this.#storage = storage;
    this.#contents = contents;
    storage.db.exec(TABLES);
  }

  find(bucket: string, key: string): StoredObject | undefined {
    const row = this.#storage.prepared(`SELECT ${COLUMNS} FROM objects ${ONE_OBJECT}`).get(bucket, Buffer.from(key));
    return row && toObject(row);
  }

  /** Replaces an object with the same key. */
  put(bucket: string, { key, content, size, etag, modifiedAt, properties }: StoredObject): void {
    const old = this.find(bucket, key);
    if (old !== undefined && old.content !== content) this.#contents.remove(old.content);
    const values = [content, size, etag, modifiedAt, JSON.stringify(properties)];
    this.#storage.run(
      'INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?)',
      bucket,
      Buffer.from(key),
      ...values,
    );
  }

  /** Leaves bytes and times alone. */
  setProperties(bucket: string, key: string, properties: ObjectProperties): void {
    const sql = `UPDATE objects SET properties = ? ${ONE_OBJECT}`;
    this.#storage.run(sql, JSON.stringify(properties), bucket, Buffer.from(key));
  }

  remove(bucket: string, key: string): void {
    const old = this.find(bucket, key);
    if (old === undefined) return;
    this.#contents.remove(old.content);
    this.#storage.run(`DELETE FROM objects ${ONE_OBJECT}`, bucket, Buffer.from(key));
  }

  /** Objects in the order of their keys' bytes, read one by one. @param to is not among them */
  *range(bucket: string, from: Uint8Array, to: Uint8Array): Generator<StoredObject, void, undefined> {
    for (const row of this.#storage.prepared(RANGE).iterate(bucket, from, to)) yield toObject(row as Row);
  }

  isEmpty(bucket: string): boolean {
    return this.#storage.prepared(RANGE).get(bucket, Buffer.alloc(0), BEHIND_ALL_KEYS) === undefined;
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

/** The number of contents without bytes, which need no row. */
export const EMPTY = 0;

const CONTENT_TABLES = `
  CREATE TABLE IF NOT EXISTS object_chunks (
    id INTEGER PRIMARY KEY, content INTEGER NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS object_chunks_by_content ON object_chunks (content, position);
`;

/** Bytes of objects and of parts of uploads, in SQLite, each with a number. Completing an upload copies no bytes. */
export class Contents {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
    storage.db.exec(CONTENT_TABLES);
  }

  /** @returns the number of the new content */
  add(bytes: Uint8Array): number {
    if (bytes.length === 0) return EMPTY;
    const content = this.#next();
    this.#storage.run('INSERT INTO object_chunks (content, position, bytes) VALUES (?, 0, ?)', content, bytes);
    return content;
  }

  /** In the order of their positions; none for an empty content. */
  chunks(content: number): Uint8Array[] {
    const rows = this.#storage.prepared('SELECT bytes FROM object_chunks WHERE content = ? ORDER BY position');
    return rows.all(content).map(({ bytes }) => bytes as Uint8Array);
  }

  bytes(content: number): Buffer {
    const [first, ...more] = this.chunks(content);
    if (first === undefined) return Buffer.alloc(0);
    if (more.length > 0) return Buffer.concat([first, ...more]);
    return Buffer.from(first.buffer, first.byteOffset, first.length);
  }

  remove(content: number): void {
    if (content !== EMPTY) this.#storage.run('DELETE FROM object_chunks WHERE content = ?', content);
  }

  /** Makes one content of several, each of one chunk. @returns its number */
  join(contents: readonly number[]): number {
    const joined = this.#next();
    const filled = contents.filter((content) => content !== EMPTY);
    const sql = 'UPDATE object_chunks SET content = ?, position = ? WHERE content = ?';
    for (const [position, content] of filled.entries()) this.#storage.run(sql, joined, position, content);
    return filled.length === 0 ? EMPTY : joined;
  }

  #next(): number {
    const { last } = this.#storage.prepared('SELECT max(content) AS last FROM object_chunks').get() ?? {};
    return Number(last ?? EMPTY) + 1;
  }
}
