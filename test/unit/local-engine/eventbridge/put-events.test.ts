import { describe, expect, test } from '@jest/globals';
import { checkSize, entriesIn, type PutEventsEntry } from '../../../../packages/local-engine/eventbridge/put-events.ts';

const ENTRY = { Source: 'users-table', DetailType: 'UserRegistered', Detail: '{"data":{"userId":"test4"}}' };
const MEGABYTE = 1_048_576;

describe('the request as a whole', () => {
  test.each([
    { count: 0, bound: 'greater than or equal to 1' },
    { count: 11, bound: 'less than or equal to 10' },
  ])('given $count entries, it is refused', ({ count, bound }) => {
    const message = `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`;
    expect(() => entriesIn({ Entries: Array(count).fill(ENTRY) })).toThrow(
      expect.objectContaining({ code: 'ValidationException', status: 400, message }),
    );
  });

  test.each([1, 10])('given %i entries, it passes', (count) => {
    expect(entriesIn({ Entries: Array(count).fill(ENTRY) })).toHaveLength(count);
  });

  test.each([
    { given: 'no entries', request: {} },
    { given: 'null for the entries', request: { Entries: null } },
    { given: 'a global endpoint', request: { Entries: [ENTRY], EndpointId: 'abc.def' } },
  ])('given $given, it is refused', ({ request }) => {
    expect(() => entriesIn(request)).toThrow(expect.objectContaining({ code: 'ValidationException' }));
  });

  test('given members that are null, they are as good as missing', () => {
    const entry = { ...ENTRY, Resources: null, Time: null, EventBusName: null };
    expect(entriesIn({ Entries: [entry] })).toEqual([ENTRY]);
  });

  // The size of an entry: the UTF-8 bytes of its texts, and 14 for a time.
  const sized = (bytes: number): PutEventsEntry => ({ Source: 'é', DetailType: 't', Detail: 'd'.repeat(bytes - 3) });

  test.each<{ given: string; entries: PutEventsEntry[]; passes: boolean }>([
    { given: 'one entry of a megabyte', entries: [sized(MEGABYTE)], passes: true },
    { given: 'one byte more', entries: [sized(MEGABYTE + 1)], passes: false },
    { given: 'two entries of a megabyte together', entries: [sized(MEGABYTE - 9), sized(9)], passes: true },
    { given: 'one byte more in two', entries: [sized(MEGABYTE - 9), sized(10)], passes: false },
    { given: 'a time that still fits', entries: [{ ...sized(MEGABYTE - 14), Time: 0 }], passes: true },
    { given: 'a time too many', entries: [{ ...sized(MEGABYTE - 13), Time: 0 }], passes: false },
    { given: 'resources that still fit', entries: [{ ...sized(MEGABYTE - 4), Resources: ['ab', 'é'] }], passes: true },
    { given: 'a resource too many', entries: [{ ...sized(MEGABYTE - 3), Resources: ['ab', 'é'] }], passes: false },
  ])('given $given, that it passes is $passes', ({ entries, passes }) => {
    const check = () => checkSize(entriesIn({ Entries: entries }));
    if (passes) expect(check).not.toThrow();
    else {
      const message = 'Total size of the entries in the request is over the limit.';
      expect(check).toThrow(expect.objectContaining({ code: 'ValidationException', message }));
    }
  });
});

describe('what has another type than it must have', () => {
  test('given a detail that is no text, the request is refused', () => {
    const entry = { ...ENTRY, Detail: { a: 1 } } as unknown as PutEventsEntry;
    expect(() => entriesIn({ Entries: [entry] })).toThrow(expect.objectContaining({ code: 'SerializationException' }));
  });

  test.each([
    { given: 'a text', entries: 'entries' },
    { given: 'an object', entries: { 0: ENTRY } },
    { given: 'null among the entries', entries: [ENTRY, null] },
    { given: 'a list among the entries', entries: [[ENTRY]] },
    { given: 'resources that are a text', entries: [{ ...ENTRY, Resources: 'arn' }] },
    { given: 'resources that are no texts', entries: [{ ...ENTRY, Resources: [1] }] },
    { given: 'a bus that is no text', entries: [{ ...ENTRY, EventBusName: {} }] },
    { given: 'a time that is no time', entries: [{ ...ENTRY, Time: true }] },
  ])('given $given, the request is refused', ({ entries }) => {
    expect(() => entriesIn({ Entries: entries })).toThrow(
      expect.objectContaining({ code: 'SerializationException', status: 400 }),
    );
  });
});
