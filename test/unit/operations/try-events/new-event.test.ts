import { expect, test } from '@jest/globals';
import { newEvent, withoutIds } from '../../../../operations/try-events/new-event.ts';
import { BucketCreatedV1, UserRegisteredV1 } from '../../../../schemas/generated/event-contracts.ts';
import { sampleEvent } from '../../../support/sample-event.ts';

const ID = 'new-id';
const made = (type: string, detail: object) => newEvent({ type, source: 'x', detail: { ...detail } }, () => ID);

test('an event without metadata becomes a new one, which begins a registration', () => {
  const { draft, eventId, copyOf } = made('UserRegistered', { data: { userId: 'alice', registeredAt: 1 } });
  expect({ eventId, copyOf }).toEqual({ eventId: ID, copyOf: undefined });
  expect(draft.detail.metadata).toEqual({ schemaVersion: 1, eventId: ID, correlationId: ID });
  expect(UserRegisteredV1.validateDetail(draft.detail)).toBe(true);
});

test('an event of a registration stays in it', () => {
  const { draft } = made('UserRegistered', { metadata: { correlationId: 'first' } });
  expect(draft.detail.metadata).toEqual({ schemaVersion: 1, eventId: ID, correlationId: 'first' });
});

test('an event that has an id is copied: the copy has another one, and names the original as its cause', () => {
  const original = sampleEvent(BucketCreatedV1);
  const { draft, copyOf } = made('BucketCreated', original);
  const { eventId, correlationId } = original.metadata;
  expect(copyOf).toBe(eventId);
  expect(draft.detail).toEqual({
    data: original.data,
    metadata: { schemaVersion: 1, eventId: ID, correlationId, causationId: eventId },
  });
  expect(BucketCreatedV1.validateDetail(draft.detail)).toBe(true);
});

test('a sample becomes a new event; one that must have a cause gets the registration', () => {
  const { draft } = newEvent(
    withoutIds({ type: 'BucketCreated', source: 'x', detail: { ...sampleEvent(BucketCreatedV1) } }),
    () => ID,
  );
  expect(draft.detail.metadata).toEqual({ schemaVersion: 1, eventId: ID, correlationId: ID, causationId: ID });
});

test('an event id looks like that of a stream record, and is never the same', () => {
  const ids = [1, 2].map(() => newEvent({ type: 'UserRegistered', source: 'x', detail: {} }).eventId);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(ids).size).toBe(2);
});
