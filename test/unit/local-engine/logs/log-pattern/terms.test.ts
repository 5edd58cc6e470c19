import { describe, expect, test } from '@jest/globals';
import {
  compileLogPattern,
  LogPatternError,
} from '../../../../../packages/local-engine/logs/log-pattern/log-pattern.ts';

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
    expect(LINES.filter(compileLogPattern(pattern))).toEqual(matched);
  });

  test.each([
    { given: 'a term inside a word', pattern: 'ERROR', line: 'Exiting with ERRORCODE: -1' },
    { given: 'letters of other alphabets', pattern: '김민지', line: '{"userId":"김민지"}' },
    { given: 'escaped quotes', pattern: String.raw`"\"userId\":\"a\""`, line: '{"userId":"a"}' },
    { given: 'an escaped backslash', pattern: String.raw`"a\\b"`, line: String.raw`a\b` },
    { given: 'a phrase of other characters', pattern: '"[WARN] 50%"', line: 'x [WARN] 50% y' },
    { given: 'the empty phrase', pattern: '""', line: 'anything' },
  ])('given $given, it matches', ({ pattern, line }) => {
    expect(compileLogPattern(pattern)(line)).toBe(true);
    expect(compileLogPattern(pattern)('')).toBe(pattern === '""');
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
