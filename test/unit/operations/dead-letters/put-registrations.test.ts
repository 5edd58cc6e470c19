import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { expect, test } from '@jest/globals';
import { putRegistrations } from '../../../../operations/dead-letters/put-registrations.ts';

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
  return { taken, put: putRegistrations('bus', { send, pause: async () => {} }) };
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
    { registration: registration(''), problem: expect.stringMatching(/no valid UserRegistered: data\.userId/) },
    { registration: registration('bob'), problem: 'bob: NotAuthorizedForSourceException: no.' },
  ]);
  expect(taken).toEqual(['alice']);
});
