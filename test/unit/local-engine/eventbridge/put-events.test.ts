import { describe, expect, test } from '@jest/globals';
import {
  checkSize,
  entriesIn,
  type PutEventsEntry,
  toBusEvent,
} from '../../../../packages/local-engine/eventbridge/put-events.ts';
import { ACCOUNT } from '../support/parts.ts';

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

const NOW = Date.parse('2026-11-22T10:20:30.987Z');

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('the envelope', () => {
  test('given an entry, it is what the bus carries, with an id of its own', () => {
    const event = toBusEvent(ENTRY, ACCOUNT, NOW);
    expect(event).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      'detail-type': 'UserRegistered',
      source: 'users-table',
      account: '111122223333',
      time: '2026-11-22T10:20:30Z',
      region: 'ap-northeast-1',
      resources: [],
      detail: { data: { userId: 'test4' } },
    });
    expect(toBusEvent(ENTRY, ACCOUNT, NOW).id).not.toBe(event.id);
  });

  test('given resources, it has them', () => {
    expect(toBusEvent({ ...ENTRY, Resources: ['arn:aws:x', 'y'] }, ACCOUNT, NOW).resources).toEqual(['arn:aws:x', 'y']);
  });

  test.each([
    { form: 'epoch seconds', Time: 1_714_458_435, time: '2024-04-30T06:27:15Z' },
    { form: 'epoch seconds with a fraction', Time: 1_714_458_435.9, time: '2024-04-30T06:27:15Z' },
    { form: 'the epoch itself', Time: 0, time: '1970-01-01T00:00:00Z' },
    { form: 'ISO 8601 in UTC', Time: '2024-04-30T06:27:15Z', time: '2024-04-30T06:27:15Z' },
    { form: 'ISO 8601 with an offset', Time: '2024-04-30T15:27:15.500+09:00', time: '2024-04-30T06:27:15Z' },
  ])('given a time as $form, it is $time', ({ Time, time }) => {
    expect(toBusEvent({ ...ENTRY, Time }, ACCOUNT, NOW).time).toBe(time);
  });
});

describe('an entry that is refused', () => {
  test.each<{ given: string; change: Partial<PutEventsEntry>; code: string; message: RegExp }>([
    { given: 'an empty source', change: { Source: '' }, code: 'InvalidArgument', message: /^Parameter Source / },
    { given: 'an empty detail-type', change: { DetailType: '' }, code: 'InvalidArgument', message: /DetailType/ },
    { given: 'an empty detail', change: { Detail: '' }, code: 'InvalidArgument', message: /^Parameter Detail / },
    { given: 'a source of 257', change: { Source: 's'.repeat(257) }, code: 'InvalidArgument', message: /256/ },
    { given: 'a detail-type of 129', change: { DetailType: 't'.repeat(129) }, code: 'InvalidArgument', message: /128/ },
    { given: 'a time of no form', change: { Time: 'yesterday' }, code: 'InvalidArgument', message: /Time/ },
    { given: 'a time past all dates', change: { Time: 1e300 }, code: 'InvalidArgument', message: /Time/ },
    { given: 'a source of AWS', change: { Source: 'aws.s3' }, code: 'NotAuthorizedForSourceException', message: /aws/ },
  ])('given $given, the code is $code', ({ change, code, message }) => {
    const make = () => toBusEvent({ ...ENTRY, ...change }, ACCOUNT, NOW);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ name: 'AwsError', code, status: 400 }));
  });

  // AWS says nothing but that; the reason is for the journal.
  test.each([
    { given: 'broken JSON', Detail: '{"a":', reason: /not JSON/ },
    { given: 'an array', Detail: '[1]', reason: /a JSON object/ },
    { given: 'a text', Detail: '"a"', reason: /a JSON object/ },
    { given: 'null', Detail: 'null', reason: /a JSON object/ },
    { given: '1,001 levels', Detail: nested(1001), reason: /1000 levels/ },
  ])('given a detail of $given, it is malformed, in AWS’s words', ({ Detail, reason }) => {
    const details = { reason: expect.stringMatching(reason) };
    expect(() => toBusEvent({ ...ENTRY, Detail }, ACCOUNT, NOW)).toThrow(
      expect.objectContaining({ code: 'MalformedDetail', message: 'Detail is malformed.', details }),
    );
  });

  test.each([
    { left: ['Source'], named: 'Source' },
    { left: ['DetailType'], named: 'DetailType' },
    { left: ['Detail'], named: 'Detail' },
    { left: ['Detail', 'DetailType'], named: 'DetailType' },
    { left: ['Detail', 'DetailType', 'Source'], named: 'Source' },
  ])('given none of $left, $named is named, in AWS’s words', ({ left, named }) => {
    const entry = Object.fromEntries(Object.entries(ENTRY).filter(([name]) => !left.includes(name)));
    const message = `Parameter ${named} is not valid. Reason: ${named} is a required argument.`;
    expect(() => toBusEvent(entry, ACCOUNT, NOW)).toThrow(
      expect.objectContaining({ code: 'InvalidArgument', message }),
    );
  });
});

describe('an entry that is just within the limits', () => {
  test.each<{ given: string; change: Partial<PutEventsEntry> }>([
    { given: 'a source of 256', change: { Source: 's'.repeat(256) } },
    { given: 'a detail-type of 128', change: { DetailType: 't'.repeat(128) } },
    { given: 'a source that only resembles AWS’s', change: { Source: 'awsome' } },
    { given: '1,000 levels', change: { Detail: nested(1000) } },
    { given: '2,000 brackets inside a string', change: { Detail: JSON.stringify({ a: '{\\"['.repeat(2000) }) } },
    { given: '2,000 objects side by side', change: { Detail: JSON.stringify({ a: Array(2000).fill({}) }) } },
    { given: 'an empty object', change: { Detail: '{}' } },
  ])('given $given, it passes', ({ change }) => {
    expect(() => toBusEvent({ ...ENTRY, ...change }, ACCOUNT, NOW)).not.toThrow();
  });
});

describe('an integer of a detail', () => {
  test.each([
    { integer: '9223372036854775807', refused: false },
    { integer: '9223372036854775808', refused: true },
    { integer: '-9223372036854775808', refused: false },
    { integer: '-9223372036854775809', refused: true },
    { integer: '"9223372036854775808"', refused: false },
    { integer: '9223372036854775808.5', refused: false },
  ])('given the value $integer, that it is refused is $refused', ({ integer, refused }) => {
    const put = () => toBusEvent({ ...ENTRY, Detail: `{"n":${integer}}` }, ACCOUNT, NOW);
    if (refused)
      expect(put).toThrow(expect.objectContaining({ details: { reason: expect.stringContaining('64 bits') } }));
    else expect(put().detail).toHaveProperty('n');
  });
});
