import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import { DLQ_RETRIES, isTransient, type Pauses, pauseBefore } from '../core/retry.ts';
import type { DynamoDbStream, StreamRecord } from '../dynamodb/index.ts';
import type { PutEventsEntry } from '../eventbridge/bus-event.ts';
import type { PutEventsResult } from '../eventbridge/event-bridge.ts';
import type { Journal } from '../journal/journal.ts';
import type { GivenUpBatch, OpenBatch } from './pipe-batches.ts';
import type { PipeLog } from './pipe-log.ts';
import { type PipeTarget, toDeadLetter, toEntry } from './pipe-messages.ts';

export interface PipeDeliveryProps {
  readonly name: string;
  readonly arn: string;
  readonly stream: DynamoDbStream;
  readonly target: PipeTarget;
  readonly dlqArn?: string;
  /** Calls `taken` in the turn in which the events are on the bus, so that the pipe's progress becomes lasting with them. */
  readonly putEvents: (
    entries: readonly PutEventsEntry[],
    taken: (result: PutEventsResult) => void,
  ) => Promise<PutEventsResult>;
  /** Calls `taken` in the turn in which the message is in the queue. */
  readonly sendToDlq: (queueArn: string, body: string, taken: () => void) => Promise<void>;
  /** @default - it logs nothing */
  readonly log?: PipeLog;
  readonly clock: Clock;
  readonly journal: Journal;
}

/** A pipe's way to its bus, and to its dead-letter queue. */
export class PipeDelivery {
  readonly #props: PipeDeliveryProps;
  readonly #pauses: Pauses;

  constructor(props: PipeDeliveryProps, pauses: Pauses) {
    this.#props = props;
    this.#pauses = pauses;
  }

  /**
   * Tries a batch once.
   * @param lane number of the batch's lane, for the journal
   * @param settle is told, in the turn in which it is known, which records were not delivered
   */
  async attempt(
    { records, retries }: OpenBatch,
    lane: number,
    settle: (undelivered: readonly StreamRecord[]) => void,
  ): Promise<void> {
    let entries: readonly PutEventsEntry[] | undefined;
    try {
      entries = records.map((record) => this.#entry(record));
      const { Entries: results } = await this.#props.putEvents(entries, ({ Entries }) =>
        settle(records.filter((_, index) => Entries[index]?.ErrorCode !== undefined)),
      );
      const refused = results.filter(({ ErrorCode }) => ErrorCode !== undefined).length;
      records.forEach((record, index) => {
        const { EventId, ErrorCode, ErrorMessage } = results[index] ?? {};
        const execution = executionOf(records, index, refused);
        this.#write(record, retries, lane, {
          busEventId: EventId,
          code: ErrorCode,
          message: ErrorMessage,
          ...execution,
        });
      });
      this.#logRefusals(results);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code, message, status } = error;
      records.forEach((record, index) => {
        this.#write(record, retries, lane, { code, message, ...executionOf(records, index, records.length) });
      });
      settle(records);
      const stage = entries === undefined ? 'Transformation' : 'Invocation';
      // What a template stumbles over may be a part of the record.
      const reason = entries === undefined ? '' : message;
      this.#props.log?.failed({ stage, isPartial: false, code, message: reason, status });
    }
  }

  /** The first reason stands for all. A batch of which no record was taken counts as failed; AWS does not say. */
  #logRefusals(results: PutEventsResult['Entries']): void {
    const refused = results.filter(({ ErrorCode }) => ErrorCode !== undefined);
    const { ErrorCode: code = '', ErrorMessage: message = '' } = refused[0] ?? {};
    if (refused.length === 0) return;
    this.#props.log?.failed({ stage: 'Invocation', isPartial: refused.length < results.length, code, message });
  }

  /**
   * Sends the dead letter of a batch. As on AWS, it names the place in the stream and not the record itself.
   * @param lane number of the batch's lane, for the journal
   * @param settle is called in the turn in which the letter is in the queue, or lost; not when the pipe is stopped before
   */
  async bury({ records, condition }: GivenUpBatch, lane: number, settle: () => void): Promise<void> {
    const { name, arn, stream, dlqArn, journal, clock } = this.#props;
    const eventIds = records.flatMap(({ eventID }) => eventID ?? []);
    const letter = toDeadLetter(records, { condition, pipeArn: arn, streamArn: stream.arn, now: clock.now() });
    const failure =
      dlqArn === undefined
        ? { code: 'NO_RESOURCE', message: 'the pipe has no dead-letter queue' }
        : await this.#sendToDlq(dlqArn, JSON.stringify(letter), settle);
    if (failure === 'stopped') return;
    if (failure !== undefined) settle();
    const outcome = failure === undefined ? 'delivered' : 'lost';
    const { code, message } = failure ?? {};
    journal.write('pipe-dlq', { pipe: name, lane, eventIds, condition, outcome, dlqArn, code, message });
  }

  /** A dead-letter queue that is busy gets the letter as soon as it can. Returns why it never did. */
  async #sendToDlq(dlqArn: string, letter: string, taken: () => void): Promise<AwsError | 'stopped' | undefined> {
    for (let retries = 0; !this.#pauses.stopped; retries++) {
      try {
        await this.#props.sendToDlq(dlqArn, letter, taken);
        return undefined;
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        if (!isTransient(error) || retries === DLQ_RETRIES) return error;
        await this.#pauses.wait(pauseBefore(retries));
      }
    }
    return 'stopped';
  }

  /** @throws AwsError InternalFailure for a record that no entry can be made of: it ends as one that is refused does */
  #entry(record: StreamRecord): PutEventsEntry {
    const { target, arn, name, stream, clock } = this.#props;
    try {
      return toEntry(record, target, {
        'aws.pipes.pipe-arn': arn,
        'aws.pipes.pipe-name': name,
        'aws.pipes.source-arn': stream.arn,
        'aws.pipes.target-arn': target.busArn,
        'aws.pipes.event.ingestion-time': new Date(clock.now()).toISOString(),
      });
    } catch (error) {
      const { message } = error as Error;
      throw new AwsError('InternalFailure', `Of the record ${record.eventID} no event can be made: ${message}`, 500);
    }
  }

  #write(record: StreamRecord, retries: number, lane: number, result: Readonly<Record<string, unknown>>): void {
    const outcome = result.code === undefined ? 'delivered' : 'refused';
    this.#props.journal.write('pipe-delivery', {
      pipe: this.#props.name,
      lane,
      eventId: record.eventID,
      retries,
      outcome,
      ...result,
    });
  }
}

/** What an execution of the pipe came to: told with the last record of its batch, so that it is told once. */
function executionOf(records: readonly StreamRecord[], index: number, refused: number): object {
  return index === records.length - 1 ? { execution: { events: records.length, refused } } : {};
}
