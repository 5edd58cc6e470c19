import type { StreamRecord } from '../dynamodb/dynamodb-types.ts';

/** Why a pipe gives records up, in the words of its dead letter. */
export type BurialCondition = 'RetryAttemptsExhausted' | 'RecordAgeExpired';

/** Records that a pipe has read and not yet delivered, to be sent together. */
export interface PipeBatch {
  readonly records: readonly StreamRecord[];
  /** How often the batch was tried in vain. */
  readonly retries: number;
  /** Given up: what is left to do is the dead letter. */
  readonly condition?: BurialCondition;
}

/** Records in batches of a size, in their order. */
export function toBatches(records: readonly StreamRecord[], batchSize: number): PipeBatch[] {
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
  const isExpired = (record: StreamRecord) => record.dynamodb.ApproximateCreationDateTime < horizon;
  const expired = batch.records.filter(isExpired);
  if (batch.condition !== undefined || expired.length === 0) return [batch];
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
