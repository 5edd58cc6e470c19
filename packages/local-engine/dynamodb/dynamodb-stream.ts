import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Journal } from '../journal/journal.ts';
import type { Storage } from '../storage/storage.ts';
import { type Item, type StreamRecord, type StreamViewType, sameItem } from './items.ts';

/** A stream keeps its records for 24 hours. Source: DynamoDB developer guide, Streams. */
export const STREAM_RETENTION_MS = 24 * 60 * 60 * 1000;

/** The only shard of a local stream, so that all records are in order. */
export const SHARD_ID = 'shardId-00000000000000000001-00000001';

/** Sequence numbers have 21 to 40 digits. Source: DynamoDB Streams API reference, `StreamRecord`. */
export const FIRST_SEQUENCE_NUMBER = 100_000_000_000_000_000_000_000n;

/** Which images the records of a view hold beside the keys. Source: DynamoDB API reference, StreamSpecification. */
export function imagesOf(viewType: StreamViewType): { readonly seesNew: boolean; readonly seesOld: boolean } {
  const seesBoth = viewType === 'NEW_AND_OLD_IMAGES';
  return { seesNew: seesBoth || viewType === 'NEW_IMAGE', seesOld: seesBoth || viewType === 'OLD_IMAGE' };
}

interface Change {
  readonly keys: Item;
  readonly oldImage: Item | undefined;
  readonly newImage: Item | undefined;
  readonly sizeBytes: number;
}

/** Attributes of a table's key, in the form of the DynamoDB API. */
export type KeySchema = readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[];

export interface StreamProps {
  /** Its last part is the label: the time at which the stream was made. */
  readonly arn: string;
  readonly region: string;
  readonly viewType: StreamViewType;
  readonly tableName: string;
  readonly keySchema: KeySchema;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly journal: Journal;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS dynamodb_streams (id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, oldest INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS dynamodb_stream_records (
    stream INTEGER NOT NULL, position INTEGER NOT NULL, created_at INTEGER NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (stream, position)
  ) WITHOUT ROWID, STRICT;
`;

/** Newest records that are also kept in memory, where a reader that keeps up reads them much faster. */
const NEWEST = 500;

/**
 * The change stream of one table: one record for each real change, in order, kept for 24 hours, pushed to its readers. Records are
 * at positions without gaps, and keep their position. Sequence numbers only rise, also when the stream is loaded from a data folder.
 */
export class DynamoDbStream {
  readonly arn: string;
  readonly viewType: StreamViewType;
  readonly tableName: string;
  readonly keySchema: KeySchema;
  /** The time in its ARN, such as `2026-11-22T10:20:30.987`, in UTC. */
  readonly label: string;
  /** Unix epoch milliseconds. */
  readonly createdAt: number;
  readonly #props: StreamProps;
  readonly #readers = new Set<() => void>();
  readonly #id: number;
  #oldest: number;
  /** Unix epoch seconds; undefined until it is looked up. */
  #oldestCreatedAt: number | undefined;
  #next: number;
  /** The newest records, without gaps up to the next one. */
  #newest: StreamRecord[] = [];

  constructor(props: StreamProps) {
    const { storage, arn } = props;
    this.arn = arn;
    this.viewType = props.viewType;
    this.tableName = props.tableName;
    this.keySchema = props.keySchema;
    this.label = arn.split('/').at(-1) ?? '';
    this.createdAt = Date.parse(`${this.label}Z`);
    this.#props = props;
    storage.db.exec(TABLES);
    storage.run('INSERT INTO dynamodb_streams (arn, oldest) VALUES (?, 0) ON CONFLICT DO NOTHING', arn);
    const stream = storage.prepared('SELECT id, oldest FROM dynamodb_streams WHERE arn = ?').get(arn);
    this.#id = Number(stream?.id);
    this.#oldest = Number(stream?.oldest);
    const newest = 'SELECT max(position) AS position FROM dynamodb_stream_records WHERE stream = ?';
    this.#next = Number(storage.prepared(newest).get(this.#id)?.position ?? this.#oldest - 1) + 1;
  }

  /** Appends a change, unless the item is the same as before. */
  append(change: Change): void {
    const { oldImage, newImage, keys } = change;
    if (oldImage === undefined && newImage === undefined) return;
    if (oldImage !== undefined && newImage !== undefined && sameItem(oldImage, newImage)) return;
    const { storage, journal } = this.#props;
    const record = this.#record(change);
    const { SequenceNumber: sequenceNumber, ApproximateCreationDateTime: createdAt } = record.dynamodb;
    const insert = 'INSERT INTO dynamodb_stream_records VALUES (?, ?, ?, ?)';
    storage.run(insert, this.#id, this.#next, createdAt, JSON.stringify(record));
    this.#next += 1;
    this.#newest.push(record);
    if (this.#newest.length >= 2 * NEWEST) this.#newest = this.#newest.slice(-NEWEST);
    const { eventName, eventID: eventId } = record;
    journal.write('stream-record', { eventName, eventId, streamArn: this.arn, keys, sequenceNumber, newImage });
    for (const wake of this.#readers) wake();
  }

  /** Position of the oldest kept record, where TRIM_HORIZON begins; that of the next record if none is kept. */
  get oldest(): number {
    this.#dropOlderThan(this.keepsSince / 1000);
    return this.#oldest;
  }

  /** Unix epoch milliseconds from which on every record is kept. */
  get keepsSince(): number {
    return this.#props.clock.now() - STREAM_RETENTION_MS;
  }

  /** Position after the newest record, where LATEST begins. */
  get latest(): number {
    return this.#next;
  }

  /** Up to `limit` records from `position` on, as far as they are kept, and the position after them. */
  read(position: number, limit: number): { records: readonly StreamRecord[]; next: number } {
    const start = Math.max(position, this.oldest);
    const records = this.#recordsFrom(start, limit);
    return { records, next: start + records.length };
  }

  /** The record at a position, unless it is no longer kept. */
  recordAt(position: number): StreamRecord | undefined {
    return position < this.#oldest ? undefined : this.#recordsFrom(position, 1)[0];
  }

  /**
   * Where in the stream the record with a sequence number is; before {@link oldest} if it is no longer kept.
   * Undefined for a number that no record of this stream has had.
   */
  positionOf(sequenceNumber: string): number | undefined {
    if (!/^\d{21,40}$/.test(sequenceNumber)) return undefined;
    const position = BigInt(sequenceNumber) - FIRST_SEQUENCE_NUMBER;
    return position >= 0n && position < BigInt(this.latest) ? Number(position) : undefined;
  }

  /** Calls `wake` after every new record. Returns a function that stops this. */
  onRecord(wake: () => void): () => void {
    this.#readers.add(wake);
    return () => this.#readers.delete(wake);
  }

  /** Deletes the stream and its records, once its table is deleted. It cannot be used after that. */
  forget(): void {
    this.#props.storage.run('DELETE FROM dynamodb_stream_records WHERE stream = ?', this.#id);
    this.#props.storage.run('DELETE FROM dynamodb_streams WHERE id = ?', this.#id);
  }

  #recordsFrom(position: number, limit: number): StreamRecord[] {
    if (position >= this.#next) return [];
    const inMemory = position - (this.#next - this.#newest.length);
    if (inMemory >= 0) return this.#newest.slice(inMemory, inMemory + limit);
    const select =
      'SELECT record FROM dynamodb_stream_records WHERE stream = ? AND position >= ? ORDER BY position LIMIT ?';
    const rows = this.#props.storage.prepared(select).all(this.#id, position, limit);
    return rows.map(({ record }) => JSON.parse(String(record)));
  }

  #record({ keys, oldImage, newImage, sizeBytes }: Change): StreamRecord {
    const { viewType, region, clock } = this.#props;
    const { seesNew, seesOld } = imagesOf(viewType);
    return {
      eventID: randomUUID().replaceAll('-', ''),
      eventName: oldImage === undefined ? 'INSERT' : newImage === undefined ? 'REMOVE' : 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: region,
      eventSourceARN: this.arn,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(clock.now() / 1000),
        Keys: keys,
        ...(seesNew && newImage !== undefined && { NewImage: newImage }),
        ...(seesOld && oldImage !== undefined && { OldImage: oldImage }),
        SequenceNumber: String(FIRST_SEQUENCE_NUMBER + BigInt(this.latest)),
        SizeBytes: sizeBytes,
        StreamViewType: viewType,
      },
    };
  }

  /** Drops the records before the first one that was made at `horizon` (Unix epoch seconds) or later. */
  #dropOlderThan(horizon: number): void {
    this.#oldestCreatedAt ??= this.recordAt(this.#oldest)?.dynamodb.ApproximateCreationDateTime;
    if (this.#oldestCreatedAt === undefined || this.#oldestCreatedAt >= horizon) return;
    const { storage } = this.#props;
    const select =
      'SELECT position FROM dynamodb_stream_records WHERE stream = ? AND created_at >= ? ORDER BY position LIMIT 1';
    this.#oldest = Number(storage.prepared(select).get(this.#id, horizon)?.position ?? this.#next);
    this.#oldestCreatedAt = undefined;
    storage.run('DELETE FROM dynamodb_stream_records WHERE stream = ? AND position < ?', this.#id, this.#oldest);
    storage.run('UPDATE dynamodb_streams SET oldest = ? WHERE id = ?', this.#oldest, this.#id);
  }
}
