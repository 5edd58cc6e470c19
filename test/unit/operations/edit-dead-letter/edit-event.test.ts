import { describe, expect, test } from '@jest/globals';
import { editProblem } from '../../../../operations/edit-dead-letter/edit-dead-letter.ts';
import { editableText, editEvent, isUnchanged } from '../../../../operations/edit-dead-letter/edit-event.ts';
import { UsageError } from '../../../../operations/messages/errors.ts';

const ENVELOPE = {
  version: '0',
  id: '8f14e45f-ceea-467f-a5c6-1b2d3e4f5a04',
  'detail-type': 'UserRegistered',
  source: 'users-table',
  account: '123456789012',
  time: '2024-04-30T06:27:17Z',
  region: 'us-east-1',
  resources: [],
  'replay-name': 'r1',
  detail: {
    metadata: { schemaVersion: 1, eventId: 'e1', correlationId: 'c1' },
    data: { userId: 'alice', registeredAt: 'soon' },
  },
};
const ORIGINAL = { messageId: 'm1', envelope: ENVELOPE };

const textOf = (detail: object) => JSON.stringify(detail);
const FIXED = { ...ENVELOPE.detail, data: { userId: 'alice', registeredAt: 1714458435 } };

describe('an edited event', () => {
  const edited = editEvent(ORIGINAL, textOf(FIXED));
  const event = JSON.parse(edited.body);

  test('is a new one, caused by the original, of the same registration; all else is as it was', () => {
    expect(edited).toMatchObject({
      causationId: 'e1',
      correlationId: 'c1',
      contract: 'user-registered.v1',
      violations: [],
    });
    expect(edited.eventId).toMatch(/^[0-9a-f]{32}$/);
    expect(event).toEqual({
      ...ENVELOPE,
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      detail: {
        metadata: { schemaVersion: 1, eventId: edited.eventId, correlationId: 'c1', causationId: 'e1' },
        data: { userId: 'alice', registeredAt: 1714458435 },
      },
    });
    expect(event.id).not.toBe(ENVELOPE.id);
    expect(editProblem(edited)).toBeUndefined();
  });

  test('says what has changed', () => {
    expect(edited.changes).toEqual([
      { path: 'metadata.eventId', before: '"e1"', after: `"${edited.eventId}"` },
      { path: 'metadata.causationId', after: '"e1"' },
      { path: 'data.registeredAt', before: '"soon"', after: '1714458435' },
    ]);
  });

  test('has the same ids when the same edit is made again, and others after another edit', () => {
    expect(editEvent(ORIGINAL, JSON.stringify(FIXED, null, 4)).body).toBe(edited.body);
    const other = editEvent(ORIGINAL, textOf({ ...FIXED, data: { userId: 'alice', registeredAt: 1 } }));
    expect(other.eventId).not.toBe(edited.eventId);
  });

  test.each([{ eventId: 'e2', correlationId: 'c2', causationId: 'x2' }, { eventId: 'e1' }, {}])(
    'takes no ids from the text: %j',
    (metadata) => {
      const own = editEvent(ORIGINAL, textOf({ ...FIXED, metadata: { schemaVersion: 1, ...metadata } }));
      expect(own.body).toBe(edited.body);
    },
  );

  test('of an event without ids begins a registration, unless the text names one', () => {
    const bare = { messageId: 'm1', envelope: { ...ENVELOPE, detail: { data: FIXED.data } } };
    const first = editEvent(bare, textOf({ data: FIXED.data }));
    expect(first).toMatchObject({ correlationId: first.eventId, violations: [] });
    expect(first).not.toHaveProperty('causationId');
    const named = editEvent(bare, textOf({ metadata: { correlationId: 'c9' }, data: FIXED.data }));
    expect(named).toMatchObject({ correlationId: 'c9', violations: [] });
  });
});

describe('an edited event that cannot be sent', () => {
  test.each([
    [
      { ...FIXED, data: { registeredAt: 'later' } },
      /user-registered\.v1: .*data\.userId is missing.*registeredAt must be integer/,
    ],
    [{ metadata: FIXED.metadata }, /detail\.data is missing/],
  ])('because of its contract, %j, is said to be so', (detail, problem) => {
    const text = editProblem(editEvent(ORIGINAL, textOf(detail)));
    expect(text).toMatch(/^the edited event does not fit its contract/);
    expect(text).toMatch(problem);
  });

  test('because its rest does not fit either, which no edit can change, is said to be so', () => {
    const other = { messageId: 'm1', envelope: { ...ENVELOPE, source: 'elsewhere' } };
    expect(editProblem(editEvent(other, textOf(FIXED)))).toMatch(/source must be "users-table"/);
    const unknown = { messageId: 'm1', envelope: { ...ENVELOPE, 'detail-type': 'Unknown' } };
    expect(editProblem(editEvent(unknown, textOf(FIXED)))).toMatch(/has no contract in this checkout/);
  });

  test.each(['', 'hello', '[]', '1', '{"data": '])('because it is no JSON object, %j, is refused', (text) => {
    expect(() => editEvent(ORIGINAL, text)).toThrow(UsageError);
    expect(() => editEvent(ORIGINAL, text)).toThrow(
      /^the edited event is not (a JSON object|JSON: .+); write one such as \{"metadata": \{…\}, "data": \{…\}\}$/,
    );
  });
});

test('what a person edits is the metadata and the data; the same content is unchanged', () => {
  expect(JSON.parse(editableText(ORIGINAL))).toEqual(ENVELOPE.detail);
  expect(isUnchanged(ORIGINAL, editableText(ORIGINAL))).toBe(true);
  expect(isUnchanged(ORIGINAL, textOf(ENVELOPE.detail))).toBe(true);
  expect(isUnchanged(ORIGINAL, textOf(FIXED))).toBe(false);
  expect(isUnchanged(ORIGINAL, 'hello')).toBe(false);
});
