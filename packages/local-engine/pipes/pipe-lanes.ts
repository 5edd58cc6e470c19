import type { Item, StreamRecord } from '../dynamodb/index.ts';
import { fromStored, type RecordBatch } from './pipe-batches.ts';
import { type LaneStart, PipeLane, type PlacedRecord, type StoredLane } from './pipe-lane.ts';

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

interface LaneChange {
  readonly stored: StoredLanes;
  /** How many lanes there are now. */
  readonly count: number;
  /** Position of the first record that the pipe has not read. */
  readonly end: number;
  /** The record at a position, undefined if the stream no longer has it. */
  readonly recordAt: (position: number) => StreamRecord | undefined;
}

interface PipeLanesProps extends LaneChange {
  /** Name of the attribute. */
  readonly partitionKey: string;
  /** Most records in a batch. */
  readonly batchSize: number;
}

/** The lanes of a pipe, which share the partition keys. */
export class PipeLanes {
  readonly all: readonly PipeLane[];
  readonly #laneOf: LaneOf;
  #earlier: readonly EarlierLanes[];

  constructor({ partitionKey, batchSize, ...change }: PipeLanesProps) {
    this.#laneOf = lanesByKey(partitionKey);
    const { starts, earlier } = startsOf(change, this.#laneOf);
    this.all = Array.from({ length: change.count }, (_, n) => new PipeLane(n, batchSize, starts.get(n) ?? {}));
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

  /** @param positionOf position of a sequence number in the stream */
  toStored(positionOf: (sequenceNumber: string) => number | undefined): StoredLanes {
    const lanes = this.all.filter(({ isIdle }) => !isIdle).map((lane) => lane.toStored(positionOf));
    if (this.#earlier.length > 0) {
      const isBefore = (end: number) => lanes.some(({ position }) => position !== undefined && position < end);
      this.#earlier = this.#earlier.filter(({ end }) => isBefore(end));
    }
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
  { stored, count, end, recordAt }: LaneChange,
  laneOf: LaneOf,
): {
  readonly starts: ReadonlyMap<number, LaneStart>;
  readonly earlier: readonly EarlierLanes[];
} {
  const kept = stored.lanes.map(({ lane, position, batches }) => ({
    lane,
    ...(position !== undefined && { from: position }),
    batches: batches.flatMap((batch) => fromStored(batch, recordAt)),
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
function partsOf(
  batch: RecordBatch,
  count: number,
  laneOf: LaneOf,
): { readonly lane: number; readonly batch: RecordBatch }[] {
  if (batch.condition !== undefined) {
    const known = batch.records.find((place): place is StreamRecord => 'eventSource' in place);
    return [{ lane: known ? laneOf(known.dynamodb.Keys, count) : 0, batch }];
  }
  const lanes = Map.groupBy(batch.records, ({ dynamodb }) => laneOf(dynamodb.Keys, count));
  return [...lanes].map(([lane, records]) => ({ lane, batch: { ...batch, records } }));
}
