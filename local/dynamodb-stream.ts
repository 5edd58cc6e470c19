import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Item, StreamRecord, StreamViewType } from './dynamodb-types.ts';
import { sameItem } from './item-equality.ts';
import type { Journal } from './journal.ts';

/** A stream keeps its records for 24 hours. Source: DynamoDB developer guide, Streams. */
export const STREAM_RETENTION_MS = 24 * 60 * 60 * 1000;

/** The one shard of a local stream: every item's records are in order, since all records are. */
export const SHARD_ID = 'shardId-00000000000000000001-00000001';

/** Sequence numbers have 21 to 40 digits. Source: DynamoDB Streams API reference, `StreamRecord`. */
const FIRST_SEQUENCE_NUMBER = 100_000_000_000_000_000_000_000n;

interface Change {
  readonly keys: Item;
  readonly oldImage: Item | undefined;
  readonly newImage: Item | undefined;
  readonly sizeBytes: number;
}

interface StreamProps {
  readonly arn: string;
  readonly region: string;
  readonly viewType: StreamViewType;
  readonly clock: Clock;
  readonly journal: Journal;
}

/** The change stream of one table: one record for each real change, in order, kept for 24 hours, pushed to its readers. */
export class DynamoDbStream {
  readonly arn: string;
  readonly viewType: StreamViewType;
  readonly #props: StreamProps;
  readonly #readers: (() => void)[] = [];
  #records: StreamRecord[] = [];
  /** Position of the first kept record; positions never change when old records are trimmed. */
  #trimmed = 0;

  constructor(props: StreamProps) {
    this.arn = props.arn;
    this.viewType = props.viewType;
    this.#props = props;
  }

  /** Appends a change, unless the item is as it was before. */
  append(change: Change): void {
    const { oldImage, newImage, keys } = change;
    if (oldImage === undefined && newImage === undefined) return;
    if (oldImage !== undefined && newImage !== undefined && sameItem(oldImage, newImage)) return;
    const record = this.#record(change);
    this.#records.push(record);
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

  /** Up to `limit` records from `position` on, and the position after them. */
  read(position: number, limit: number): { records: readonly StreamRecord[]; next: number } {
    this.#trim();
    const start = Math.max(position, this.#trimmed);
    const records = this.#records.slice(start - this.#trimmed, start - this.#trimmed + limit);
    return { records, next: start + records.length };
  }

  /** Where a reader begins: at the oldest kept record, or after the newest. */
  position(start: 'TRIM_HORIZON' | 'LATEST'): number {
    return start === 'LATEST' ? this.#trimmed + this.#records.length : this.#trimmed;
  }

  /** Calls `wake` after every new record. */
  onRecord(wake: () => void): void {
    this.#readers.push(wake);
  }

  #record({ keys, oldImage, newImage, sizeBytes }: Change): StreamRecord {
    const { viewType, region, clock } = this.#props;
    const seesNew = viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';
    const seesOld = viewType === 'OLD_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';
    const position = this.#trimmed + this.#records.length;
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
        SequenceNumber: String(FIRST_SEQUENCE_NUMBER + BigInt(position)),
        SizeBytes: sizeBytes,
        StreamViewType: viewType,
      },
    };
  }

  #trim(): void {
    const horizon = (this.#props.clock.now() - STREAM_RETENTION_MS) / 1000;
    const isKept = (record: StreamRecord) => record.dynamodb.ApproximateCreationDateTime >= horizon;
    const oldest = this.#records[0];
    if (oldest === undefined || isKept(oldest)) return;
    const firstKept = this.#records.findIndex(isKept);
    const dropped = firstKept === -1 ? this.#records.length : firstKept;
    this.#records = this.#records.slice(dropped);
    this.#trimmed += dropped;
  }
}
