import { AwsError } from './aws-error.ts';
import type { PutEventsEntry } from './bus-event.ts';
import type { Clock } from './clock.ts';
import { type DynamoDbStream, STREAM_RETENTION_MS } from './dynamodb-stream.ts';
import type { StreamRecord } from './dynamodb-types.ts';
import type { PutEventsResult } from './event-bridge.ts';
import type { EventMatcher } from './event-pattern.ts';
import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import { type PipeTarget, toDeadLetter, toEntry } from './pipe-messages.ts';
import { DLQ_RETRIES, isTransient, Pauses, pauseBefore } from './retry.ts';

export interface PipeProps {
  readonly name: string;
  readonly arn: string;
  readonly stream: DynamoDbStream;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Records in one batch, 1 to 10 for an event bus. */
  readonly batchSize: number;
  /** OR'ed; none lets every record through. */
  readonly filters: readonly EventMatcher[];
  /** -1 retries until the record expires. */
  readonly maximumRetryAttempts: number;
  /** Seconds; -1 is without end, which for a stream is its retention. */
  readonly maximumRecordAgeSeconds: number;
  /** Whether a failing batch is halved until the failing record is alone. */
  readonly bisects: boolean;
  readonly target: PipeTarget;
  readonly dlqArn?: string;
  readonly putEvents: (entries: readonly PutEventsEntry[]) => Promise<PutEventsResult>;
  readonly sendToDlq: (queueArn: string, body: string) => Promise<void>;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly faults: Faults;
}

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
  #position: number;
  #draining = false;
  readonly #pauses: Pauses;

  constructor(props: PipeProps) {
    this.#props = props;
    this.#pauses = new Pauses(props.clock);
    this.name = props.name;
    this.#position = props.startingPosition === 'LATEST' ? props.stream.latest : props.stream.oldest;
  }

  start(): void {
    this.#props.stream.onRecord(() => {
      // One drain for all the records that are written in the same turn.
      if (!this.#draining) queueMicrotask(() => this.#drain());
    });
    void this.#drain();
  }

  stop(): void {
    this.#pauses.stop();
  }

  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (;;) {
        const { records, next } = this.#props.stream.read(this.#position, READ_LIMIT);
        if (records.length === 0 || this.#pauses.stopped) return;
        const wanted = this.#repeat(records.filter((record) => this.#passes(record)));
        for (let start = 0; start < wanted.length && !this.#pauses.stopped; start += this.#props.batchSize) {
          await this.#deliver(wanted.slice(start, start + this.#props.batchSize));
        }
        if (this.#pauses.stopped) return;
        this.#position = next;
      }
    } finally {
      this.#draining = false;
    }
  }

  #passes(record: StreamRecord): boolean {
    const { filters, journal } = this.#props;
    const passed = filters.length === 0 || filters.some((matches) => matches(record));
    journal.write('pipe-filter', { pipe: this.name, eventId: record.eventID, eventName: record.eventName, passed });
    return passed;
  }

  #repeat(records: readonly StreamRecord[]): StreamRecord[] {
    return records.flatMap((record) => Array<StreamRecord>(this.#props.faults.copies('stream-record')).fill(record));
  }

  /** Delivers a batch, in halves where it fails; a record that fails alone is retried, then dead-lettered. */
  async #deliver(batch: readonly StreamRecord[]): Promise<void> {
    const { maximumRetryAttempts, bisects } = this.#props;
    const retryLimit = maximumRetryAttempts === -1 ? Number.POSITIVE_INFINITY : maximumRetryAttempts;
    let left = await this.#withoutExpired(batch);
    for (let retries = 0; left.length > 0 && !this.#pauses.stopped; retries++) {
      const undelivered = await this.#attempt(left, retries);
      if (undelivered.length === 0) return;
      if (bisects && undelivered.length > 1) {
        const middle = Math.ceil(undelivered.length / 2);
        await this.#deliver(undelivered.slice(0, middle));
        return this.#deliver(undelivered.slice(middle));
      }
      if (retries >= retryLimit) return this.#bury(undelivered, 'RetryAttemptsExhausted');
      await this.#pauses.wait(pauseBefore(retries));
      left = await this.#withoutExpired(undelivered);
    }
  }

  /** Tries a batch once. Returns the records that were not delivered. */
  async #attempt(batch: readonly StreamRecord[], retries: number): Promise<readonly StreamRecord[]> {
    const { putEvents } = this.#props;
    try {
      const { Entries: results } = await putEvents(batch.map((record) => this.#entry(record)));
      batch.forEach((record, index) => {
        const { EventId, ErrorCode, ErrorMessage } = results[index] ?? {};
        this.#write(record, retries, { busEventId: EventId, code: ErrorCode, message: ErrorMessage });
      });
      return batch.filter((_, index) => results[index]?.ErrorCode !== undefined);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      for (const record of batch) this.#write(record, retries, { code: error.code, message: error.message });
      return batch;
    }
  }

  #entry(record: StreamRecord): PutEventsEntry {
    const { target, arn, name, stream, clock } = this.#props;
    return toEntry(record, target, {
      'aws.pipes.pipe-arn': arn,
      'aws.pipes.pipe-name': name,
      'aws.pipes.source-arn': stream.arn,
      'aws.pipes.target-arn': target.busArn,
      'aws.pipes.event.ingestion-time': new Date(clock.now()).toISOString(),
    });
  }

  /** Records past the maximum age go to the dead-letter queue without another attempt. */
  async #withoutExpired(batch: readonly StreamRecord[]): Promise<readonly StreamRecord[]> {
    const { maximumRecordAgeSeconds, clock } = this.#props;
    const retention = STREAM_RETENTION_MS / 1000;
    const maximumAge = maximumRecordAgeSeconds === -1 ? retention : Math.min(maximumRecordAgeSeconds, retention);
    const horizon = clock.now() / 1000 - maximumAge;
    const isExpired = (record: StreamRecord) => record.dynamodb.ApproximateCreationDateTime < horizon;
    const expired = batch.filter(isExpired);
    if (expired.length === 0) return batch;
    await this.#bury(expired, 'RecordAgeExpired');
    return batch.filter((record) => !isExpired(record));
  }

  /** As on AWS, the message names the place in the stream and not the record itself. */
  async #bury(batch: readonly StreamRecord[], condition: string): Promise<void> {
    const { arn, stream, dlqArn, journal, clock } = this.#props;
    const eventIds = batch.map((record) => record.eventID);
    const letter = toDeadLetter(batch, { condition, pipeArn: arn, streamArn: stream.arn, now: clock.now() });
    const failure =
      dlqArn === undefined
        ? { code: 'NO_RESOURCE', message: 'the pipe has no dead-letter queue' }
        : await this.#sendToDlq(dlqArn, JSON.stringify(letter));
    const outcome = failure === undefined ? 'delivered' : 'lost';
    const { code, message } = failure ?? {};
    journal.write('pipe-dlq', { pipe: this.name, eventIds, condition, outcome, dlqArn, code, message });
  }

  /** A dead-letter queue that is busy gets the letter as soon as it can. Returns why it never did. */
  async #sendToDlq(dlqArn: string, letter: string): Promise<AwsError | undefined> {
    for (let retries = 0; ; retries++) {
      try {
        await this.#props.sendToDlq(dlqArn, letter);
        return undefined;
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        if (!isTransient(error) || this.#pauses.stopped || retries === DLQ_RETRIES) return error;
        await this.#pauses.wait(pauseBefore(retries));
      }
    }
  }

  #write(record: StreamRecord, retries: number, result: Readonly<Record<string, unknown>>): void {
    const outcome = result.code === undefined ? 'delivered' : 'refused';
    this.#props.journal.write('pipe-delivery', {
      pipe: this.name,
      eventId: record.eventID,
      retries,
      outcome,
      ...result,
    });
  }
}
