import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import { DLQ_RETRIES, isTransient, type Pauses, pauseBefore } from '../core/retry.ts';
import { type DynamoDbStream, SHARD_ID, type StreamRecord } from '../dynamodb/index.ts';
import type { PutEventsEntry, PutEventsResult } from '../eventbridge/index.ts';
import type { Journal } from '../journal/journal.ts';
import type { InputTemplateRenderer, PipeVariables } from './input-template.ts';
import { readPath } from './json-path.ts';
import type { GivenUpBatch, OpenBatch, RecordPlace } from './pipe-batches.ts';
import type { PipeLog } from './pipe-log.ts';
import type { PipeRole } from './pipe-role.ts';

/** An event bus as a pipe's target. A value of the form `$.a.b` is read from the record, before the template is applied. */
export interface PipeTarget {
  readonly busArn: string;
  readonly source?: string;
  readonly detailType?: string;
  readonly resources?: readonly string[];
  readonly time?: string;
  readonly render: InputTemplateRenderer;
}

export interface PipeDeliveryProps {
  readonly name: string;
  readonly arn: string;
  readonly stream: DynamoDbStream;
  readonly target: PipeTarget;
  readonly dlqArn?: string;
  readonly role: Pick<PipeRole, 'putEvents' | 'sendDeadLetter'>;
  /** @default - it logs nothing */
  readonly log?: PipeLog;
  readonly clock: Clock;
  readonly journal: Journal;
}

/** Delivers a pipe's batches to its bus, and its dead letters to their queue. */
export class PipeDelivery {
  readonly #props: PipeDeliveryProps;
  readonly #pauses: Pauses;

  constructor(props: PipeDeliveryProps, pauses: Pauses) {
    this.#props = props;
    this.#pauses = pauses;
  }

  /**
   * Tries a batch once. In the pipe's log a batch without a taken record counts as failed; AWS does not say.
   * @param lane number of the batch's lane, for the journal
   * @param settle is called with the records that were not delivered, in the turn in which they are known; a second time, with all of
   * them, if the bus has taken them but its answer is an error
   */
  async attempt(
    { records, retries }: OpenBatch,
    lane: number,
    settle: (undelivered: readonly StreamRecord[]) => void,
  ): Promise<void> {
    const { role, log } = this.#props;
    let entries: readonly PutEventsEntry[] | undefined;
    let results: PutEventsResult['Entries'];
    let failure: AwsError | undefined;
    try {
      entries = records.map((record) => this.#entry(record));
      const eventIds = records.flatMap(({ eventID }) => eventID ?? []);
      const taken = ({ Entries }: PutEventsResult) =>
        settle(records.filter((_, index) => Entries[index]?.ErrorCode !== undefined));
      const answer = await role.putEvents(entries, taken, eventIds);
      results = answer.Entries;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failure = error;
      results = records.map(() => ({ ErrorCode: error.code, ErrorMessage: error.message }));
    }
    const refused = results.filter(({ ErrorCode }) => ErrorCode !== undefined);
    for (const [index, record] of records.entries()) {
      const { EventId: busEventId, ErrorCode: code, ErrorMessage: message } = results[index] ?? {};
      // The result of the pipe's execution is written once, with the last record of the batch.
      const isLast = index === records.length - 1;
      const execution = isLast && { execution: { events: records.length, refused: refused.length } };
      this.#write(record, retries, lane, { busEventId, code, message, ...execution });
    }
    if (failure) settle(records);
    if (refused.length === 0) return;
    const { ErrorCode: code = '', ErrorMessage: message = '' } = refused[0] ?? {};
    const isPartial = refused.length < results.length;
    // The first reason counts for all. The message about a failed template may quote the record.
    if (entries === undefined) log?.failed({ stage: 'Transformation', isPartial, code, message: '' });
    else log?.failed({ stage: 'Invocation', isPartial, code, message, ...(failure && { status: failure.status }) });
  }

  /**
   * Sends the dead letter of a batch. As on AWS, it names the records' place in the stream and does not contain the records.
   * @param lane number of the batch's lane, for the journal
   * @param settle is called in the turn in which the dead letter is in the queue, or lost; not when the pipe is stopped before
   */
  async sendDeadLetter({ records, condition }: GivenUpBatch, lane: number, settle: () => void): Promise<void> {
    const { name, dlqArn, journal } = this.#props;
    const eventIds = records.flatMap(({ eventID }) => eventID ?? []);
    const failure =
      dlqArn === undefined
        ? { code: 'NO_RESOURCE', message: 'the pipe has no dead-letter queue' }
        : await this.#sendToDlq(dlqArn, JSON.stringify(this.#deadLetter(records, condition)), settle);
    if (failure === 'stopped') return;
    if (failure !== undefined) settle();
    const outcome = failure === undefined ? 'delivered' : 'lost';
    const { code, message } = failure ?? {};
    journal.write('pipe-dlq', { pipe: name, lane, eventIds, condition, outcome, dlqArn, code, message });
  }

  /** Retries while the queue is busy. Returns why the dead letter could not be sent, if it could not. */
  async #sendToDlq(dlqArn: string, body: string, taken: () => void): Promise<AwsError | 'stopped' | undefined> {
    for (let retries = 0; !this.#pauses.stopped; retries++) {
      try {
        await this.#props.role.sendDeadLetter(dlqArn, body, taken);
        return undefined;
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        if (!isTransient(error) || retries === DLQ_RETRIES) return error;
        await this.#pauses.wait(pauseBefore(retries));
      }
    }
    return 'stopped';
  }

  #deadLetter(records: readonly RecordPlace[], condition: string): object {
    const { arn, stream, clock } = this.#props;
    const arrival = (record: RecordPlace | undefined) =>
      new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString();
    const [first, last] = [records[0], records.at(-1)];
    return {
      context: { partnerResourceArn: arn, condition },
      version: '1.0',
      timestamp: new Date(clock.now()).toISOString(),
      DDBStreamBatchInfo: {
        shardId: SHARD_ID,
        startSequenceNumber: first?.dynamodb.SequenceNumber,
        endSequenceNumber: last?.dynamodb.SequenceNumber,
        approximateArrivalOfFirstRecord: arrival(first),
        approximateArrivalOfLastRecord: arrival(last),
        batchSize: records.length,
        streamArn: stream.arn,
      },
    };
  }

  /** @throws AwsError InternalFailure for a record that cannot be made an entry: it is then handled like one that is refused */
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
      throw new AwsError('InternalFailure', `No event can be made of the record ${record.eventID}: ${message}`, 500);
    }
  }

  #write(record: StreamRecord, retries: number, lane: number, result: Readonly<Record<string, unknown>>): void {
    const { name: pipe, journal } = this.#props;
    const outcome = result.code === undefined ? 'delivered' : 'refused';
    journal.write('pipe-delivery', { pipe, lane, eventId: record.eventID, retries, outcome, ...result });
  }
}

/** The PutEvents entry of one record. Dynamic parameters are read from the record itself, not from the template's result. */
export function toEntry(record: StreamRecord, target: PipeTarget, variables: PipeVariables): PutEventsEntry {
  const time = target.time === undefined ? undefined : toTime(readPath(record, target.time));
  const fromRecord = (value: string) => (value.startsWith('$.') ? String(readPath(record, value) ?? '') : value);
  return {
    EventBusName: target.busArn,
    Source: fromRecord(target.source ?? `Pipe ${variables['aws.pipes.pipe-name']}`),
    DetailType: fromRecord(target.detailType ?? 'Event from aws:dynamodb'),
    Resources: (target.resources ?? []).map(fromRecord),
    ...(time !== undefined && { Time: time }),
    Detail: target.render(record, variables),
  };
}

/** Unix epoch seconds, as a number or as DynamoDB's text of one, or ISO 8601; for anything else PutEvents sets the time. */
function toTime(value: unknown): number | string | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '') return undefined;
  return Number.isNaN(Number(value)) ? value : Number(value);
}
