import { FIRST_SEQUENCE_NUMBER, type StreamRecord } from '../dynamodb/index.ts';

/** Why a pipe gives records up, in the words of its dead letter. */
export type BurialCondition = 'RetryAttemptsExhausted' | 'RecordAgeExpired';

/** What a dead letter tells of a record; the stream may have lost the rest. */
export interface RecordPlace {
  readonly eventID?: string;
  readonly dynamodb: Pick<StreamRecord['dynamodb'], 'SequenceNumber' | 'ApproximateCreationDateTime'>;
}

/** Records to be sent together. */
export interface OpenBatch {
  readonly records: readonly StreamRecord[];
  /** How often the batch was tried in vain. */
  readonly retries: number;
  readonly condition?: undefined;
}

/** Records that were given up: what is left to do is the dead letter. */
export interface GivenUpBatch {
  readonly records: readonly RecordPlace[];
  readonly retries: number;
  readonly condition: BurialCondition;
}

/** Records that a pipe has read and not yet delivered. */
export type PipeBatch = OpenBatch | GivenUpBatch;

/** A batch as it outlives the engine: by the places of its records in the stream. */
export interface StoredBatch {
  readonly positions: readonly number[];
  /** Of each record, in Unix epoch seconds. */
  readonly createdAt: readonly number[];
  readonly retries: number;
  readonly condition?: BurialCondition | undefined;
}

/** @param positionOf where in the stream a sequence number is */
export function toStored(
  { records, ...batch }: PipeBatch,
  positionOf: (sequenceNumber: string) => number | undefined,
): StoredBatch {
  return {
    ...batch,
    positions: records.flatMap(({ dynamodb }) => positionOf(dynamodb.SequenceNumber) ?? []),
    createdAt: records.map(({ dynamodb }) => dynamodb.ApproximateCreationDateTime),
  };
}

/**
 * A batch as it was before the engine's end. What the stream has lost meanwhile is given up before the rest: its time was over.
 * @param recordAt the record at a position, undefined if the stream no longer has it
 */
export function fromStored(
  { positions, createdAt, retries, condition }: StoredBatch,
  recordAt: (position: number) => StreamRecord | undefined,
): PipeBatch[] {
  const places = positions.map((position, index): RecordPlace | StreamRecord => {
    const SequenceNumber = String(FIRST_SEQUENCE_NUMBER + BigInt(position));
    return recordAt(position) ?? { dynamodb: { SequenceNumber, ApproximateCreationDateTime: createdAt[index] ?? 0 } };
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

/** Records in batches of a size, in their order. */
export function toBatches(records: readonly StreamRecord[], batchSize: number): OpenBatch[] {
  const count = Math.ceil(records.length / batchSize);
  return Array.from({ length: count }, (_, n) => ({
    records: records.slice(n * batchSize, (n + 1) * batchSize),
    retries: 0,
  }));
}

/**
 * The batch without what is too old, which is given up before it.
 * @param horizon Unix epoch seconds, before which a record is too old
 */
export function withoutExpired(batch: PipeBatch, horizon: number): PipeBatch[] {
  if (batch.condition !== undefined) return [batch];
  const isExpired = (record: StreamRecord) => record.dynamodb.ApproximateCreationDateTime < horizon;
  const expired = batch.records.filter(isExpired);
  if (expired.length === 0) return [batch];
  const left = batch.records.filter((record) => !isExpired(record));
  const givenUp: PipeBatch = { records: expired, retries: batch.retries, condition: 'RecordAgeExpired' };
  return left.length === 0 ? [givenUp] : [givenUp, { ...batch, records: left }];
}

/**
 * What is to be done after a batch was tried: nothing, its halves where it bisects, itself once more, or its dead letter.
 * @param undelivered the records of the batch that were refused
 */
export function afterAttempt(
  { retries }: PipeBatch,
  undelivered: readonly StreamRecord[],
  { retryLimit, bisects }: { readonly retryLimit: number; readonly bisects: boolean },
): PipeBatch[] {
  if (undelivered.length === 0) return [];
  if (bisects && undelivered.length > 1) return toBatches(undelivered, Math.ceil(undelivered.length / 2));
  if (retries >= retryLimit) return [{ records: undelivered, retries, condition: 'RetryAttemptsExhausted' }];
  return [{ records: undelivered, retries: retries + 1 }];
}
