import { expect, test } from '@jest/globals';
import { readPipeRecords } from '../../../../operations/dead-letters/pipe-records.ts';
import type { StreamRecord } from '../../../../operations/dead-letters/stream-records.ts';

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

test('what is lost is told along', () => {
  expect(readPipeRecords({ records: [], lost: 'gone' }, 'user_id', BATCH)).toEqual({
    registrations: [],
    others: 0,
    lost: 'gone',
    lostIn: [BATCH],
  });
});

test('a record without the key that the stack names makes no valid registration', () => {
  const [registration] = readPipeRecords({ records: [record('INSERT', 'alice')] }, 'userId', BATCH).registrations;
  expect(registration?.userId).toBe('');
});

test('where records are lost is told: before those that were found, or behind them', () => {
  const records = [record('INSERT', 'alice')];
  const lostIn = (startSequenceNumber: string, endSequenceNumber: string) =>
    readPipeRecords({ records, lost: 'gone' }, 'user_id', { startSequenceNumber, endSequenceNumber }).lostIn;
  expect(lostIn('3', '5')).toEqual([{ startSequenceNumber: '3', endSequenceNumber: '4' }]);
  expect(lostIn('5', '8')).toEqual([{ startSequenceNumber: '6', endSequenceNumber: '8' }]);
});
