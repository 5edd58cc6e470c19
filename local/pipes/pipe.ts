import { STREAM_RETENTION_MS } from '../dynamodb/dynamodb-stream.ts';
import type { StreamRecord } from '../dynamodb/dynamodb-types.ts';
import { Pauses, pauseBefore } from '../retry.ts';
import {
  afterAttempt,
  fromStored,
  type OpenBatch,
  type PipeBatch,
  toBatches,
  toStored,
  withoutExpired,
} from './pipe-batches.ts';
import { PipeDelivery } from './pipe-delivery.ts';
import { PipeProgress } from './pipe-progress.ts';
import type { PipeProps } from './pipe-props.ts';

/** Records taken from the stream at a time; those that the filter drops cost no delivery. */
const READ_LIMIT = 100;

/**
 * A pipe from a DynamoDB stream to an event bus: filter, template, PutEvents, in the stream's order. A batch that fails
 * holds up those behind it until it succeeds or ends in the dead-letter queue.
 * Source: EventBridge user guide, eb-pipes-dynamodb, eb-pipes-batching-concurrency, eb-pipes-error-troubleshooting.
 */
export class Pipe {
  readonly name: string;
  readonly #props: PipeProps;
  readonly #progress: PipeProgress;
  /** Position of the first record that was not read yet. */
  #position: number;
  /** What was read and is not done, in order. */
  #batches: readonly PipeBatch[];
  #draining = false;
  /** Undefined until it is started. */
  #endReading: (() => void) | undefined;
  readonly #pauses: Pauses;
  readonly #delivery: PipeDelivery;

  constructor(props: PipeProps) {
    const { stream, arn, storage, clock, startingPosition, desiredState: templateState } = props;
    this.#props = props;
    this.name = props.name;
    this.#progress = new PipeProgress({
      storage,
      arn,
      streamArn: stream.arn,
      templateState,
      startingPosition: startingPosition === 'LATEST' ? stream.latest : stream.oldest,
      now: clock.now(),
    });
    this.#position = this.#progress.position;
    this.#batches = this.#progress.batches.flatMap((batch) => fromStored(batch, (at) => stream.recordAt(at)));
    this.#pauses = new Pauses(clock);
    this.#delivery = new PipeDelivery(props, this.#pauses);
    if (this.#progress.desiredState === 'STOPPED') this.#pauses.stop();
  }

  /** What DescribePipe answers; times are in seconds. */
  describe() {
    const { arn, name, definition } = this.#props;
    const { desiredState, createdAt, modifiedAt } = this.#progress;
    return {
      Arn: arn,
      Name: name,
      ...definition,
      DesiredState: desiredState,
      CurrentState: desiredState === 'RUNNING' ? 'RUNNING' : this.#draining ? 'STOPPING' : 'STOPPED',
      CreationTime: createdAt / 1000,
      LastModifiedTime: modifiedAt / 1000,
    } as const;
  }

  /** Sets a pipe to work that was made, unless it is a stopped one. */
  start(): void {
    const { stream, leave } = this.#props;
    const ends = [stream.onRecord(() => this.#wake()), leave.onChange(() => this.#wake())];
    this.#endReading = () => {
      for (const end of ends) end();
    };
    this.#wake();
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
    this.#wake();
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

  /** One drain for all the records that are written in the same turn. */
  #wake(): void {
    if (!this.#draining) queueMicrotask(() => this.#drain());
  }

  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    try {
      while (!this.#pauses.stopped && (this.#batches.length > 0 || this.#read())) await this.#advance();
    } finally {
      this.#draining = false;
    }
  }

  /** Takes the next records from the stream. Says whether there were any. */
  #read(): boolean {
    const { stream, batchSize, faults, leave } = this.#props;
    if (!leave.isGranted()) return false;
    const { records, next } = stream.read(this.#position, READ_LIMIT);
    if (records.length === 0) return false;
    const wanted = records.filter((record) => this.#passes(record));
    const copies = wanted.flatMap((record) => Array<StreamRecord>(faults.copies('stream-record')).fill(record));
    this.#position = next;
    this.#batches = toBatches(copies, batchSize);
    // Batches are tried next, and what comes of them is kept with the position.
    if (this.#batches.length === 0) this.#set([]);
    return true;
  }

  #set(batches: readonly PipeBatch[]): void {
    const { stream } = this.#props;
    this.#batches = batches;
    const positionOf = (sequenceNumber: string) => stream.positionOf(sequenceNumber);
    this.#progress.reached(
      this.#position,
      batches.map((batch) => toStored(batch, positionOf)),
    );
  }

  #passes(record: StreamRecord): boolean {
    const { filters, journal } = this.#props;
    const passed = filters.length === 0 || filters.some((matches) => matches(record));
    journal.write('pipe-filter', { pipe: this.name, eventId: record.eventID, eventName: record.eventName, passed });
    return passed;
  }

  /** Tries the first batch, or gives it up. */
  async #advance(): Promise<void> {
    const [first, ...others] = this.#batches;
    if (first === undefined) return;
    const [batch = first, ...left] = withoutExpired(first, this.#horizon());
    const rest = [...left, ...others];
    if (batch.condition === undefined) return this.#attempt(batch, rest);
    if (batch !== first) this.#set([batch, ...rest]);
    return this.#delivery.bury(batch, () => this.#set(rest));
  }

  async #attempt(batch: OpenBatch, rest: readonly PipeBatch[]): Promise<void> {
    const { maximumRetryAttempts, bisects } = this.#props;
    const retryLimit = maximumRetryAttempts === -1 ? Number.POSITIVE_INFINITY : maximumRetryAttempts;
    await this.#delivery.attempt(batch, (undelivered) =>
      this.#set([...afterAttempt(batch, undelivered, { retryLimit, bisects }), ...rest]),
    );
    const [next] = this.#batches;
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
