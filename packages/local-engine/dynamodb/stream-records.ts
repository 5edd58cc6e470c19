import type { StatementSync } from 'node:sqlite';
import type { Storage } from '../storage/storage.ts';
import type { StreamRecord } from './items.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS dynamodb_streams (id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, oldest INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS dynamodb_stream_records (
    stream INTEGER NOT NULL, position INTEGER NOT NULL, created_at INTEGER NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (stream, position)
  ) WITHOUT ROWID;
`;

/** Newest records that are also kept in memory, where a reader that keeps up reads them much faster. */
const NEWEST = 500;

/** The kept records of one stream, at positions without gaps. A record's position never changes. */
export class StreamRecords {
  readonly #storage: Storage;
  readonly #id: number;
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  /** Position of the oldest kept record. */
  #oldest: number;
  /** Unix epoch seconds; undefined until it is looked up. */
  #oldestCreatedAt: number | undefined;
  /** Position of the next record. */
  #next: number;
  /** The newest records, without gaps up to the next one. */
  #newest: StreamRecord[] = [];

  constructor(storage: Storage, streamArn: string) {
    const { db } = storage;
    this.#storage = storage;
    db.exec(TABLES);
    db.prepare('INSERT INTO dynamodb_streams (arn, oldest) VALUES (?, 0) ON CONFLICT DO NOTHING').run(streamArn);
    const stream = db.prepare('SELECT id, oldest FROM dynamodb_streams WHERE arn = ?').get(streamArn);
    const { id, oldest } = stream as { id: number; oldest: number };
    const newest = db.prepare('SELECT max(position) AS position FROM dynamodb_stream_records WHERE stream = ?').get(id);
    this.#id = id;
    this.#oldest = oldest;
    this.#next = ((newest as { position: number | null }).position ?? oldest - 1) + 1;
    this.#insert = db.prepare('INSERT INTO dynamodb_stream_records VALUES (?, ?, ?, ?)');
    this.#select = db.prepare(
      'SELECT record FROM dynamodb_stream_records WHERE stream = ? AND position >= ? ORDER BY position LIMIT ?',
    );
    storage.changed();
  }

  get oldest(): number {
    return this.#oldest;
  }

  get next(): number {
    return this.#next;
  }

  append(record: StreamRecord): void {
    const createdAt = record.dynamodb.ApproximateCreationDateTime;
    this.#insert.run(this.#id, this.#next, createdAt, JSON.stringify(record));
    this.#next += 1;
    this.#newest.push(record);
    if (this.#newest.length >= 2 * NEWEST) this.#newest = this.#newest.slice(-NEWEST);
    this.#storage.changed();
  }

  /** Up to `limit` records from `position` on. */
  read(position: number, limit: number): StreamRecord[] {
    if (position >= this.#next) return [];
    const inMemory = position - (this.#next - this.#newest.length);
    if (inMemory >= 0) return this.#newest.slice(inMemory, inMemory + limit);
    return this.#select.all(this.#id, position, limit).map(({ record }) => JSON.parse(String(record)));
  }

  /** Deletes the stream and its records. It cannot be used after that. */
  forget(): void {
    const { db } = this.#storage;
    db.prepare('DELETE FROM dynamodb_stream_records WHERE stream = ?').run(this.#id);
    db.prepare('DELETE FROM dynamodb_streams WHERE id = ?').run(this.#id);
    this.#storage.changed();
  }

  /** Drops the records before the first one that was made at `horizon` (Unix epoch seconds) or later. */
  dropOlderThan(horizon: number): void {
    this.#oldestCreatedAt ??= this.read(this.#oldest, 1)[0]?.dynamodb.ApproximateCreationDateTime;
    if (this.#oldestCreatedAt === undefined || this.#oldestCreatedAt >= horizon) return;
    const { db } = this.#storage;
    const kept = db
      .prepare(
        'SELECT position FROM dynamodb_stream_records WHERE stream = ? AND created_at >= ? ORDER BY position LIMIT 1',
      )
      .get(this.#id, horizon);
    this.#oldest = (kept as { position: number } | undefined)?.position ?? this.#next;
    this.#oldestCreatedAt = undefined;
    db.prepare('DELETE FROM dynamodb_stream_records WHERE stream = ? AND position < ?').run(this.#id, this.#oldest);
    db.prepare('UPDATE dynamodb_streams SET oldest = ? WHERE id = ?').run(this.#oldest, this.#id);
    this.#storage.changed();
  }
}
