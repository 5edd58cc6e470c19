import type { PipeLetter } from './dead-letter.ts';
import type { Stretch } from './pipe-records.ts';

/** The body of a pipe's letter that is about a part of its records alone, and otherwise says the same. */
export function narrowLetter({ body, batch }: PipeLetter, { startSequenceNumber, endSequenceNumber }: Stretch): string {
  const { context, DDBStreamBatchInfo, ...letter } = JSON.parse(body);
  const isOne = startSequenceNumber === endSequenceNumber;
  return JSON.stringify({
    ...plainFields(letter),
    context: plainFields(context),
    DDBStreamBatchInfo: {
      ...plainFields(DDBStreamBatchInfo),
      startSequenceNumber,
      endSequenceNumber,
      batchSize: isOne ? 1 : batch.batchSize,
    },
  });
}

/** What a pipe writes: texts and numbers. Other senders may nest values deeper than JSON can be written. */
function plainFields(value: unknown): object {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, field]) => typeof field !== 'object' || field === null));
}
