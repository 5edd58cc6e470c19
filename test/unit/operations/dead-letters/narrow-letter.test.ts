import { expect, test } from '@jest/globals';
import { type PipeLetter, readDeadLetter } from '../../../../operations/dead-letters/dead-letter.ts';
import { narrowLetter } from '../../../../operations/dead-letters/narrow-letter.ts';
import { pipeBody } from './fake-queue.ts';

const PLACE = { startSequenceNumber: '5', endSequenceNumber: '5' };

function narrowed(Body: string): unknown {
  const letter = readDeadLetter({ MessageId: 'm', ReceiptHandle: 'h', Body }, 'pipe') as PipeLetter;
  return JSON.parse(narrowLetter(letter, PLACE));
}

test('says the same of a part of the records alone', () => {
  const whole = JSON.parse(pipeBody('1', '9'));
  expect(narrowed(pipeBody('1', '9'))).toEqual({
    ...whole,
    DDBStreamBatchInfo: { ...whole.DDBStreamBatchInfo, ...PLACE, batchSize: 1 },
  });
});

test('given values that are nested deeper than JSON can be written, leaves them out', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const body = pipeBody('1', '9').replace('"version"', `"deep":${deep},"version"`);
  expect(narrowed(body)).toEqual(narrowed(pipeBody('1', '9')));
});
