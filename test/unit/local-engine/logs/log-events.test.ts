import { describe, expect, test } from '@jest/globals';
import { GROUP, makeLogs } from '../support/logs.ts';

/** A group with these lines, a second apart. */
function logsWith(...messages: readonly string[]) {
  const made = makeLogs();
  for (const message of messages) {
    made.lines.write(GROUP, message);
    made.clock.skip(1000);
  }
  return { ...made, times: made.filter().events.map(({ timestamp }) => timestamp) };
}

describe('FilterLogEvents', () => {
  test('given lines, it gives each with its stream, its time and an id of its own', () => {
    const { filter, times } = logsWith('one', 'two');
    expect(filter()).toEqual({
      events: ['one', 'two'].map((message, index) => ({
        logStreamName: 'local',
        timestamp: times[index],
        ingestionTime: times[index],
        message,
        eventId: expect.any(String),
      })),
      searchedLogStreams: [],
    });
    expect(new Set(filter().events.map(({ eventId }) => eventId)).size).toBe(2);
  });

  test.each([
    { given: 'a pattern of terms', request: { filterPattern: '?three "user\\":\\"a"' }, found: [], refused: true },
    { given: 'a term', request: { filterPattern: 'ERROR' }, found: ['ERROR one'] },
    { given: 'a condition', request: { filterPattern: '{ $.user = "a" }' }, found: ['{"user":"a"}'] },
    { given: 'an empty pattern', request: { filterPattern: '' }, found: ['ERROR one', '{"user":"a"}', '{"user":"b"}'] },
  ])('given $given, it gives what matches', ({ request, found, refused }) => {
    const { filter } = logsWith('ERROR one', '{"user":"a"}', '{"user":"b"}');
    if (refused) expect(() => filter(request)).toThrow(expect.objectContaining({ code: 'InvalidParameterException' }));
    else expect(filter(request).events.map(({ message }) => message)).toEqual(found);
  });

  test('given a range, both its ends belong to it', () => {
    const { filter, times } = logsWith('before', 'first', 'last', 'after');
    const found = (request: object) => filter(request).events.map(({ message }) => message);
    expect(found({ startTime: times[1], endTime: times[2] })).toEqual(['first', 'last']);
    expect(found({ startTime: times[2] })).toEqual(['last', 'after']);
    expect(found({ endTime: times[0] })).toEqual(['before']);
    expect(found({ startTime: times[1], endTime: times[1] })).toEqual(['first']);
  });

  test.each([
    { request: { logStreamNames: ['other'] }, count: 0 },
    { request: { logStreamNames: ['other', 'local'] }, count: 1 },
    { request: { logStreamNamePrefix: 'loc' }, count: 1 },
    { request: { logStreamNamePrefix: 'x' }, count: 0 },
  ])('given $request, it finds $count lines', ({ request, count }) => {
    expect(logsWith('line').filter(request).events).toHaveLength(count);
  });

  test.each([GROUP, `arn:aws:logs:ap-northeast-1:111122223333:log-group:${GROUP}`])(
    'given the identifier %s, it is that group',
    (logGroupIdentifier) => {
      const { filter } = logsWith('line');
      expect(filter({ logGroupName: undefined, logGroupIdentifier }).events).toHaveLength(1);
    },
  );
});

describe('pages of FilterLogEvents', () => {
  const lines = Array.from({ length: 25 }, (_, index) => (index % 5 === 0 ? `ERROR ${index}` : `line ${index}`));

  test('given a limit, the pages together hold every line once, in order', () => {
    const { pages } = logsWith(...lines);
    const found = pages({ limit: 10 });
    expect(found.map((page) => page.length)).toEqual([10, 10, 5]);
    expect(found.flat()).toEqual(lines);
  });

  test('given as many as the limit, there is no further page', () => {
    expect(logsWith(...lines).pages({ limit: 5, filterPattern: 'ERROR' })).toHaveLength(1);
  });

  test('given that lines are written meanwhile, the next page continues with them', () => {
    const { filter, lines: log } = logsWith('a', 'b', 'c');
    const { nextToken } = filter({ limit: 2 });
    log.write(GROUP, 'd');
    expect(filter({ limit: 2, nextToken }).events.map(({ message }) => message)).toEqual(['c', 'd']);
  });

  test('given more than a megabyte, a page ends before it', () => {
    const large = Array.from({ length: 5 }, (_, index) => `${index}`.padEnd(400_000, '.'));
    const found = logsWith(...large).pages();
    expect(found.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(found.flat()).toEqual(large);
  });

  test('given a line that is a megabyte by itself, it still comes', () => {
    const longest = 'x'.repeat(2 ** 20);
    expect(logsWith(longest, 'next').pages()).toEqual([[longest], ['next']]);
  });

  test('given something rare among very many, an empty page leads to it', () => {
    const { pages, lines: log } = makeLogs();
    for (let line = 0; line < 12_000; line++) log.write(GROUP, 'nothing');
    log.write(GROUP, 'rare');
    const found = pages({ filterPattern: 'rare' });
    expect(found).toEqual([[], ['rare']]);
  });
});

describe('what FilterLogEvents refuses', () => {
  test.each([
    { given: 'no group', request: {}, says: 'Exactly one of logGroupName and logGroupIdentifier' },
    { given: 'the group twice', request: { logGroupName: GROUP, logGroupIdentifier: GROUP }, says: 'Exactly one of' },
    { given: 'a limit of 0', request: { logGroupName: GROUP, limit: 0 }, says: "Value '0' at 'limit'" },
    {
      given: 'a limit that is too large',
      request: { logGroupName: GROUP, limit: 10_001 },
      says: 'less than or equal to 10000',
    },
    { given: 'half a line', request: { logGroupName: GROUP, limit: 1.5 }, says: 'whole number' },
    { given: 'a time before 1970', request: { logGroupName: GROUP, startTime: -1 }, says: "at 'startTime'" },
    { given: 'a time as text', request: { logGroupName: GROUP, endTime: '1' }, says: "at 'endTime'" },
    { given: 'a range that ends first', request: { logGroupName: GROUP, startTime: 2, endTime: 1 }, says: 'End time' },
    {
      given: 'streams twice',
      request: { logGroupName: GROUP, logStreamNames: ['a'], logStreamNamePrefix: 'a' },
      says: 'not both',
    },
    {
      given: 'a stream that is no text',
      request: { logGroupName: GROUP, logStreamNames: [1] },
      says: 'list of strings',
    },
    { given: 'a token of its own', request: { logGroupName: GROUP, nextToken: 'mine' }, says: 'nextToken is invalid' },
    {
      given: 'an unknown pattern',
      request: { logGroupName: GROUP, filterPattern: '%a%' },
      says: 'regular expressions',
    },
    {
      given: 'a pattern that is too long',
      request: { logGroupName: GROUP, filterPattern: 'a'.repeat(1025) },
      says: 'length',
    },
  ])('given $given, it says so', ({ request, says }) => {
    const { code, message } = makeLogs().refusal('FilterLogEvents', request);
    expect(code).toBe('InvalidParameterException');
    expect(message).toContain(says);
  });

  test('given the token of another group, it says so', () => {
    const { lines, filter, refusal } = logsWith('a', 'b');
    lines.createGroup('other');
    const { nextToken } = filter({ limit: 1 });
    expect(refusal('FilterLogEvents', { logGroupName: 'other', nextToken })).toMatchObject({
      code: 'InvalidParameterException',
    });
  });

  test('given a group that does not exist, the error is AWS’s', () => {
    expect(makeLogs().refusal('FilterLogEvents', { logGroupName: '/aws/lambda/none' })).toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
      status: 400,
    });
  });
});
