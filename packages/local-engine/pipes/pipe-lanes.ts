import type { Item, StreamRecord } from '../dynamodb/index.ts';
import { fromStored, type PipeBatch, type StoredBatch, toStored } from './pipe-batches.ts';

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

/** Gives the lane of a row, by its key, one of so many. */
export type LaneOf = (keys: Item, count: number) => number;

/** How far lanes of another number were when a pipe got a new number of them. */
interface EarlierLanes {
  readonly count: number;
  /** Position of the first record that none of them had. */
  readonly end: number;
  /** Of the lanes that had records left, each by its number: position of the first one. */
  readonly left: Readonly<Record<number, number>>;
}

/** The lanes of a pipe as they outlive the engine: those that have something left to do. */
export interface StoredLanes {
  readonly count: number;
  readonly lanes: readonly StoredLane[];
  /** As long as records from then are left. */
  readonly earlier: readonly EarlierLanes[];
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Lanes by the partition key: all records of a key are in the same one, which keeps their order. AWS does not tell its hash;
 * here it is FNV-1a, which spreads short keys well.
 * @param partitionKey name of the attribute
 */
export function lanesByKey(partitionKey: string): LaneOf {
  return (keys, count) => {
    if (count === 1) return 0;
    const [[type, value] = ['', '']] = Object.entries(keys[partitionKey] ?? {});
    // 1 and 1.0 are the same key.
    const text = type === 'N' ? String(Number(value)) : String(value);
    let hash = FNV_OFFSET;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
    return (hash >>> 0) % count;
  };
}

interface LanesBefore {
  readonly stored: StoredLanes;
  /** How many lanes there are now. */
  readonly count: number;
  /** Position of the first record that the pipe has not read. */
  readonly end: number;
  readonly laneOf: LaneOf;
  /** The record at a position, undefined if the stream no longer has it. */
  readonly recordAt: (position: number) => StreamRecord | undefined;
}

/**
 * What each lane begins with, by its number, and the earlier lanes that are still to be minded. With another number of lanes
 * than before, a lane goes on with the records of its keys that are left, in their order: no record is lost, and none that
 * was delivered comes again.
 */
export function lanesOf({ stored, count, end, laneOf, recordAt }: LanesBefore): {
  readonly starts: ReadonlyMap<number, LaneStart>;
  readonly earlier: readonly EarlierLanes[];
} {
  const kept = stored.lanes.map(({ lane, position, batches }) => ({
    lane,
    ...(position !== undefined && { from: position }),
    batches: batches.flatMap((batch) => fromStored(batch, recordAt)),
  }));
  if (stored.count === count)
    return { starts: new Map(kept.map((lane) => [lane.lane, lane])), earlier: stored.earlier };
  const left = kept.flatMap(({ lane, from }) => (from === undefined ? [] : [[lane, from] as const]));
  const from = Math.min(...left.map(([, position]) => position));
  const parts = kept.flatMap(({ batches }) => batches.flatMap((batch) => partsOf(batch, count, laneOf)));
  const starts = Array.from({ length: count }, (_, lane): [number, LaneStart] => {
    const batches = parts.filter((part) => part.lane === lane).map(({ batch }) => batch);
    return [lane, { batches, ...(left.length > 0 && { from }) }];
  });
  const earlier = [...stored.earlier, { count: stored.count, end, left: Object.fromEntries(left) }];
  return { starts: new Map(starts), earlier: left.length > 0 ? earlier : [] };
}

/** Whether earlier lanes have taken a record. */
export function isTaken(
  { dynamodb }: StreamRecord,
  position: number,
  earlier: readonly EarlierLanes[],
  laneOf: LaneOf,
): boolean {
  return earlier.some(({ count, end, left }) => position < (left[laneOf(dynamodb.Keys, count)] ?? end));
}

/** The parts of a batch for its lanes. One that was given up stays whole: all that comes of it is a dead letter. */
function partsOf(
  batch: PipeBatch,
  count: number,
  laneOf: LaneOf,
): { readonly lane: number; readonly batch: PipeBatch }[] {
  if (batch.condition !== undefined) {
    const known = batch.records.find((place): place is StreamRecord => 'eventSource' in place);
    return [{ lane: known ? laneOf(known.dynamodb.Keys, count) : 0, batch }];
  }
  const lanes = Map.groupBy(batch.records, ({ dynamodb }) => laneOf(dynamodb.Keys, count));
  return [...lanes].map(([lane, records]) => ({ lane, batch: { ...batch, records } }));
}
