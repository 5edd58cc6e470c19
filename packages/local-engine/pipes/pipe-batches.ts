import { type DynamoDbStream, FIRST_SEQUENCE_NUMBER, type StreamRecord } from '../dynamodb/index.ts';

/** Why a pipe gives up records, in the words of its dead letter. */
type GiveUpCondition = 'RetryAttemptsExhausted' | 'RecordAgeExpired';

/** What a dead letter contains of a record; the stream may no longer have the rest. */
export interface RecordPlace {
  readonly eventID?: string;
  readonly dynamodb: Pick<StreamRecord['dynamodb'], 'SequenceNumber' | 'ApproximateCreationDateTime'>;
}

/** Records to send together. */
export interface OpenBatch {
  readonly records: readonly StreamRecord[];
  /** Failed attempts. */
  readonly retries: number;
  readonly condition?: undefined;
}

/** Records that were given up: only the dead letter is left to send. */
export interface GivenUpBatch {
  readonly records: readonly RecordPlace[];
  readonly retries: number;
  readonly condition: GiveUpCondition;
}

/** Records that a pipe has read and not yet delivered. */
export type RecordBatch = OpenBatch | GivenUpBatch;

/** A batch as it is stored: by the positions of its records in the stream. */
export interface StoredBatch {
  readonly positions: readonly number[];
  /** Of each record, in Unix epoch seconds. */
  readonly createdAt: readonly number[];
  readonly retries: number;
  readonly condition?: GiveUpCondition | undefined;
}

export function toStored({ records, ...batch }: RecordBatch, stream: Pick<DynamoDbStream, 'positionOf'>): StoredBatch {
  return {
    ...batch,
    positions: records.flatMap(({ dynamodb }) => stream.positionOf(dynamodb.SequenceNumber) ?? []),
    createdAt: records.map(({ dynamodb }) => dynamodb.ApproximateCreationDateTime),
  };
}

/** A batch as it was stored. Records that the stream no longer has have expired; they are given up before the others. */
export function fromStored(
  { positions, createdAt, retries, condition }: StoredBatch,
  stream: Pick<DynamoDbStream, 'recordAt'>,
): RecordBatch[] {
  const places = positions.map((position, index): RecordPlace | StreamRecord => {
    const SequenceNumber = String(FIRST_SEQUENCE_NUMBER + BigInt(position));
    const place = { dynamodb: { SequenceNumber, ApproximateCreationDateTime: createdAt[index] ?? 0 } };
    return stream.recordAt(position) ?? place;
  });
  if (condition !== undefined) return [{ records: places, retries, condition }];
  const isKept = (place: RecordPlace | StreamRecord): place is StreamRecord => 'eventSource' in place;
  const records = places.filter(isKept);
  const lost = places.filter((place) => !isKept(place));
  return [
    ...(lost.length > 0 ? [{ records: lost, retries, condition: 'RecordAgeExpired' } as const] : []),
    ...(records.length > 0 ? [{ records, retries }] : []),
  ];
}

/** Records in batches of a size, in order. */
export function toBatches(records: readonly StreamRecord[], batchSize: number): OpenBatch[] {
  const count = Math.ceil(records.length / batchSize);
  return Array.from({ length: count }, (_, n) => ({
    records: records.slice(n * batchSize, (n + 1) * batchSize),
    retries: 0,
  }));
}

/**
 * The batch without expired records, which are given up before it.
 * @param horizon Unix epoch seconds; older records have expired
 */
export function withoutExpired(batch: RecordBatch, horizon: number): RecordBatch[] {
  if (batch.condition !== undefined) return [batch];
  const isExpired = (record: StreamRecord) => record.dynamodb.ApproximateCreationDateTime < horizon;
  const expired = batch.records.filter(isExpired);
  if (expired.length === 0) return [batch];
  const left = batch.records.filter((record) => !isExpired(record));
  const givenUp: RecordBatch = { records: expired, retries: batch.retries, condition: 'RecordAgeExpired' };
  return left.length === 0 ? [givenUp] : [givenUp, { ...batch, records: left }];
}

/**
 * What is left of a batch after an attempt: nothing, its halves if the pipe bisects, the batch again, or its dead letter.
 * @param undelivered the records of the batch that were refused
 */
export function afterAttempt(
  { retries }: RecordBatch,
  undelivered: readonly StreamRecord[],
  { retryLimit, bisects }: { readonly retryLimit: number; readonly bisects: boolean },
): RecordBatch[] {
  if (undelivered.length === 0) return [];
  if (bisects && undelivered.length > 1) return toBatches(undelivered, Math.ceil(undelivered.length / 2));
  if (retries >= retryLimit) return [{ records: undelivered, retries, condition: 'RetryAttemptsExhausted' }];
  return [{ records: undelivered, retries: retries + 1 }];
}
