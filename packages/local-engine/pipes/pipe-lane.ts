import type { StreamRecord } from '../dynamodb/index.ts';
import { type PipeBatch, type StoredBatch, toStored } from './pipe-batches.ts';

/** Records that a lane holds in memory. One that is blocked and has as many reads the others from the stream, when it can. */
const LONGEST_QUEUE = 1000;

/** A record, and its position in the stream. */
export interface PlacedRecord {
  readonly record: StreamRecord;
  readonly position: number;
}

/** A lane as it outlives the engine. */
export interface StoredLane {
  readonly lane: number;
  /** Position of its first record that was not tried; absent if every one that the pipe has read was. */
  readonly position?: number;
  /** What was tried and is not done, in order. */
  readonly batches: readonly StoredBatch[];
}

/** What a lane begins with. */
export interface LaneStart {
  /** What was tried and is not done, in order. @default - nothing */
  readonly batches?: readonly PipeBatch[];
  /** Position from which on the lane reads its records from the stream. @default - it takes those that the pipe deals out */
  readonly from?: number;
}

/**
 * One of the parallel lanes of a pipe: the records of some partition keys, in order. A batch that fails blocks its own lane
 * and no other one.
 * Source: EventBridge user guide, eb-pipes-dynamodb; Lambda developer guide, services-dynamodb-eventsourcemapping.
 */
export class PipeLane {
  readonly number: number;
  /** What was tried and is not done, in order. */
  #batches: readonly PipeBatch[];
  /** What comes after that, in order; batches are made of it when they are tried. */
  #queue: PlacedRecord[] = [];
  /** Where the rest begins that is neither there nor in the queue; undefined if there is none. */
  #from: number | undefined;
  readonly #batchSize: number;

  constructor(number: number, batchSize: number, { batches = [], from }: LaneStart) {
    this.number = number;
    this.#batchSize = batchSize;
    this.#batches = batches;
    this.#from = from;
  }

  /** Whether nothing is left to do. */
  get isIdle(): boolean {
    return !this.hasBatch && this.#from === undefined;
  }

  /** Whether there is something to try. */
  get hasBatch(): boolean {
    return this.#batches.length > 0 || this.#queue.length > 0;
  }

  /** Position of the first record that the lane has to read from the stream; undefined if there is none. */
  get from(): number | undefined {
    return this.#from;
  }

  /** Takes a record. Where it is too many, the lane remembers the place, and reads on from there. */
  deal(placed: PlacedRecord): void {
    if (this.#from !== undefined) return;
    if (this.#queue.length < LONGEST_QUEUE) this.#queue.push(placed);
    else this.#from = placed.position;
  }

  /**
   * Takes records that were read from the stream.
   * @param from where it goes on reading; undefined once it has everything that the pipe has read
   */
  caughtUp(records: readonly PlacedRecord[], from: number | undefined): void {
    this.#queue.push(...records);
    this.#from = from;
  }

  /** The batch to try. It stays the first one until {@link replace}. */
  get first(): PipeBatch | undefined {
    if (this.#batches.length > 0 || this.#queue.length === 0) return this.#batches[0];
    return { records: this.#queue.slice(0, this.#batchSize).map(({ record }) => record), retries: 0 };
  }

  /**
   * Puts what is left of the first batch in its place.
   * @param size of that batch, in records
   */
  replace(size: number, left: readonly PipeBatch[]): void {
    const [, ...others] = this.#batches;
    if (this.#batches.length === 0) this.#queue.splice(0, size);
    this.#batches = [...left, ...others];
  }

  /** @param positionOf where in the stream a sequence number is */
  toStored(positionOf: (sequenceNumber: string) => number | undefined): StoredLane {
    const position = this.#queue[0]?.position ?? this.#from;
    const batches = this.#batches.map((batch) => toStored(batch, positionOf));
    return { lane: this.number, batches, ...(position !== undefined && { position }) };
  }
}
