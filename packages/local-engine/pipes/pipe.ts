import { setImmediate } from 'node:timers/promises';
import { Pauses, pauseBefore } from '../core/retry.ts';
import { partitionKeyOf, STREAM_RETENTION_MS, type StreamRecord } from '../dynamodb/index.ts';
import { isTaken, type LaneOf, lanesByKey, lanesOf, type StoredLanes } from './lane-count.ts';
import { afterAttempt, type OpenBatch, withoutExpired } from './pipe-batches.ts';
import { PipeDelivery } from './pipe-delivery.ts';
import { PipeLane, type PlacedRecord } from './pipe-lane.ts';
import { PipeProgress } from './pipe-progress.ts';
import type { PipeProps } from './pipe-props.ts';

/** Records taken from the stream at a time; those that the filter drops cost no delivery. */
const READ_LIMIT = 100;

/**
 * A pipe from a DynamoDB stream to an event bus: filter, template, PutEvents. Its lanes share the partition keys, and each
 * keeps the stream's order. A batch that fails holds up those behind it in its lane until it succeeds or ends in the
 * dead-letter queue.
 * Source: EventBridge user guide, eb-pipes-dynamodb, eb-pipes-batching-concurrency, eb-pipes-error-troubleshooting.
 */
export class Pipe {
  readonly name: string;
  readonly #props: PipeProps;
  readonly #progress: PipeProgress;
  readonly #laneOf: LaneOf;
  readonly #lanes: readonly PipeLane[];
  #earlier: StoredLanes['earlier'];
  /** Lanes that are at work. */
  readonly #busy = new Set<PipeLane>();
  /** Position of the first record that was not read yet. */
  #position: number;
  #isDealing = false;
  /** Undefined until it is started. */
  #endReading: (() => void) | undefined;
  readonly #pauses: Pauses;
  readonly #delivery: PipeDelivery;

  constructor(props: PipeProps) {
    const { stream, arn, storage, clock, startingPosition, desiredState: templateState } = props;
    const { parallelizationFactor: laneCount, batchSize } = props;
    this.#props = props;
    this.name = props.name;
    this.#progress = new PipeProgress({
      storage,
      arn,
      streamArn: stream.arn,
      templateState,
      startingPosition: startingPosition === 'LATEST' ? stream.latest : stream.oldest,
      laneCount,
      now: clock.now(),
    });
    this.#position = this.#progress.position;
    this.#laneOf = lanesByKey(partitionKeyOf(stream) ?? '');
    const { starts, earlier } = lanesOf({
      stored: this.#progress.lanes,
      count: laneCount,
      end: this.#position,
      laneOf: this.#laneOf,
      recordAt: (position) => stream.recordAt(position),
    });
    this.#lanes = Array.from({ length: laneCount }, (_, n) => new PipeLane(n, batchSize, starts.get(n) ?? {}));
    this.#earlier = earlier;
    this.#pauses = new Pauses(clock);
    this.#delivery = new PipeDelivery(props, this.#pauses);
    if (this.#progress.desiredState === 'STOPPED') this.#pauses.stop();
  }

  /**
   * What DescribePipe answers; times are in seconds. A pipe that was simply stopped has a reason too (recorded on AWS, 2026-09).
   */
  describe() {
    const { arn, name, definition } = this.#props;
    const { desiredState, createdAt, modifiedAt } = this.#progress;
    return {
      Arn: arn,
      Name: name,
      ...definition,
      DesiredState: desiredState,
      ...(desiredState === 'STOPPED' && { StateReason: 'USER_INITIATED' }),
      CurrentState: desiredState === 'RUNNING' ? 'RUNNING' : this.#busy.size > 0 ? 'STOPPING' : 'STOPPED',
      CreationTime: createdAt / 1000,
      LastModifiedTime: modifiedAt / 1000,
    } as const;
  }

  /** Sets a pipe to work that was made, unless it is a stopped one. */
  start(): void {
    const { stream, leave } = this.#props;
    const ends = [stream.onRecord(() => this.#wake()), leave.onChange(() => this.#work())];
    this.#endReading = () => {
      for (const end of ends) end();
    };
    this.#work();
  }

  /** Stops at its place in the stream until {@link resume}, also across restarts, as StopPipe does. An attempt under way is finished. */
  pause(): void {
    this.#progress.want('STOPPED', this.#props.clock.now());
    this.#pauses.stop();
  }

  /** Goes on where it was paused, as StartPipe does. What the stream no longer has by then is gone. */
  resume(): void {
    this.#progress.want('RUNNING', this.#props.clock.now());
    this.#pauses.resume();
    this.#work();
  }

  /** Ends for good, with the engine or when it is removed. An attempt under way is finished, and what comes of it is kept. */
  stop(): void {
    this.#pauses.stop();
    this.#endReading?.();
  }

  /** Ends for good, in favour of another pipe of its name. What comes of an attempt under way is no longer kept. */
  handOver(): void {
    this.stop();
    this.#progress.handOver();
  }

  /** Sets every lane to work that has something to do, and reads on. */
  #work(): void {
    queueMicrotask(() => {
      for (const lane of this.#lanes) void this.#drain(lane);
    });
    this.#wake();
  }

  /** Reads once for all the records that are written in the same turn. */
  #wake(): void {
    if (this.#isDealing) return;
    this.#isDealing = true;
    queueMicrotask(() => this.#dealOut());
  }

  /** Reads as long as a lane has nothing to do: one that is blocked keeps no other one waiting. */
  async #dealOut(): Promise<void> {
    try {
      while (!this.#pauses.stopped && this.#lanes.some(({ isIdle }) => isIdle) && this.#read()) await setImmediate();
    } finally {
      this.#isDealing = false;
    }
  }

  /** Takes the next records from the stream, each for its lane. Says whether there were any. */
  #read(): boolean {
    const { stream, faults, leave } = this.#props;
    if (!leave.isGranted()) return false;
    const { records, next } = stream.read(this.#position, READ_LIMIT);
    if (records.length === 0) return false;
    this.#position = next;
    const dealtTo = new Set<PipeLane>();
    for (const placed of placesOf(records, next)) {
      if (!this.#passes(placed.record)) continue;
      const lane = this.#lanes[this.#laneOf(placed.record.dynamodb.Keys, this.#lanes.length)] as PipeLane;
      for (let copies = faults.copies('stream-record'); copies > 0; copies--) lane.deal(placed);
      dealtTo.add(lane);
    }
    // Batches are tried next, and what comes of them is kept with the position.
    if (dealtTo.size === 0) this.#save();
    for (const lane of dealtTo) void this.#drain(lane);
    return true;
  }

  async #drain(lane: PipeLane): Promise<void> {
    if (this.#busy.has(lane) || lane.isIdle) return;
    this.#busy.add(lane);
    try {
      while (!this.#pauses.stopped && (lane.hasBatch || this.#isBehind(lane))) {
        await (lane.hasBatch ? this.#advance(lane) : this.#catchUp(lane));
      }
    } finally {
      this.#busy.delete(lane);
    }
    this.#wake();
  }

  /** Whether a lane has to read what it has not had, and may. */
  #isBehind(lane: PipeLane): boolean {
    return lane.from !== undefined && this.#props.leave.isGranted();
  }

  /** Reads on for a lane that was blocked, or that the engine's end cut off. */
  async #catchUp(lane: PipeLane): Promise<void> {
    const { stream } = this.#props;
    const from = Math.max(lane.from ?? this.#position, stream.oldest);
    const { records, next } = stream.read(from, Math.min(READ_LIMIT, Math.max(this.#position - from, 0)));
    const isItsOwn = ({ record, position }: PlacedRecord) =>
      this.#laneOf(record.dynamodb.Keys, this.#lanes.length) === lane.number &&
      this.#isWanted(record) &&
      !isTaken(record, position, this.#earlier, this.#laneOf);
    lane.caughtUp(placesOf(records, next).filter(isItsOwn), next < this.#position ? next : undefined);
    if (lane.isIdle) this.#save();
    else if (!lane.hasBatch) await setImmediate();
  }

  /** Keeps how far the pipe is, and every lane that has something left. */
  #save(): void {
    const { stream } = this.#props;
    const positionOf = (sequenceNumber: string) => stream.positionOf(sequenceNumber);
    const lanes = this.#lanes.filter(({ isIdle }) => !isIdle).map((lane) => lane.toStored(positionOf));
    if (this.#earlier.length > 0)
      this.#earlier = this.#earlier.filter(({ end }) =>
        lanes.some(({ position }) => position !== undefined && position < end),
      );
    this.#progress.reached(this.#position, { count: this.#lanes.length, lanes, earlier: this.#earlier });
  }

  #isWanted(record: StreamRecord): boolean {
    const { filters } = this.#props;
    return filters.length === 0 || filters.some((matches) => matches(record));
  }

  #passes(record: StreamRecord): boolean {
    const passed = this.#isWanted(record);
    const { eventID: eventId, eventName } = record;
    this.#props.journal.write('pipe-filter', { pipe: this.name, eventId, eventName, passed });
    return passed;
  }

  /** Tries a lane's first batch, or gives it up. */
  async #advance(lane: PipeLane): Promise<void> {
    const { first } = lane;
    if (first === undefined) return;
    const [batch = first, ...left] = withoutExpired(first, this.#horizon());
    if (batch.condition === undefined) return this.#attempt(batch, lane);
    if (batch !== first) {
      lane.replace(first.records.length, [batch, ...left]);
      this.#save();
    }
    return this.#delivery.bury(batch, lane.number, () => {
      lane.replace(batch.records.length, []);
      this.#save();
    });
  }

  async #attempt(batch: OpenBatch, lane: PipeLane): Promise<void> {
    const { maximumRetryAttempts, bisects } = this.#props;
    const retryLimit = maximumRetryAttempts === -1 ? Number.POSITIVE_INFINITY : maximumRetryAttempts;
    await this.#delivery.attempt(batch, lane.number, (undelivered) => {
      lane.replace(batch.records.length, afterAttempt(batch, undelivered, { retryLimit, bisects }));
      this.#save();
    });
    const next = lane.first;
    if (next !== undefined && next.retries > batch.retries) await this.#pauses.wait(pauseBefore(batch.retries));
  }

  /** Unix epoch seconds; records from before go to the dead-letter queue without another attempt. */
  #horizon(): number {
    const { maximumRecordAgeSeconds, clock } = this.#props;
    const retention = STREAM_RETENTION_MS / 1000;
    const oldest = maximumRecordAgeSeconds === -1 ? retention : Math.min(maximumRecordAgeSeconds, retention);
    return clock.now() / 1000 - oldest;
  }
}

/** @param next position after the last of the records */
function placesOf(records: readonly StreamRecord[], next: number): PlacedRecord[] {
  return records.map((record, index) => ({ record, position: next - records.length + index }));
}
