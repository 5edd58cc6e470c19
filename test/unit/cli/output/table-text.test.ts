import { expect, test } from '@jest/globals';
import { columns } from '../../../../cli/output/table-text.ts';

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
