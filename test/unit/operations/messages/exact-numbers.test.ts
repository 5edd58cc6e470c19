import { expect, test } from '@jest/globals';
import { findInexactNumber } from '../../../../operations/messages/exact-numbers.ts';

test.each([
  '12345678901234567890',
  '9007199254740993',
  '-9007199254740993',
  '0.12345678901234567890',
  '1e400',
  '1e-400',
])('%s would be another number', (number) => {
  expect(findInexactNumber(`{"a": [1, "2", {"b": ${number}}]}`)).toBe(number);
});

test.each([
  '0',
  '-0',
  '0.0',
  '1714458435.0',
  '1.10',
  '1E3',
  '0.1',
  '9007199254740992',
  '0.30000000000000004',
  '5e-324',
])('%s stays the same number', (number) => {
  expect(findInexactNumber(`[${number}]`)).toBeUndefined();
});

test('what looks like a number in a text is none', () => {
  expect(findInexactNumber(JSON.stringify({ '12345678901234567890': 'a "12345678901234567890" \\', b: '\\' }))).toBe(
    undefined,
  );
});
