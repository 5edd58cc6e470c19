import type { Item, StreamRecord } from '../dynamodb/index.ts';
import { fromStored, type PipeBatch } from './pipe-batches.ts';
import type { LaneStart, StoredLane } from './pipe-lane.ts';

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
