import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { columns, jsonLine, note, print } from '../../../../cli/output/output.ts';

const HOSTILE = 'a\u001b]0;owned\u0007b\u202ec\n\u009b31md\n';
const SHOWN = 'a\\u001b]0;owned\\u0007b\\u202ec\n\\u009b31md\n';

/** What goes to a stream of this process while the test runs. */
function written(stream: NodeJS.WriteStream, isTaken = true): string[] {
  const texts: string[] = [];
  jest.spyOn(stream, 'write').mockImplementation((text) => {
    texts.push(String(text));
    return isTaken;
  });
  return texts;
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('all that a command tells', () => {
  test('goes to stdout without anything that controls a terminal', () => {
    const texts = written(process.stdout);
    print(HOSTILE);
    expect(texts).toEqual([SHOWN]);
  });

  test('goes to stderr without anything that controls a terminal', () => {
    const texts = written(process.stderr);
    note(HOSTILE);
    expect(texts).toEqual([SHOWN]);
  });

  test('says as JSON what it is, on one line', () => {
    const texts = written(process.stdout);
    print(jsonLine({ userId: HOSTILE }));
    expect(texts.join('')).toMatch(/^[ -~]*\n$/);
    expect(JSON.parse(texts.join(''))).toEqual({ userId: HOSTILE });
  });

  test.each([true, false])('says whether the reader keeps up: %s', (isTaken) => {
    written(process.stdout, isTaken);
    expect(print('a\n')).toBe(isTaken);
  });
});

test('each column is as wide as its widest cell, and lines end without spaces', () => {
  const rows = [
    ['NAME', 'WAITING', 'OLDEST'],
    ['uri-recorder', '1,234', ''],
    ['audit', '0', '3 min'],
  ];
  expect(columns(rows)).toBe(
    ['NAME          WAITING  OLDEST', 'uri-recorder  1,234', 'audit         0        3 min', ''].join('\n'),
  );
});

test('characters that take two columns of a terminal count as two', () => {
  expect(
    columns([
      ['김민지', 'a'],
      ['abcdef', 'b'],
      ['abcdefg', 'c'],
    ]),
  ).toBe('김민지   a\nabcdef   b\nabcdefg  c\n');
});

test('no rows give no text', () => {
  expect(columns([])).toBe('');
  expect(columns([[]])).toBe('\n');
});
