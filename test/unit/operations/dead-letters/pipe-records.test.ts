import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { expect, test } from '@jest/globals';
import { type PipeDeadLetter, readDeadLetter } from '../../../../operations/dead-letters/dead-letter.ts';
import {
  narrowBody,
  putRegistrations,
  ReadableRecords,
  readPipeRecords,
} from '../../../../operations/dead-letters/pipe-records.ts';
import type { StreamRecord } from '../../../../operations/dead-letters/stream-records.ts';
import { awsError } from '../aws/fake-aws.ts';
import { pipeBody, pipeFailure } from './fake-queue.ts';

const BATCH = { startSequenceNumber: '3', endSequenceNumber: '8' };

function record(eventName: 'INSERT' | 'MODIFY' | 'REMOVE', userId: string): StreamRecord {
  return {
    eventID: `event-of-${userId}`,
    eventName,
    dynamodb: {
      Keys: { user_id: { S: userId } },
      ApproximateCreationDateTime: new Date('2024-04-30T06:27:15.000Z'),
      SequenceNumber: '5',
    },
  };
}

test('a new row is a registration, with the time in whole seconds; any other change is only counted', () => {
  const records = [
    record('INSERT', 'alice'),
    record('MODIFY', 'alice'),
    record('REMOVE', 'bob'),
    record('INSERT', '김'),
  ];
  expect(readPipeRecords({ records }, 'user_id', BATCH)).toEqual({
    registrations: [
      { userId: 'alice', registeredAt: 1714458435, eventId: 'event-of-alice', sequenceNumber: '5' },
      { userId: '김', registeredAt: 1714458435, eventId: 'event-of-김', sequenceNumber: '5' },
    ],
    others: 2,
  });
});

test('to the pipe of deletions, a deleted row is one, by whom it says; any other change is only counted', () => {
  const expired = {
    ...record('REMOVE', 'bob'),
    userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
  };
  const records = [record('INSERT', 'alice'), record('REMOVE', 'alice'), expired];
  expect(readPipeRecords({ records }, 'user_id', BATCH, 'REMOVE')).toEqual({
    registrations: [],
    deletions: [
      { userId: 'alice', deletedAt: 1714458435, deletedBy: '', eventId: 'event-of-alice', sequenceNumber: '5' },
      {
        userId: 'bob',
        deletedAt: 1714458435,
        deletedBy: 'dynamodb.amazonaws.com',
        eventId: 'event-of-bob',
        sequenceNumber: '5',
      },
    ],
    others: 1,
  });
});

test('lost records are reported as well', () => {
  expect(readPipeRecords({ records: [], lost: 'gone' }, 'user_id', BATCH)).toEqual({
    registrations: [],
    others: 0,
    lost: 'gone',
    lostIn: [BATCH],
  });
});

test('a record without the key that the stack names is no valid registration', () => {
  const [registration] = readPipeRecords({ records: [record('INSERT', 'alice')] }, 'userId', BATCH).registrations;
  expect(registration?.userId).toBe('');
});

test('the place of lost records is before those that were found, or after them', () => {
  const records = [record('INSERT', 'alice')];
  const lostIn = (startSequenceNumber: string, endSequenceNumber: string) =>
    readPipeRecords({ records, lost: 'gone' }, 'user_id', { startSequenceNumber, endSequenceNumber }).lostIn;
  expect(lostIn('3', '5')).toEqual([{ startSequenceNumber: '3', endSequenceNumber: '4' }]);
  expect(lostIn('5', '8')).toEqual([{ startSequenceNumber: '6', endSequenceNumber: '8' }]);
});

const LETTER = pipeFailure('a') as PipeDeadLetter;
const FOUND = { registrations: [], others: 1 };

test('records that may be read are returned, without a problem', async () => {
  const records = new ReadableRecords(async () => FOUND);
  expect(await records.find(LETTER)).toBe(FOUND);
  expect([...records.problems]).toEqual([]);
});

test('records that may not be read are left out, with one problem, and are not asked for again', async () => {
  let asked = 0;
  const records = new ReadableRecords(async () => {
    asked += 1;
    throw awsError('AccessDeniedException', 'not authorized to perform dynamodb:DescribeStream');
  });
  expect(await records.find(LETTER)).toBeUndefined();
  expect(await records.find(LETTER)).toBeUndefined();
  expect(asked).toBe(1);
  expect([...records.problems]).toEqual(['not authorized to perform dynamodb:DescribeStream']);
});

test("a dead letter that names another table's stream does not hide the records of others", async () => {
  const records = new ReadableRecords(async ({ batch }) => {
    if (batch.streamArn === 'arn:of-somebody') throw awsError('AccessDeniedException', 'no\u001b[2J');
    return FOUND;
  });
  const foreign = { ...LETTER, batch: { ...LETTER.batch, streamArn: 'arn:of-somebody' } };
  expect(await records.find(foreign)).toBeUndefined();
  expect(await records.find(LETTER)).toBe(FOUND);
  expect([...records.problems]).toEqual(['no\u001b[2J']);
});

test('a dead letter for which the stream fails is left out, with one problem', async () => {
  const refused = Object.assign(new Error('slow'), { name: 'Limit', $metadata: { httpStatusCode: 400 } });
  const records = new ReadableRecords(() => Promise.reject(refused));
  expect([await records.find(LETTER), await records.find(LETTER)]).toEqual([undefined, undefined]);
  expect([...records.problems]).toEqual(['Limit: slow']);
});

test('any other error of the stream is thrown', async () => {
  const records = new ReadableRecords(() => Promise.reject(awsError('InternalServerError')));
  await expect(records.find(LETTER)).rejects.toThrow('InternalServerError');
});

const PLACE = { startSequenceNumber: '5', endSequenceNumber: '5' };

function narrowed(Body: string): unknown {
  const deadLetter = readDeadLetter({ MessageId: 'm', ReceiptHandle: 'h', Body }, 'pipe') as PipeDeadLetter;
  return JSON.parse(narrowBody(deadLetter, PLACE));
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

function registration(userId: string) {
  return { userId, registeredAt: 1714458435, eventId: `event-of-${userId}`, sequenceNumber: '1' };
}

/** A bus that refuses the events of these users. */
function bus(...refused: string[]) {
  const taken: string[] = [];
  const send = async (entries: PutEventsRequestEntry[]) => {
    const Entries = entries.map(({ Detail = '' }) => {
      const { userId } = JSON.parse(Detail).data;
      if (refused.includes(userId)) return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'no.' };
      taken.push(userId);
      return { EventId: 'x' };
    });
    return { Entries, FailedEntryCount: Entries.filter(({ EventId }) => EventId === undefined).length };
  };
  const put = (registrations: Parameters<typeof putRegistrations>[1]) => {
    return putRegistrations('bus', registrations, { send, pause: async () => {} });
  };
  return { taken, put };
}

test('registrations go to the bus as events', async () => {
  const { put, taken } = bus();
  expect(await put(['alice', 'bob'].map(registration))).toEqual([]);
  expect(taken).toEqual(['alice', 'bob']);
});

test('one that the bus refuses is named with its reason, and keeps no other one from it', async () => {
  const { put, taken } = bus('bob');
  expect(await put(['alice', 'bob', 'carol'].map(registration))).toEqual([
    { registration: registration('bob'), problem: 'bob: NotAuthorizedForSourceException: no.' },
  ]);
  expect(taken).toEqual(['alice', 'carol']);
});

test('one that would break the contract is not put, and named; a refusal behind it is of the right user', async () => {
  const { put, taken } = bus('bob');
  const problems = await put([registration(''), registration('alice'), registration('bob')]);
  expect(problems).toEqual([
    {
      registration: registration(''),
      problem: expect.stringMatching(/^the UserRegistered event for {2}is not valid: data\.userId/),
    },
    { registration: registration('bob'), problem: 'bob: NotAuthorizedForSourceException: no.' },
  ]);
  expect(taken).toEqual(['alice']);
});
