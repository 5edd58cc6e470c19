import type { StreamRecord } from '../dynamodb/index.ts';
import { type RecordBatch, type StoredBatch, toStored } from './pipe-batches.ts';

/** Most records that a lane holds in memory. A blocked lane reads the others from the stream later. */
const LONGEST_QUEUE = 1000;

/** A record, and its position in the stream. */
export interface PlacedRecord {
  readonly record: StreamRecord;
  readonly position: number;
}

/** @param next position after the last of the records */
export function placesOf(records: readonly StreamRecord[], next: number): PlacedRecord[] {
  return records.map((record, index) => ({ record, position: next - records.length + index }));
}

/** A lane as it is stored. */
export interface StoredLane {
  readonly lane: number;
  /** Position of its first record that was not tried; absent if the lane has tried all that the pipe has read. */
  readonly position?: number;
  /** Batches that were tried and are not done, in order. */
  readonly batches: readonly StoredBatch[];
}

/** What a new lane begins with. */
export interface LaneStart {
  /** Batches that were tried and are not done, in order. @default - none */
  readonly batches?: readonly RecordBatch[];
  /** Position from which the lane reads its records from the stream. @default - it takes those that the pipe gives it */
  readonly from?: number;
}

/**
 * One of the parallel lanes of a pipe: the records of some partition keys, in order. A batch that fails blocks only its own
 * lane.
 * Source: EventBridge user guide, eb-pipes-dynamodb; Lambda developer guide, services-dynamodb-eventsourcemapping.
 */
export class PipeLane {
  readonly number: number;
  /** Batches that were tried and are not done, in order. */
  #batches: readonly RecordBatch[];
  /** The records after them, in order; they become batches when they are tried. */
  #queue: PlacedRecord[] = [];
  /** Position of the first record that is not in memory; undefined if there is none. */
  #from: number | undefined;
  readonly #batchSize: number;

  constructor(number: number, batchSize: number, { batches = [], from }: LaneStart) {
    this.number = number;
    this.#batchSize = batchSize;
    this.#batches = batches;
    this.#from = from;
  }

  /** Whether the lane has nothing left to do. */
  get isIdle(): boolean {
    return !this.hasBatch && this.#from === undefined;
  }

  /** Whether the lane has a batch to try. */
  get hasBatch(): boolean {
    return this.#batches.length > 0 || this.#queue.length > 0;
  }

  /** Position of the first record that the lane must read from the stream; undefined if there is none. */
  get from(): number | undefined {
    return this.#from;
  }

  /** Takes a record. With too many in memory, the lane stores only the position, and reads from there later. */
  deal(placed: PlacedRecord): void {
    if (this.#from !== undefined) return;
    if (this.#queue.length < LONGEST_QUEUE) this.#queue.push(placed);
    else this.#from = placed.position;
  }

  /**
   * Takes records that were read from the stream.
   * @param from position of the next read; undefined once the lane has all that the pipe has read
   */
  caughtUp(records: readonly PlacedRecord[], from: number | undefined): void {
    this.#queue.push(...records);
    this.#from = from;
  }

  /** The batch to try. It stays first until {@link replace}. */
  get first(): RecordBatch | undefined {
    if (this.#batches.length > 0 || this.#queue.length === 0) return this.#batches[0];
    return { records: this.#queue.slice(0, this.#batchSize).map(({ record }) => record), retries: 0 };
  }

  /**
   * Replaces the first batch by what is left of it.
   * @param size of that batch, in records
   */
  replace(size: number, left: readonly RecordBatch[]): void {
    const [, ...others] = this.#batches;
    if (this.#batches.length === 0) this.#queue.splice(0, size);
    this.#batches = [...left, ...others];
  }

  /** @param positionOf position of a sequence number in the stream */
  toStored(positionOf: (sequenceNumber: string) => number | undefined): StoredLane {
    const position = this.#queue[0]?.position ?? this.#from;
    const batches = this.#batches.map((batch) => toStored(batch, positionOf));
    return { lane: this.number, batches, ...(position !== undefined && { position }) };
  }
}
