import { expect, test } from '@jest/globals';
import type { PipeLetter } from '../../../../operator/dlq/dead-letter.ts';
import { ReadableRecords } from '../../../../operator/dlq/readable-records.ts';
import { awsError } from '../fake-aws.ts';
import { pipeFailure } from './letters.ts';

const LETTER = pipeFailure('a') as PipeLetter;
const FOUND = { registrations: [], others: 1 };

test('records that may be read are given, and nothing is to be told', async () => {
  const records = new ReadableRecords(async () => FOUND);
  expect(await records.of(LETTER)).toBe(FOUND);
  expect(records.note).toBe('');
});

test('records that may not be read are left out, which is told once; nobody asks for them again', async () => {
  let asked = 0;
  const records = new ReadableRecords(async () => {
    asked += 1;
    throw awsError('AccessDeniedException', 'not authorized to perform dynamodb:DescribeStream');
  });
  expect(await records.of(LETTER)).toBeUndefined();
  expect(await records.of(LETTER)).toBeUndefined();
  expect(asked).toBe(1);
  expect(records.note).toBe(
    "note: the users of the pipe's messages are left out, which only the stream tells: not authorized to perform dynamodb:DescribeStream\n",
  );
});

test('any other error of the stream is thrown', async () => {
  const records = new ReadableRecords(() => Promise.reject(awsError('InternalServerError')));
  await expect(records.of(LETTER)).rejects.toThrow('InternalServerError');
});
