import { describe, expect, test } from '@jest/globals';
import { compileLogPattern, LogPatternError } from '../../../../packages/local-engine/logs/log-pattern/log-pattern.ts';

// Both examples of the CloudWatch Logs user guide, matching terms in JSON log events.
const EVENT = {
  eventType: 'UpdateTrail',
  sourceIPAddress: '111.111.111.111',
  arrayKey: ['value', 'another value'],
  objectList: [
    { name: 'a', id: 1 },
    { name: 'b', id: 2 },
  ],
  SomeObject: null,
  ThisFlag: true,
  recipientAccountId: '123456789012',
  latency: 512.5,
  'user-name_1': 'say "hi" \\ 안녕',
};
const COMPOUND = {
  user: { id: 1, email: 'John.Stiles@example.com' },
  users: [
    { id: 2, email: 'John.Doe@example.com' },
    { id: 3, email: 'Jane.Doe@example.com' },
  ],
  actions: ['GET', 'PUT', 'DELETE'],
  coordinates: [
    [0, 1, 2],
    [4, 5, 6],
  ],
};
const matches = (pattern: string, value: unknown) => compileLogPattern(pattern)({ message: JSON.stringify(value) });

describe('comparisons of strings', () => {
  test.each([
    ['{ $.eventType = "UpdateTrail" }', true],
    ['{$.eventType=UpdateTrail}', true],
    ['{ $.eventType = "updateTrail" }', false],
    ['{ $.eventType != "UpdateTrail" }', false],
    ['{ $.sourceIPAddress != 123.123.* }', true],
    ['{ $.sourceIPAddress = 111.* }', true],
    ['{ $.eventType = "*Trail" }', true],
    ['{ $.eventType = "Update*" }', true],
    ['{ $.eventType = "*dateT*" }', true],
    ['{ $.eventType = "Update*Trail" }', false],
    ['{ $.eventType = "Trail*" }', false],
    ['{ $.eventType = * }', true],
    ['{ $.latency = "*" }', true],
    ['{ $.arrayKey[0] = "value" }', true],
    ['{ $.arrayKey[2] = "*" }', false],
    ['{ $.eventType[0] = "U" }', false],
    ['{ $.recipientAccountId = 123456789012 }', true],
    [String.raw`{ $.user-name_1 = "say \"hi\" \\ 안녕" }`, true],
  ])('given %s, it is %s', (pattern, expected) => {
    expect(matches(pattern, EVENT)).toBe(expected);
  });
});

describe('comparisons of numbers', () => {
  test.each([
    ['{ $.latency = 512.5 }', true],
    ['{ $.latency = +512.50 }', true],
    ['{ $.latency = 5.125e2 }', true],
    ['{ $.latency = "512.5" }', true],
    ['{ $.latency = "512.50" }', false],
    ['{ $.latency != 512.5 }', false],
    ['{ $.latency >= 512.5 }', true],
    ['{ $.latency > 512.5 }', false],
    ['{ $.latency <= 512.5 }', true],
    ['{ $.latency < 10e3 }', true],
    ['{ $.latency < 10e-3 }', false],
    ['{ $.latency > -1 }', true],
    ['{ $.objectList[1].id = 2 }', true],
    ['{ $.recipientAccountId > 1 }', false],
  ])('given %s, it is %s', (pattern, expected) => {
    expect(matches(pattern, EVENT)).toBe(expected);
  });
});

describe('what is there, and what is not', () => {
  test.each([
    ['{ $.SomeObject IS NULL }', true],
    ['{ $.ThisFlag IS NULL }', false],
    ['{ $.Missing IS NULL }', false],
    ['{ $.ThisFlag IS TRUE }', true],
    ['{ $.ThisFlag IS FALSE }', false],
    ['{ $.SomeOtherObject NOT EXISTS }', true],
    ['{ $.SomeObject NOT EXISTS }', false],
    ['{ $.toString NOT EXISTS }', true],
    // A selector that leads to no string and no number is of another format, whatever the operator.
    ['{ $.Missing = "x" }', false],
    ['{ $.Missing != "x" }', false],
    ['{ $.arrayKey != 1 }', false],
    ['{ $.objectList[0] != "x" }', false],
    ['{ $.SomeObject != "x" }', false],
    ['{ $.ThisFlag = true }', false],
  ])('given %s, it is %s', (pattern, expected) => {
    expect(matches(pattern, EVENT)).toBe(expected);
  });
});

describe('several conditions', () => {
  test.each([
    ['{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', true],
    ['{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', false],
    ['{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }', true],
    ['{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = 1) && $.actions[2] = nomatch }', false],
    ['{ $.user.id = 2 || $.user.id = 3 || ((($.coordinates[1][2] = 6))) }', true],
    ['{$.user.id=1&&$.actions[0]=GET||$.x=y}', true],
  ])('given %s, it is %s', (pattern, expected) => {
    expect(matches(pattern, COMPOUND)).toBe(expected);
  });
});

describe('lines that no condition fits', () => {
  test.each(['', 'ERROR', '{"a":1', 'x {"a":1}', '{"a":1} x', '"a"', '1'])('given the line %s, none does', (line) => {
    expect(compileLogPattern('{ $.a NOT EXISTS || $.a = * }')({ message: line })).toBe(false);
  });

  test('given white space around the JSON, it is the same line', () => {
    expect(compileLogPattern('{ $.a = 1 }')({ message: ' {"a":1}\n' })).toBe(true);
  });
});

describe('conditions that are refused', () => {
  test.each([
    ['{ $.a = "b"', 'must end with }'],
    ['{ }', 'it ends where a selector such as $.level, or ( must be'],
    ['{ a = "b" }', 'it has "a" where a selector'],
    ['{ $.a }', 'it ends where =, !=, <, <=, > or >= must be'],
    ['{ $.a && $.b = 1 }', 'it has "&&" where =, !='],
    ['{ $.a = }', 'it ends where a value after = must be'],
    ['{ $.a = = }', 'it has "=" where a value'],
    ['{ $.a == 1 }', 'it has "=" where a value'],
    ['{ $.a = 1 $.b = 2 }', 'it has "$.b" where &&, || or the end must be'],
    ['{ ($.a = 1 }', 'it ends where ) must be'],
    ['{ $.a = 1) }', 'it has ")" where &&, || or the end must be'],
    ['{ $.a > "5" }', '> compares numbers'],
    ['{ $.a < five }', '< compares numbers'],
    ['{ $.a IS }', 'IS NULL, IS TRUE, IS FALSE and NOT EXISTS'],
    ['{ $.a IS MISSING }', 'IS NULL, IS TRUE'],
    ['{ $.a NOT NULL }', 'IS NULL, IS TRUE'],
    ['{ $.a LIKE "b" }', 'IS NULL, IS TRUE'],
    ['{ $.a = %b% }', 'regular expressions (%…%) are not implemented here'],
    ['{ $.a = "b }', 'a quotation mark is not closed'],
    ['{ $.a = b@c }', '"@" must be in double quotes'],
    ['{ $ = 1 }', '$ alone selects nothing'],
    ['{ $.a..b = 1 }', '$.a..b is not a selector'],
    ['{ $.a[x] = 1 }', 'is not a selector'],
    ['{ $.a[*] = 1 }', 'is not a selector'],
  ])('given %s, the error says %s', (pattern, says) => {
    const compile = () => compileLogPattern(pattern);
    expect(compile).toThrow(LogPatternError);
    expect(compile).toThrow(says);
  });
});

// The examples of the CloudWatch Logs user guide, filter and pattern syntax, and what lies at their edges.
const BOTH = 'ERROR WARN message';
const ERROR = 'ERROR message';
const WARN = 'WARN message';
const LINES = [BOTH, ERROR, WARN];

describe('terms', () => {
  test.each([
    { pattern: '', matched: LINES },
    { pattern: '   ', matched: LINES },
    { pattern: 'ERROR', matched: [BOTH, ERROR] },
    { pattern: 'ERROR WARN', matched: [BOTH] },
    { pattern: '  WARN\t ERROR ', matched: [BOTH] },
    { pattern: '?ERROR ?WARN', matched: LINES },
    { pattern: '?WARN', matched: [BOTH, WARN] },
    { pattern: 'ERROR -WARN', matched: [ERROR] },
    { pattern: '-WARN', matched: [ERROR] },
    { pattern: '-WARN -ERROR', matched: [] },
    { pattern: '"ERROR message"', matched: [ERROR] },
    { pattern: '?"ERROR WARN" ?"WARN message"', matched: [BOTH, WARN] },
    { pattern: 'message -"ERROR WARN"', matched: [ERROR, WARN] },
    { pattern: 'error', matched: [] },
  ])('given $pattern, it matches $matched', ({ pattern, matched }) => {
    expect(LINES.filter((message) => compileLogPattern(pattern)({ message }))).toEqual(matched);
  });

  test.each([
    { given: 'a term inside a word', pattern: 'ERROR', line: 'Exiting with ERRORCODE: -1' },
    { given: 'letters of other alphabets', pattern: '김민지', line: '{"userId":"김민지"}' },
    { given: 'escaped quotes', pattern: String.raw`"\"userId\":\"a\""`, line: '{"userId":"a"}' },
    { given: 'an escaped backslash', pattern: String.raw`"a\\b"`, line: String.raw`a\b` },
    { given: 'a phrase of other characters', pattern: '"[WARN] 50%"', line: 'x [WARN] 50% y' },
    { given: 'the empty phrase', pattern: '""', line: 'anything' },
  ])('given $given, it matches', ({ pattern, line }) => {
    expect(compileLogPattern(pattern)({ message: line })).toBe(true);
    expect(compileLogPattern(pattern)({ message: '' })).toBe(pattern === '""');
  });
});

describe('terms that are refused', () => {
  test.each([
    { pattern: 'user-id', says: "Invalid character(s) in term 'user-id'; put it in double quotes" },
    { pattern: 'a=b', says: 'Invalid character(s) in term' },
    { pattern: '"open', says: 'a quotation mark is not closed' },
    { pattern: '"a"b', says: 'a space must follow the term "a"' },
    { pattern: 'ERROR -', says: 'stands alone' },
    { pattern: '? ERROR', says: 'stands alone' },
    { pattern: '?ERROR WARN', says: 'ignores terms with ?' },
    { pattern: '?ERROR -WARN', says: 'ignores terms with ?' },
    { pattern: '%ERR.*%', says: 'regular expressions (%…%) are not implemented here' },
    { pattern: '[ip, user, ...]', says: 'space-delimited fields' },
  ])('given $pattern, the error says why', ({ pattern, says }) => {
    const compile = () => compileLogPattern(pattern);
    expect(compile).toThrow(LogPatternError);
    expect(compile).toThrow(`Invalid filter pattern ${JSON.stringify(pattern)}: `);
    expect(compile).toThrow(says);
  });
});

test('a condition is judged by what a line is the JSON of, where that is known, and makes no text of it', () => {
  const line = {
    value: { hop: 'rule', matched: true },
    get message(): string {
      throw new Error('The text is not needed.');
    },
  };
  expect(compileLogPattern('{ $.hop = "event" || $.hop = "rule" }')(line)).toBe(true);
  expect(compileLogPattern('{ $.hop = "event" || $.absent = 1 }')(line)).toBe(false);
});
