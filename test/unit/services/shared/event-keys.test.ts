import { describe, expect, it } from '@jest/globals';
import { findEventKeys } from '../../../../services/shared/event-keys.ts';
import { createdBucket, registrationEvent } from '../registrations.ts';

describe('the keys of an event', () => {
  it('are its ids and its user', () => {
    expect(findEventKeys({ detail: createdBucket('test4') })).toEqual({
      eventId: 'registration-of-test4:BucketCreated',
      correlationId: 'registration-of-test4',
      causationId: 'registration-of-test4',
      userId: 'test4',
    });
  });

  it('include the replay that brought it', () => {
    expect(findEventKeys({ ...registrationEvent(), 'replay-name': 'monday' })).toMatchObject({ replayName: 'monday' });
    const { metadata, data } = createdBucket('test4');
    const answer = { detail: { metadata: { ...metadata, replayName: 'monday' }, data } };
    expect(findEventKeys(answer)).toMatchObject({ replayName: 'monday' });
    expect(findEventKeys({ ...answer, 'replay-name': 'tuesday' })).toMatchObject({ replayName: 'tuesday' });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 3],
    ['no detail', { id: 'x' }],
    ['a detail that is a text', { detail: 'x' }],
    ['ids that are no texts', { detail: { metadata: { eventId: 7 }, data: { userId: ['x'] } } }],
  ])('given %s, are none', (_case, envelope) => {
    expect(findEventKeys(envelope)).toEqual({});
  });

  it('are those that a broken event still tells', () => {
    expect(findEventKeys({ detail: { data: { userId: 'test4' } } })).toEqual({ userId: 'test4' });
  });
});
