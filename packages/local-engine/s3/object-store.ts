import type { StatementSync } from 'node:sqlite';
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

/** Keys are bytes of UTF-8: so SQLite compares them as S3 does. Bytes of objects have their own table, so that lists do not read them. */
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

/** The number of contents without bytes, which need no row. */
const EMPTY = 0;

const CONTENT_TABLES = `
  CREATE TABLE IF NOT EXISTS object_chunks (
    id INTEGER PRIMARY KEY, content INTEGER NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS object_chunks_by_content ON object_chunks (content, position);
`;

/** Bytes of objects and of parts of uploads, in SQLite, each with a number. Completing an upload copies no bytes. */
export class Contents {
  readonly #last: StatementSync;
  readonly #add: StatementSync;
  readonly #read: StatementSync;
  readonly #remove: StatementSync;
  readonly #move: StatementSync;

  constructor({ db }: Storage) {
    db.exec(CONTENT_TABLES);
    this.#last = db.prepare('SELECT max(content) AS last FROM object_chunks');
    this.#add = db.prepare('INSERT INTO object_chunks (content, position, bytes) VALUES (?, 0, ?)');
    this.#read = db.prepare('SELECT bytes FROM object_chunks WHERE content = ? ORDER BY position');
    this.#remove = db.prepare('DELETE FROM object_chunks WHERE content = ?');
    this.#move = db.prepare('UPDATE object_chunks SET content = ?, position = ? WHERE content = ?');
  }

  /** @returns the number of the new content */
  add(bytes: Uint8Array): number {
    if (bytes.length === 0) return EMPTY;
    const content = this.#next();
    this.#add.run(content, bytes);
    return content;
  }

  /** In the order of their places; none for what is empty. */
  chunks(content: number): Uint8Array[] {
    return this.#read.all(content).map(({ bytes }) => bytes as Uint8Array);
  }

  bytes(content: number): Buffer {
    const [first, ...more] = this.chunks(content);
    if (first === undefined) return Buffer.alloc(0);
    if (more.length > 0) return Buffer.concat([first, ...more]);
    return Buffer.from(first.buffer, first.byteOffset, first.length);
  }

  remove(content: number): void {
    if (content !== EMPTY) this.#remove.run(content);
  }

  /** Makes one content of several, each of one chunk. @returns its number */
  join(contents: readonly number[]): number {
    const joined = this.#next();
    const filled = contents.filter((content) => content !== EMPTY);
    for (const [position, content] of filled.entries()) this.#move.run(joined, position, content);
    return filled.length === 0 ? EMPTY : joined;
  }

  #next(): number {
    return Number(this.#last.get()?.last ?? EMPTY) + 1;
  }
}
