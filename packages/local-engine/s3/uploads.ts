import type { StatementSync } from 'node:sqlite';
import type { Storage } from '../storage/storage.ts';
import type { ChecksumAlgorithm, ChecksumType } from './checksums.ts';
import type { Contents, ObjectProperties } from './object-store.ts';

/** What an upload says of the object that it will be. */
export interface UploadProperties extends Omit<ObjectProperties, 'checksum' | 'parts'> {
  /** @default - the client named none; S3 takes its own */
  readonly algorithm?: ChecksumAlgorithm;
  readonly checksumType: ChecksumType;
}

/** A multipart upload that is neither completed nor aborted. */
export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  /** Unix epoch milliseconds. */
  readonly initiatedAt: number;
  /** Whether an object of that key came or went since. */
  readonly hasConflict: boolean;
  readonly properties: UploadProperties;
}

export interface UploadedPart {
  readonly number: number;
  /** Number of its bytes among the contents. */
  readonly content: number;
  readonly size: number;
  /** With its quotation marks. */
  readonly etag: string;
  readonly modifiedAt: number;
  /** Base64, of the upload's algorithm or of the one that the part came with. */
  readonly checksum: string;
  readonly algorithm: ChecksumAlgorithm;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS uploads (
    bucket TEXT NOT NULL, key BLOB NOT NULL, id TEXT NOT NULL UNIQUE, initiated_at INTEGER NOT NULL,
    has_conflict INTEGER NOT NULL, properties TEXT NOT NULL, PRIMARY KEY (bucket, key, id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS upload_parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, content INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified_at INTEGER NOT NULL, checksum TEXT NOT NULL, algorithm TEXT NOT NULL, PRIMARY KEY (upload, number)
  ) WITHOUT ROWID;
`;

const COLUMNS = 'bucket, key, id, initiated_at AS initiatedAt, has_conflict AS hasConflict, properties';
const PART_COLUMNS = 'number, content, size, etag, modified_at AS modifiedAt, checksum, algorithm';

/** Multipart uploads and their parts, in SQLite. */
export class Uploads {
  readonly #storage: Storage;
  readonly #contents: Contents;
  readonly #find: StatementSync;
  readonly #ofBucket: StatementSync;
  readonly #add: StatementSync;
  readonly #remove: StatementSync;
  readonly #conflict: StatementSync;
  readonly #parts: StatementSync;
  readonly #part: StatementSync;
  readonly #putPart: StatementSync;
  readonly #removeParts: StatementSync;

  constructor(storage: Storage, contents: Contents) {
    const { db } = storage;
    this.#storage = storage;
    this.#contents = contents;
    db.exec(TABLES);
    this.#find = db.prepare(`SELECT ${COLUMNS} FROM uploads WHERE bucket = ? AND key = ? AND id = ?`);
    this.#ofBucket = db.prepare(`SELECT ${COLUMNS} FROM uploads WHERE bucket = ? ORDER BY key, initiated_at, id`);
    this.#add = db.prepare('INSERT INTO uploads VALUES (?, ?, ?, ?, 0, ?)');
    this.#remove = db.prepare('DELETE FROM uploads WHERE id = ?');
    this.#conflict = db.prepare('UPDATE uploads SET has_conflict = 1 WHERE bucket = ? AND key = ?');
    this.#parts = db.prepare(`SELECT ${PART_COLUMNS} FROM upload_parts WHERE upload = ? ORDER BY number`);
    this.#part = db.prepare('SELECT content FROM upload_parts WHERE upload = ? AND number = ?');
    this.#putPart = db.prepare('INSERT OR REPLACE INTO upload_parts VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.#removeParts = db.prepare('DELETE FROM upload_parts WHERE upload = ?');
  }

  find(bucket: string, key: string, id: string): Upload | undefined {
    const row = this.#find.get(bucket, Buffer.from(key), id);
    return row && toUpload(row);
  }

  /** In the order of keys, and of their beginnings for each. */
  ofBucket(bucket: string): readonly Upload[] {
    return this.#ofBucket.all(bucket).map(toUpload);
  }

  add({ bucket, key, id, initiatedAt, properties }: Upload): void {
    this.#add.run(bucket, Buffer.from(key), id, initiatedAt, JSON.stringify(properties));
    this.#storage.changed();
  }

  /** Notes for all uploads of a key that an object of that key came or went. */
  conflict(bucket: string, key: string): void {
    this.#conflict.run(bucket, Buffer.from(key));
  }

  /** In the order of their numbers. */
  parts({ id }: Upload): readonly UploadedPart[] {
    return this.#parts.all(id) as unknown as UploadedPart[];
  }

  /** In the place of one of that number. */
  putPart({ id }: Upload, part: UploadedPart): void {
    const { number, content, size, etag, modifiedAt, checksum, algorithm } = part;
    const old = this.#part.get(id, number);
    if (old !== undefined) this.#contents.remove(Number(old.content));
    this.#putPart.run(id, number, content, size, etag, modifiedAt, checksum, algorithm);
    this.#storage.changed();
  }

  /** Removes an upload with its parts. @param kept those whose bytes are an object's now. @default - none */
  remove(upload: Upload, kept: readonly UploadedPart[] = []): void {
    const isKept = new Set(kept.map(({ number }) => number));
    for (const { number, content } of this.parts(upload)) {
      if (!isKept.has(number)) this.#contents.remove(content);
    }
    this.#removeParts.run(upload.id);
    this.#remove.run(upload.id);
    this.#storage.changed();
  }

  /** Removes all uploads of a bucket. */
  removeAll(bucket: string): void {
    for (const upload of this.ofBucket(bucket)) this.remove(upload);
  }
}

function toUpload({
  bucket,
  key,
  id,
  initiatedAt,
  hasConflict,
  properties,
}: Readonly<Record<string, unknown>>): Upload {
  return {
    bucket: String(bucket),
    key: Buffer.from(key as Uint8Array).toString('utf8'),
    id: String(id),
    initiatedAt: Number(initiatedAt),
    hasConflict: hasConflict === 1,
    properties: JSON.parse(String(properties)),
  };
}
