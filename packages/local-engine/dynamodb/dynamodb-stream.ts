import { randomBytes } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Journal } from '../journal/journal.ts';
import type { Storage } from '../storage/storage.ts';
import { type Item, type StreamRecord, type StreamViewType, sameItem } from './items.ts';
import { StreamRecords } from './stream-records.ts';

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

/**
 * The change stream of one table: one record for each real change, in order, kept for 24 hours, pushed to its readers.
 * Sequence numbers only rise, also when the stream is loaded from a data folder.
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
  readonly #records: StreamRecords;
  readonly #readers = new Set<() => void>();

  constructor(props: StreamProps) {
    this.arn = props.arn;
    this.viewType = props.viewType;
    this.tableName = props.tableName;
    this.keySchema = props.keySchema;
    this.label = props.arn.split('/').at(-1) ?? '';
    this.createdAt = Date.parse(`${this.label}Z`);
    this.#props = props;
    this.#records = new StreamRecords(props.storage, props.arn);
  }

  /** Appends a change, unless the item is the same as before. */
  append(change: Change): void {
    const { oldImage, newImage, keys } = change;
    if (oldImage === undefined && newImage === undefined) return;
    if (oldImage !== undefined && newImage !== undefined && sameItem(oldImage, newImage)) return;
    const record = this.#record(change);
    this.#records.append(record);
    this.#props.journal.write('stream-record', {
      eventName: record.eventName,
      eventId: record.eventID,
      streamArn: this.arn,
      keys,
      sequenceNumber: record.dynamodb.SequenceNumber,
      newImage,
    });
    for (const wake of this.#readers) wake();
  }

  /** Position of the oldest kept record, where TRIM_HORIZON begins; that of the next record if none is kept. */
  get oldest(): number {
    this.#trim();
    return this.#records.oldest;
  }

  /** Unix epoch milliseconds from which on every record is kept. */
  get keepsSince(): number {
    return this.#props.clock.now() - STREAM_RETENTION_MS;
  }

  /** Position after the newest record, where LATEST begins. */
  get latest(): number {
    return this.#records.next;
  }

  /** Up to `limit` records from `position` on, as far as they are kept, and the position after them. */
  read(position: number, limit: number): { records: readonly StreamRecord[]; next: number } {
    const start = Math.max(position, this.oldest);
    const records = this.#records.read(start, limit);
    return { records, next: start + records.length };
  }

  /** The record at a position, unless it is no longer kept. */
  recordAt(position: number): StreamRecord | undefined {
    return position < this.#records.oldest ? undefined : this.#records.read(position, 1)[0];
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

  /** Removes the stream from the data folder, once its table is deleted. */
  forget(): void {
    this.#records.forget();
  }

  #record({ keys, oldImage, newImage, sizeBytes }: Change): StreamRecord {
    const { viewType, region, clock } = this.#props;
    const { seesNew, seesOld } = imagesOf(viewType);
    return {
      eventID: randomBytes(16).toString('hex'),
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

  #trim(): void {
    this.#records.dropOlderThan((this.#props.clock.now() - STREAM_RETENTION_MS) / 1000);
  }
}
