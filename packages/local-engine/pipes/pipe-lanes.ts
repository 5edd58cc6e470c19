import { type DynamoDbStream, type Item, partitionKeyOf, type StreamRecord } from '../dynamodb/index.ts';
import { fromStored, type RecordBatch, type StoredBatch, toStored } from './pipe-batches.ts';

/** The number of a row's lane, from its key and the number of lanes. */
type LaneOf = (keys: Item, count: number) => number;

/** How far the earlier lanes were when the number of a pipe's lanes changed. */
interface EarlierLanes {
  readonly count: number;
  /** Position of the first record that none of them received. */
  readonly end: number;
  /** For each lane with records left, by its number: position of the first one. */
  readonly left: Readonly<Record<number, number>>;
}

/** The lanes of a pipe as they are stored: those that have something left to do. */
export interface StoredLanes {
  readonly count: number;
  readonly lanes: readonly StoredLane[];
  /** Present while records of their time are left. */
  readonly earlier: readonly EarlierLanes[];
}

interface PipeLanesProps {
  readonly stream: DynamoDbStream;
  readonly stored: StoredLanes;
  /** How many lanes there are now. */
  readonly count: number;
  /** Position of the first record that the pipe has not read. */
  readonly end: number;
  /** Most records in a batch. */
  readonly batchSize: number;
}

/** The lanes of a pipe, which share the partition keys. */
export class PipeLanes {
  readonly all: readonly PipeLane[];
  readonly #stream: DynamoDbStream;
  readonly #laneOf: LaneOf;
  #earlier: readonly EarlierLanes[];

  constructor(props: PipeLanesProps) {
    this.#stream = props.stream;
    this.#laneOf = lanesByKey(partitionKeyOf(props.stream) ?? '');
    const { starts, earlier } = startsOf(props, this.#laneOf);
    this.all = Array.from({ length: props.count }, (_, n) => new PipeLane(n, props.batchSize, starts.get(n) ?? {}));
    this.#earlier = earlier;
  }

  /** The lane of a record. */
  of({ dynamodb }: StreamRecord): PipeLane {
    return this.all[this.#laneOf(dynamodb.Keys, this.all.length)] as PipeLane;
  }

  /** Whether lanes of an earlier number have handled a record. */
  areDoneWith({ record: { dynamodb }, position }: PlacedRecord): boolean {
    return this.#earlier.some(({ count, end, left }) => position < (left[this.#laneOf(dynamodb.Keys, count)] ?? end));
  }

  toStored(): StoredLanes {
    const lanes = this.all.filter(({ isIdle }) => !isIdle).map((lane) => lane.toStored(this.#stream));
    const first = Math.min(...lanes.map(({ position = Number.POSITIVE_INFINITY }) => position));
    this.#earlier = this.#earlier.filter(({ end }) => first < end);
    return { count: this.all.length, lanes, earlier: this.#earlier };
  }
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Lanes by the partition key: all records of a key are in the same lane, which keeps their order. AWS does not publish its
 * hash function; here it is FNV-1a, which spreads short keys well.
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

/**
 * What each lane begins with, by its number, and the earlier lanes that still matter. If the number of lanes has changed, a
 * lane continues with the remaining records of its keys, in order: no record is lost, and none is delivered again.
 */
function startsOf(
  { stored, count, end, stream }: PipeLanesProps,
  laneOf: LaneOf,
): { readonly starts: ReadonlyMap<number, LaneStart>; readonly earlier: readonly EarlierLanes[] } {
  const kept = stored.lanes.map(({ lane, position, batches }) => ({
    lane,
    ...(position !== undefined && { from: position }),
    batches: batches.flatMap((batch) => fromStored(batch, stream)),
  }));
  if (stored.count === count) {
    return { starts: new Map(kept.map((lane) => [lane.lane, lane])), earlier: stored.earlier };
  }
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

/** The parts of a batch for its lanes. A batch that was given up stays whole: it becomes one dead letter. */
function partsOf(batch: RecordBatch, count: number, laneOf: LaneOf): { lane: number; batch: RecordBatch }[] {
  if (batch.condition !== undefined) {
    const known = batch.records.find((place): place is StreamRecord => 'eventSource' in place);
    return [{ lane: known ? laneOf(known.dynamodb.Keys, count) : 0, batch }];
  }
  const lanes = Map.groupBy(batch.records, ({ dynamodb }) => laneOf(dynamodb.Keys, count));
  return [...lanes].map(([lane, records]) => ({ lane, batch: { ...batch, records } }));
}

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
interface StoredLane {
  readonly lane: number;
  /** Position of its first record that was not tried; absent if the lane has tried all that the pipe has read. */
  readonly position?: number;
  /** Batches that were tried and are not done, in order. */
  readonly batches: readonly StoredBatch[];
}

/** What a new lane begins with. */
interface LaneStart {
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
  /** Position of the first record that the lane must read from the stream; undefined if there is none. */
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

  /** Replaces what {@link replace} left of a batch: its result has become another one. @param count of the batches that it left */
  revise(count: number, left: readonly RecordBatch[]): void {
    this.#batches = [...left, ...this.#batches.slice(count)];
  }

  toStored(stream: DynamoDbStream): StoredLane {
    const position = this.#queue[0]?.position ?? this.#from;
    const batches = this.#batches.map((batch) => toStored(batch, stream));
    return { lane: this.number, batches, ...(position !== undefined && { position }) };
  }
}
