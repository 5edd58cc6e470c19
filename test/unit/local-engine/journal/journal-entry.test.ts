import { describe, expect, test } from '@jest/globals';
import type { Hop, JournalEntry } from '../../../../packages/local-engine/journal/journal.ts';
import { bounded, LARGEST_FIELD, withoutValues } from '../../../../packages/local-engine/journal/journal-entry.ts';
import { makeParts } from '../support/parts.ts';

const kept = (fields: Record<string, unknown>, hop: Hop = 'message') =>
  withoutValues({ sequence: 1, at: 0, hop, ...fields } as JournalEntry);

const LEFT_OUT = 'left out, since the journal keeps types only';
const ID = '0b8d5a3c-6f0e-4c4e-9d3c-1f2a3b4c5d6e';
const EVENT_ID = '4fd8fd0e52bd6ab8bb0cb5b0aa3a7c11';

test.each([
  {
    of: 'a row: its attributes with their types, and its bucket',
    fields: {
      keys: { userId: { S: 'ji' } },
      newImage: { email: { S: 'a@b' }, age: { N: '7' }, uri: { S: 's3://bucket' } },
    },
    are: { keys: { userId: { S: 'ji' } }, newImage: { email: 'S', age: 'N', uri: { S: 's3://bucket' } } },
  },
  {
    of: "an event's detail: ids, and the types of the rest",
    fields: { detail: { metadata: { eventId: EVENT_ID, schemaVersion: 1 }, data: { email: 'a@b', tags: ['x'] } } },
    are: {
      detail: {
        metadata: { eventId: EVENT_ID, schemaVersion: { type: 'number' } },
        data: { email: { type: 'string', length: 3 }, tags: [{ type: 'string', length: 1 }] },
      },
    },
  },
  {
    of: 'a message that is no JSON: nothing',
    fields: { body: 'a@b' },
    are: { body: LEFT_OUT },
  },
  {
    of: 'an error: its code',
    fields: { code: 'ValidationException', message: 'Value a@b at email' },
    are: { code: 'ValidationException', message: LEFT_OUT },
  },
  {
    of: 'an answer of nothing',
    fields: { result: null },
    are: { result: { type: 'null' } },
  },
  {
    of: 'a log line: all of it',
    fields: { line: 'bucket created' },
    are: { line: 'bucket created' },
  },
])('of $of', ({ fields, are }) => {
  expect(kept(fields)).toEqual({ sequence: 1, at: 0, hop: 'message', ...are });
});

test('of a message that is an event there is the envelope, in JSON as before', () => {
  const body = JSON.stringify({
    id: ID,
    'detail-type': 'Left',
    'replay-name': 'r',
    resources: ['x'],
    detail: { a: 1 },
  });
  expect(JSON.parse(String(kept({ body }).body))).toEqual({
    id: ID,
    'detail-type': 'Left',
    'replay-name': 'r',
    resources: [{ type: 'string', length: 1 }],
    detail: { a: { type: 'number' } },
  });
});

const long = 'x'.repeat(LARGEST_FIELD + 1);
const sizeOf = (value: unknown) => JSON.stringify(value).length;

describe('the fields of an entry', () => {
  test('given small ones, are the same objects', () => {
    const fields = {
      queue: 'users',
      body: long.slice(1),
      detail: { data: { userId: 'test4' }, list: [null, 1, true] },
    };
    expect(bounded(fields)).toBe(fields);
  });

  test('given a long text, have its beginning and say how long it was; the others are whole', () => {
    const keys = { id: { S: 'test4' } };
    const cut = bounded({ queue: 'users', keys, body: `{"id":1,${long}` });
    expect(cut.queue).toBe('users');
    expect(cut.keys).toBe(keys);
    expect(String(cut.body).startsWith('{"id":1,xxx')).toBe(true);
    expect(String(cut.body).endsWith(`x… cut: ${LARGEST_FIELD + 9} characters`)).toBe(true);
    expect(sizeOf(cut)).toBeLessThan(LARGEST_FIELD + 200);
  });

  test('given an image with a long text, keep its short ones, also those behind it', () => {
    const cut = bounded({ newImage: { photo: { S: long }, id: { S: 'test4' } } });
    expect(cut).toEqual({
      newImage: { photo: { S: `${'x'.repeat(1024)}… cut: ${long.length} characters` }, id: { S: 'test4' } },
    });
  });

  test.each([
    { given: 'a list', large: Array.from({ length: 100_000 }, (_, n) => n) },
    { given: 'an object', large: Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`key${n}`, n])) },
    { given: 'many texts', large: Array.from({ length: 10_000 }, () => 'y'.repeat(1000)) },
  ])('given $given of too many members, have the first of them, and say how many there were', ({ large }) => {
    const cut = JSON.stringify(bounded({ detail: large }));
    expect(cut).toContain(`… cut: ${Object.keys(large).length} members`);
    expect(cut.length).toBeLessThan(3 * LARGEST_FIELD);
  });
});

test('given a large body, the journal keeps it cut', () => {
  const { journal } = makeParts();
  journal.write('message', { body: long });
  expect(sizeOf(journal.entries())).toBeLessThan(LARGEST_FIELD + 200);
});
