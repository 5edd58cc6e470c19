import type { PipeLetter } from './dead-letter.ts';
import type { Stretch } from './pipe-records.ts';

/** The body of a pipe's letter that is about a part of its records alone, and otherwise says the same. */
export function narrowLetter({ body, batch }: PipeLetter, { startSequenceNumber, endSequenceNumber }: Stretch): string {
  const letter = JSON.parse(body);
  const isOne = startSequenceNumber === endSequenceNumber;
  return JSON.stringify({
    ...letter,
    DDBStreamBatchInfo: {
      ...letter.DDBStreamBatchInfo,
      startSequenceNumber,
      endSequenceNumber,
      batchSize: isOne ? 1 : batch.batchSize,
    },
  });
}
