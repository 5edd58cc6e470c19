import { SHARD_ID, type StreamRecord } from '../dynamodb/index.ts';
import type { PutEventsEntry } from '../eventbridge/bus-event.ts';
import type { InputTemplateRenderer, PipeVariables } from './input-template/input-template.ts';
import { readPath } from './json-path.ts';
import type { RecordPlace } from './pipe-batches.ts';

/** An event bus as a pipe's target. A value of the form `$.a.b` is read from the record, before the template. */
export interface PipeTarget {
  readonly busArn: string;
  readonly source?: string;
  readonly detailType?: string;
  readonly resources?: readonly string[];
  readonly time?: string;
  readonly render: InputTemplateRenderer;
}

/** The PutEvents entry of one record. Dynamic parameters see the record itself, not what the template made of it. */
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

/** Epoch seconds, as a number or as DynamoDB's text of one, or ISO 8601; anything else leaves the time of PutEvents. */
function toTime(value: unknown): number | string | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '') return undefined;
  return Number.isNaN(Number(value)) ? value : Number(value);
}

interface Burial {
  /** Why the pipe gave up, in AWS's words, such as `RetryAttemptsExhausted`. */
  readonly condition: string;
  readonly pipeArn: string;
  readonly streamArn: string;
  /** Unix epoch milliseconds. */
  readonly now: number;
}

/** What a pipe puts into its dead-letter queue: as on AWS the records' place in the stream, and not the records. */
export function toDeadLetter(batch: readonly RecordPlace[], { condition, pipeArn, streamArn, now }: Burial): object {
  const arrival = (record: RecordPlace | undefined) =>
    new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString();
  const [first, last] = [batch[0], batch.at(-1)];
  return {
    context: { partnerResourceArn: pipeArn, condition },
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    DDBStreamBatchInfo: {
      shardId: SHARD_ID,
      startSequenceNumber: first?.dynamodb.SequenceNumber,
      endSequenceNumber: last?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: batch.length,
      streamArn,
    },
  };
}
