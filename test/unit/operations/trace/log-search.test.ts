import {
  CloudWatchLogsClient,
  type FilterLogEventsCommandInput,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { containingAnyOf, searchLogsOf, withFields } from '../../../../operations/trace/log-search.ts';
import { compileLogPattern } from '../../../../packages/local-engine/logs/log-pattern/log-pattern.ts';

/** A client that answers so, and what it was asked. */
function clientThat(answer: (input: FilterLogEventsCommandInput) => object) {
  const asked: FilterLogEventsCommandInput[] = [];
  const send = async ({ input }: { input: FilterLogEventsCommandInput }) => {
    asked.push({ ...input });
    return answer(input);
  };
  const client = new CloudWatchLogsClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const pages = { read: 0 };
  const onPage = () => {
    pages.read += 1;
  };
  return { search: searchLogsOf(Object.assign(client, { send }), onPage), asked, pages };
}

const line = (eventId: string, timestamp: number) => ({ eventId, timestamp, message: `message ${eventId}` });

test('given several pages, empty ones among them, and several patterns, then each line is found once, in order of time', async () => {
  const { search, asked, pages } = clientThat(({ filterPattern, nextToken }) => {
    if (filterPattern === 'two') return { events: [line('a', 2), line('c', 1)] };
    if (nextToken === undefined) return { events: [], nextToken: 'more' };
    return { events: [line('a', 2), line('b', 3)] };
  });
  const found = await search('group', ['one', 'two'], 0);
  expect(found?.map(({ id, at, message }) => [id, at, message])).toEqual([
    ['c', 1, 'message c'],
    ['a', 2, 'message a'],
    ['b', 3, 'message b'],
  ]);
  expect(asked).toHaveLength(3);
  expect(pages.read).toBe(3);
  expect(asked[0]).toEqual({ logGroupName: 'group', filterPattern: 'one' });
});

test('given a time, then it is asked for from there on', async () => {
  const { search, asked } = clientThat(() => ({ events: [] }));
  await search('group', ['one'], 1234);
  expect(asked).toEqual([{ logGroupName: 'group', filterPattern: 'one', startTime: 1234 }]);
});

test('given a group that is not there, then nothing is found, and any other error is thrown', async () => {
  const gone = new ResourceNotFoundException({ message: 'The specified log group does not exist.', $metadata: {} });
  const failing = (error: Error) =>
    clientThat(() => {
      throw error;
    }).search('group', ['one'], 0);
  await expect(failing(gone)).resolves.toBeUndefined();
  await expect(failing(new Error('AccessDenied'))).rejects.toThrow('AccessDenied');
});

/** Whether any of the patterns matches, as CloudWatch Logs reads them. */
function isFound(patterns: readonly string[], line: string): boolean {
  return patterns.some((pattern) => compileLogPattern(pattern)({ message: line }));
}

describe('a condition on a field', () => {
  test.each([
    ['an ordinary id', 'min.ji@example.com', '{ $.userId = "min.ji@example.com" }'],
    ['an id of other letters', '김민지', '{ $.userId = "김민지" }'],
    ['an id of digits, which stays a text', '123', '{ $.userId = "123" }'],
    ['an asterisk at the end', 'alice*', '{ $.userId = "alice*" }'],
    ['an asterisk within', 'al*ice', '{ $.userId = "*ice" }'],
    ['a quotation mark', 'al"ice', '{ $.userId = "*ice" }'],
    ['a backslash at the end', 'alice\\', '{ $.userId = "alice*" }'],
    ['a percent sign at both ends', '%alice%', '{ $.userId = "*alice*" }'],
    ['a line feed', 'alice\nb', '{ $.userId = "alice*" }'],
    ['nothing that means itself', '"*"', '{ $.userId = "*" }'],
  ])('given %s', (_, userId, pattern) => {
    expect(withFields({ '$.userId': [userId] })).toEqual([pattern]);
    expect(isFound([pattern], JSON.stringify({ userId }))).toBe(true);
  });

  test('given several fields and texts, one pattern asks for all', () => {
    expect(withFields({ '$.userId': ['alice'], '$.correlationId': ['a', 'b', 'a'] })).toEqual([
      '{ $.userId = "alice" || $.correlationId = "a" || $.correlationId = "b" }',
    ]);
  });

  test('given more than a pattern may hold, there are several, none too long', () => {
    const ids = Array.from({ length: 100 }, (_, index) => `correlation-id-${index}`);
    const patterns = withFields({ '$.correlationId': ids });
    expect(patterns.length).toBeGreaterThan(1);
    expect(Math.max(...patterns.map(({ length }) => length))).toBeLessThanOrEqual(1024);
    for (const correlationId of ids) expect(isFound(patterns, JSON.stringify({ correlationId }))).toBe(true);
  });

  test('given nothing to ask for, there is no pattern', () => {
    expect(withFields({ '$.userId': [] })).toEqual([]);
    expect(containingAnyOf([])).toEqual([]);
  });

  test('given any id at all, its line is found by a pattern that is not too long', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 400, unit: 'binary' }), (userId) => {
        const patterns = withFields({ '$.userId': [userId] });
        expect(patterns.every(({ length }) => length <= 1024)).toBe(true);
        expect(isFound(patterns, JSON.stringify({ userId }))).toBe(true);
      }),
    );
  });
});

describe('a text that a line contains', () => {
  test('given any texts at all, each line is found by patterns that are not too long', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 400, unit: 'binary' }), { maxLength: 5 }), (texts) => {
        const patterns = containingAnyOf(texts);
        expect(patterns.every(({ length }) => length <= 1024)).toBe(true);
        for (const text of texts) expect(isFound(patterns, `before ${text} after`)).toBe(true);
      }),
    );
  });

  test('given a text with quotes and backslashes, no other line is found', () => {
    const [pattern = ''] = containingAnyOf(['"userId":"a\\"b"']);
    expect(compileLogPattern(pattern)({ message: '{"userId":"a\\"b"}' })).toBe(true);
    expect(compileLogPattern(pattern)({ message: '{"userId":"ab"}' })).toBe(false);
  });
});
