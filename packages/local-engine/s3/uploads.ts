import type { Storage } from '../storage/storage.ts';
import type { ChecksumAlgorithm, ChecksumType } from './checksums.ts';
import { invalidArgument } from './errors.ts';
import { type Contents, EMPTY, type ObjectProperties } from './object-store.ts';

/** Source: S3 user guide, multipart upload limits. */
export const MOST_PARTS = 10_000;

/** The number of a part in a query parameter. @throws AwsError InvalidArgument */
export function partNumber(text: string | null): number {
  const number = Number(text);
  if (text !== null && /^\d{1,5}$/.test(text) && number >= 1 && number <= MOST_PARTS) return number;
  const message = `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`;
  throw invalidArgument(message, 'partNumber', text ?? '');
}

/** Properties of the object that an upload will be. */
interface UploadProperties extends Omit<ObjectProperties, 'checksum' | 'parts'> {
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
  /** Whether an object of that key was put or removed since. */
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
  ) WITHOUT ROWID, STRICT;
  CREATE TABLE IF NOT EXISTS upload_parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, content INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified_at INTEGER NOT NULL, checksum TEXT NOT NULL, algorithm TEXT NOT NULL, PRIMARY KEY (upload, number)
  ) WITHOUT ROWID, STRICT;
`;

const COLUMNS = 'bucket, key, id, initiated_at AS initiatedAt, has_conflict AS hasConflict, properties';
const PART_COLUMNS = 'number, content, size, etag, modified_at AS modifiedAt, checksum, algorithm';

/** Multipart uploads and their parts, in SQLite. */
export class Uploads {
  readonly #storage: Storage;
  readonly #contents: Contents;

  constructor(storage: Storage, contents: Contents) {
    this.#storage = storage;
    this.#contents = contents;
    storage.db.exec(TABLES);
  }

  find(bucket: string, key: string, id: string): Upload | undefined {
    const sql = `SELECT ${COLUMNS} FROM uploads WHERE bucket = ? AND key = ? AND id = ?`;
    const row = this.#storage.prepared(sql).get(bucket, Buffer.from(key), id);
    return row && toUpload(row);
  }

  /** In the order of keys, and of their beginnings for each. */
  ofBucket(bucket: string): readonly Upload[] {
    const sql = `SELECT ${COLUMNS} FROM uploads WHERE bucket = ? ORDER BY key, initiated_at, id`;
    return this.#storage.prepared(sql).all(bucket).map(toUpload);
  }

  add({ bucket, key, id, initiatedAt, properties }: Upload): void {
    const values = [bucket, Buffer.from(key), id, initiatedAt, JSON.stringify(properties)];
    this.#storage.run('INSERT INTO uploads VALUES (?, ?, ?, ?, 0, ?)', ...values);
  }

  /** Notes for all uploads of a key that an object of that key was put or removed. */
  conflict(bucket: string, key: string): void {
    this.#storage.run('UPDATE uploads SET has_conflict = 1 WHERE bucket = ? AND key = ?', bucket, Buffer.from(key));
  }

  /** In the order of their numbers. */
  parts({ id }: Upload): readonly UploadedPart[] {
    const sql = `SELECT ${PART_COLUMNS} FROM upload_parts WHERE upload = ? ORDER BY number`;
    return this.#storage.prepared(sql).all(id) as unknown as UploadedPart[];
  }

  /** Replaces a part of the same number. */
  putPart({ id }: Upload, part: UploadedPart): void {
    const { number, content, size, etag, modifiedAt, checksum, algorithm } = part;
    const old = this.#storage.prepared('SELECT content FROM upload_parts WHERE upload = ? AND number = ?');
    this.#contents.remove(Number(old.get(id, number)?.content ?? EMPTY));
    const values = [id, number, content, size, etag, modifiedAt, checksum, algorithm];
    this.#storage.run('INSERT OR REPLACE INTO upload_parts VALUES (?, ?, ?, ?, ?, ?, ?, ?)', ...values);
  }

  /** Removes an upload with its parts. @param kept parts whose bytes are an object's now. @default - none */
  remove(upload: Upload, kept: readonly UploadedPart[] = []): void {
    const isKept = new Set(kept.map(({ number }) => number));
    for (const { number, content } of this.parts(upload)) {
      if (!isKept.has(number)) this.#contents.remove(content);
    }
    this.#storage.run('DELETE FROM upload_parts WHERE upload = ?', upload.id);
    this.#storage.run('DELETE FROM uploads WHERE id = ?', upload.id);
  }

  /** Removes all uploads of a bucket. */
  removeAll(bucket: string): void {
    for (const upload of this.ofBucket(bucket)) this.remove(upload);
  }
}

function toUpload(row: Readonly<Record<string, unknown>>): Upload {
  return {
    bucket: String(row.bucket),
    key: Buffer.from(row.key as Uint8Array).toString('utf8'),
    id: String(row.id),
    initiatedAt: Number(row.initiatedAt),
    hasConflict: row.hasConflict === 1,
    properties: JSON.parse(String(row.properties)),
  };
}
