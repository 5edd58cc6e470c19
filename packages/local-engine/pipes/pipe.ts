import { setImmediate } from 'node:timers/promises';
import { Pauses, pauseBefore } from '../core/retry.ts';
import { STREAM_RETENTION_MS, type StreamRecord } from '../dynamodb/index.ts';
import { afterAttempt, type OpenBatch, withoutExpired } from './pipe-batches.ts';
import { describePipe, type PipeProps } from './pipe-definition.ts';
import { PipeDelivery } from './pipe-delivery.ts';
import { type PipeLane, PipeLanes, type PlacedRecord, placesOf } from './pipe-lanes.ts';
import { PipeProgress } from './pipe-progress.ts';
import { StreamReader } from './stream-reader.ts';

/** Records read from the stream at a time; those that the filter drops cost no delivery. */
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
  readonly #lanes: PipeLanes;
  readonly #busy = new Set<PipeLane>();
  /** Position of the first record that was not read yet. */
  #position: number;
  #isDealing = false;
  #endReading = () => {};
  readonly #pauses: Pauses;
  readonly #reader: StreamReader;
  readonly #delivery: PipeDelivery;

  constructor(props: PipeProps) {
    const { stream, clock, parallelizationFactor: laneCount, batchSize } = props;
    this.#props = props;
    this.name = props.name;
    this.#progress = new PipeProgress({
      storage: props.storage,
      arn: props.arn,
      streamArn: stream.arn,
      templateState: props.desiredState,
      startingPosition: props.startingPosition === 'LATEST' ? stream.latest : stream.oldest,
      laneCount,
      now: clock.now(),
    });
    const { position, desiredState } = this.#progress.stored;
    this.#position = position;
    const { lanes: stored } = this.#progress;
    this.#lanes = new PipeLanes({ stream, stored, count: laneCount, batchSize, end: position });
    this.#pauses = new Pauses(clock);
    this.#reader = new StreamReader({ stream, faults: props.faults, pauses: this.#pauses });
    this.#delivery = new PipeDelivery(props, this.#pauses);
    if (desiredState === 'STOPPED') this.#pauses.stop();
  }

  describe() {
    return describePipe(this.#props, this.#progress.stored, this.#busy.size > 0);
  }

  /** Starts reading, unless the pipe is stopped. */
  start(): void {
    const { stream, role } = this.#props;
    const ends = [stream.onRecord(() => this.#wake()), role.mayRead.onChange(() => this.#work())];
    this.#endReading = () => {
      for (const end of ends) end();
    };
    this.#work();
  }

  /** Stops at its place in the stream until {@link resume}, also across restarts, as StopPipe does. A running attempt is finished. */
  pause(): void {
    this.#progress.want('STOPPED', this.#props.clock.now());
    this.#noteState('STOPPED');
    this.#pauses.stop();
  }

  /** Continues where it was paused, as StartPipe does. Records that the stream no longer has are lost. */
  resume(): void {
    this.#progress.want('RUNNING', this.#props.clock.now());
    this.#noteState('RUNNING');
    this.#pauses.resume();
    this.#work();
  }

  /** Ends for good, with the engine or when it is removed. A running attempt is finished, and its result is stored. */
  stop(): void {
    this.#pauses.stop();
    this.#endReading();
  }

  /** Ends for good and leaves the stored progress to another pipe of its name. The result of a running attempt is not stored. */
  handOver(): void {
    this.stop();
    this.#progress.handOver();
  }

  #noteState(state: 'RUNNING' | 'STOPPED'): void {
    this.#props.journal.write('pipe-state', { pipe: this.name, state });
  }

  /** Starts every lane that has something to do, and reads on. */
  #work(): void {
    queueMicrotask(() => {
      for (const lane of this.#lanes.all) void this.#drain(lane);
    });
    this.#wake();
  }

  /** Reads once for all the records that are written in the same turn. */
  #wake(): void {
    if (this.#isDealing) return;
    this.#isDealing = true;
    queueMicrotask(() => this.#dealOut());
  }

  /** Reads as long as a lane has nothing to do, so that a blocked lane does not keep another one waiting. */
  async #dealOut(): Promise<void> {
    try {
      while (!this.#pauses.stopped && this.#lanes.all.some(({ isIdle }) => isIdle)) {
        const outcome = this.#read();
        if (outcome === 'nothing') break;
        await (outcome === 'failed' ? this.#reader.pause() : setImmediate());
      }
    } finally {
      this.#isDealing = false;
    }
  }

  /** Reads the next records from the stream, and gives each to its lane. */
  #read(): 'read' | 'nothing' | 'failed' {
    const { faults, role, journal } = this.#props;
    if (!role.mayRead.isGranted()) return 'nothing';
    const page = this.#reader.read(this.#position, READ_LIMIT);
    if (page === undefined) return 'failed';
    const { records, next } = page;
    if (records.length === 0) return 'nothing';
    this.#position = next;
    const dealtTo = new Set<PipeLane>();
    for (const placed of placesOf(records, next)) {
      const { eventID: eventId, eventName } = placed.record;
      const passed = this.#isWanted(placed.record);
      journal.write('pipe-filter', { pipe: this.name, eventId, eventName, passed });
      if (!passed) continue;
      const lane = this.#lanes.of(placed.record);
      const eventIds = eventId === undefined ? [] : [eventId];
      for (let copies = faults.copies('stream-record', { eventIds }); copies > 0; copies--) lane.deal(placed);
      dealtTo.add(lane);
    }
    // Otherwise the position is stored with the result of the batches, which are tried next.
    if (dealtTo.size === 0) this.#save();
    for (const lane of dealtTo) void this.#drain(lane);
    return 'read';
  }

  async #drain(lane: PipeLane): Promise<void> {
    if (this.#busy.has(lane) || lane.isIdle) return;
    this.#busy.add(lane);
    try {
      const mayCatchUp = () => lane.from !== undefined && this.#props.role.mayRead.isGranted();
      while (!this.#pauses.stopped && (lane.hasBatch || mayCatchUp())) {
        await (lane.hasBatch ? this.#advance(lane) : this.#catchUp(lane));
      }
    } finally {
      this.#busy.delete(lane);
    }
    this.#wake();
  }

  /** Reads for a lane the records that it missed while it was blocked, or that it had when the engine ended. */
  async #catchUp(lane: PipeLane): Promise<void> {
    const { stream } = this.#props;
    const from = Math.max(lane.from ?? this.#position, stream.oldest);
    const page = this.#reader.read(from, Math.min(READ_LIMIT, Math.max(this.#position - from, 0)));
    if (page === undefined) return this.#reader.pause();
    const { records, next } = page;
    const isItsOwn = (placed: PlacedRecord) =>
      this.#lanes.of(placed.record) === lane && this.#isWanted(placed.record) && !this.#lanes.areDoneWith(placed);
    lane.caughtUp(placesOf(records, next).filter(isItsOwn), next < this.#position ? next : undefined);
    if (lane.isIdle) this.#save();
    else if (!lane.hasBatch) await setImmediate();
  }

  /** Stores the pipe's position, and every lane that is not done. */
  #save(): void {
    this.#progress.reached(this.#position, this.#lanes.toStored());
  }

  #isWanted(record: StreamRecord): boolean {
    const { filters } = this.#props;
    return filters.length === 0 || filters.some((matches) => matches(record));
  }

  /** Tries a lane's first batch, or sends its dead letter. */
  async #advance(lane: PipeLane): Promise<void> {
    const { first } = lane;
    if (first === undefined) return;
    const [batch = first, ...left] = withoutExpired(first, this.#horizon());
    if (batch.condition === undefined) return this.#attempt(batch, lane);
    if (batch !== first) {
      lane.replace(first.records.length, [batch, ...left]);
      this.#save();
    }
    return this.#delivery.sendDeadLetter(batch, lane.number, () => {
      lane.replace(batch.records.length, []);
      this.#save();
    });
  }

  async #attempt(batch: OpenBatch, lane: PipeLane): Promise<void> {
    const { maximumRetryAttempts, bisects } = this.#props;
    const retryLimit = maximumRetryAttempts === -1 ? Number.POSITIVE_INFINITY : maximumRetryAttempts;
    let leftBefore: number | undefined;
    await this.#delivery.attempt(batch, lane.number, (undelivered) => {
      const left = afterAttempt(batch, undelivered, { retryLimit, bisects });
      if (leftBefore === undefined) lane.replace(batch.records.length, left);
      // The bus has taken them, and the pipe got an error all the same.
      else lane.revise(leftBefore, left);
      leftBefore = left.length;
      this.#save();
    });
    const next = lane.first;
    if (next !== undefined && next.retries > batch.retries) await this.#pauses.wait(pauseBefore(batch.retries));
  }

  /** Unix epoch seconds; older records go to the dead-letter queue without another attempt. */
  #horizon(): number {
    const { maximumRecordAgeSeconds: most, clock } = this.#props;
    const retention = STREAM_RETENTION_MS / 1000;
    return clock.now() / 1000 - (most === -1 ? retention : Math.min(most, retention));
  }
}
