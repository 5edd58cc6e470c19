import { expect, test } from '@jest/globals';
import type { PipeLetter } from '../../../../operations/dead-letters/dead-letter.ts';
import { ReadableRecords } from '../../../../operations/dead-letters/readable-records.ts';
import { awsError } from '../aws/fake-aws.ts';
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

test("a letter that names another table's stream does not hide what the others say", async () => {
  const records = new ReadableRecords(async ({ batch }) => {
    if (batch.streamArn === 'arn:of-somebody') throw awsError('AccessDeniedException', 'no\u001b[2J');
    return FOUND;
  });
  const foreign = { ...LETTER, batch: { ...LETTER.batch, streamArn: 'arn:of-somebody' } };
  expect(await records.of(foreign)).toBeUndefined();
  expect(await records.of(LETTER)).toBe(FOUND);
  expect(records.note).toMatch(/: no\\u\{1b\}\[2J\n$/);
});

test('a letter that the stream cannot answer for is left out, and why is told once', async () => {
  const refused = Object.assign(new Error('slow'), { name: 'Limit', $metadata: { httpStatusCode: 400 } });
  const records = new ReadableRecords(() => Promise.reject(refused));
  expect([await records.of(LETTER), await records.of(LETTER)]).toEqual([undefined, undefined]);
  expect(records.note.match(/Limit: slow/g)).toHaveLength(1);
});

test('any other error of the stream is thrown', async () => {
  const records = new ReadableRecords(() => Promise.reject(awsError('InternalServerError')));
  await expect(records.of(LETTER)).rejects.toThrow('InternalServerError');
});
