import { describe, expect, test } from '@jest/globals';
import { bounded, LARGEST_FIELD } from '../../../../packages/local-engine/journal/journal-bounds.ts';
import { makeParts } from '../support/parts.ts';

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
