import { describe, expect, test } from '@jest/globals';
import {
  checkContract,
  contractOf,
  deliveredEvent,
  draftOf,
  parseDraft,
} from '../../../../operations/try-events/event-draft.ts';
import { newEvent, withoutIds } from '../../../../operations/try-events/new-event.ts';
import { BucketCreatedV1, UserRegisteredV1 } from '../../../../schemas/generated/event-contracts.ts';
import { sampleEvent } from '../../../support/sample-event.ts';

describe('a draft', () => {
  test.each([
    [
      { 'detail-type': 'A', source: 's', detail: {} },
      { type: 'A', source: 's', detail: {} },
    ],
    [
      { 'detail-type': 'UserRegistered', source: '', detail: { data: {} } },
      { type: 'UserRegistered', source: 'users-table', detail: { data: {} } },
    ],
    [
      { 'detail-type': 'UserRegistered', source: 5, detail: {} },
      { type: 'UserRegistered', source: 'users-table', detail: {} },
    ],
    [
      { 'detail-type': 'A', source: 's', detail: {}, id: 'i', 'replay-name': 'r' },
      { type: 'A', source: 's', detail: {}, replayName: 'r' },
    ],
    [
      { 'detail-type': 'A', source: 's', detail: {}, 'replay-name': 5 },
      { type: 'A', source: 's', detail: {} },
    ],
  ])('of %j is %j', (event, draft) => {
    expect(draftOf(event, 'f')).toStrictEqual(draft);
  });

  test.each([
    [{ 'detail-type': '', source: 's', detail: {} }, 'f has no "detail-type"'],
    [{ 'detail-type': 5, source: 's', detail: {} }, 'f has no "detail-type"'],
    [{ 'detail-type': 'A', source: 's', detail: null }, 'f has no "detail"'],
    [{ 'detail-type': 'A', source: 's', detail: [] }, 'f has no "detail"'],
    [{ 'detail-type': 'A', source: 's', detail: 'x' }, 'f has no "detail"'],
    [{ 'detail-type': 'A', source: '', detail: {} }, 'f has no "source"'],
  ])('of %j is refused: %s', (event, problem) => {
    expect(() => draftOf(event, 'f')).toThrow(problem);
    expect(() => parseDraft(JSON.stringify(event), 'f')).toThrow(problem);
  });
});

describe('the event as the bus delivers it', () => {
  const stack = { name: 's', outputs: { EventBusArn: 'arn:aws:events:eu-west-1:123456789012:event-bus/users' } };
  const draft = { type: 'A', source: 's', detail: { data: 1 } };
  const delivered = {
    version: '0',
    id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    'detail-type': 'A',
    source: 's',
    account: '123456789012',
    time: '2026-01-02T00:00:00Z',
    region: 'eu-west-1',
    resources: [],
    detail: { data: 1 },
  };

  test('has what EventBridge adds', () => {
    expect(deliveredEvent(draft, stack, Date.UTC(2026, 0, 2))).toStrictEqual(delivered);
  });

  test('has the name of the replay that emits it', () => {
    const replayed = deliveredEvent({ ...draft, replayName: 'again' }, stack, Date.UTC(2026, 0, 2));
    expect(replayed).toStrictEqual({ ...delivered, 'replay-name': 'again' });
  });
});

test('an event of a type without contract has a violation that says so, and which there are', () => {
  expect(checkContract({ type: 'Other', source: 's', detail: {} }, {})).toStrictEqual({
    violations: [
      {
        pointer: '/detail-type',
        field: 'Other',
        problem: expect.stringMatching(
          /^has no contract in this checkout; there are (?=.*\bUserRegistered\b)\w+(, \w+)*$/,
        ),
      },
    ],
  });
});

test('an event of a version that is not known is checked against the newest contract', () => {
  const draft = { type: 'UserRegistered', source: 's', detail: { metadata: { schemaVersion: 99 } } };
  expect(checkContract(draft, {}).contract).toBe('user-registered.v1');
});

test.each([
  [1, 1],
  [2, 2],
  [99, 10],
  ['2', 10],
  [undefined, 10],
])('given three versions of its contract, an event of version %j has that of version %i', (schemaVersion, version) => {
  const versions = [1, 10, 2].map((each) => ({ ...UserRegisteredV1, schemaVersion: each }));
  const draft = { type: 'UserRegistered', source: 'users-table', detail: { metadata: { schemaVersion } } };
  expect(contractOf(draft, [BucketCreatedV1, ...versions])?.schemaVersion).toBe(version);
});

describe('a new event', () => {
  const ofType = (type: string, detail: object) =>
    newEvent({ type, source: 'x', detail: { ...detail } }, () => 'new').draft.detail;

  test('of a type without contract has no version, and no cause', () => {
    expect(ofType('Other', { data: 1 })).toEqual({ data: 1, metadata: { eventId: 'new', correlationId: 'new' } });
  });

  test('that lacks what its contract asks for gets no cause for it', () => {
    expect(ofType('UserRegistered', {}).metadata).toEqual({ schemaVersion: 1, eventId: 'new', correlationId: 'new' });
  });

  test('that lacks more than the cause it must have gets the cause', () => {
    expect(ofType('BucketCreated', {}).metadata).toMatchObject({ correlationId: 'new', causationId: 'new' });
  });

  test('keeps the cause that it names', () => {
    expect(ofType('BucketCreated', { metadata: { correlationId: 'r', causationId: 'c' } }).metadata).toMatchObject({
      correlationId: 'r',
      causationId: 'c',
    });
  });
});

test('a sample without its ids keeps all else', () => {
  const { metadata, data } = sampleEvent(BucketCreatedV1);
  const detail = { metadata: { ...metadata, replayName: 'again' }, data };
  expect(withoutIds({ type: 'BucketCreated', source: 'x', detail })).toEqual({
    type: 'BucketCreated',
    source: 'x',
    detail: { metadata: { schemaVersion: 1 }, data },
  });
});
