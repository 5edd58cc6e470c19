import { expect, test } from '@jest/globals';
import { inexactNumbers, inexactText } from '../../../../operations/messages/exact-numbers.ts';

test.each([
  '12345678901234567890',
  '9007199254740993',
  '-9007199254740993',
  '0.12345678901234567890',
  '1e400',
  '1e-400',
])('%s would be another number', (number) => {
  expect(inexactNumbers(`{"a": [1, "2", {"b": ${number}}]}`)).toEqual([{ number, field: 'b' }]);
});

test.each([
  '0',
  '-0',
  '0.0',
  '1714458435.0',
  '1.10',
  '1E3',
  '12345678901234E10',
  '0.123456789012345E1',
  '0.1',
  '9007199254740992',
  '0.30000000000000004',
  '5e-324',
])('%s stays the same number', (number) => {
  expect(inexactNumbers(`[${number}]`)).toEqual([]);
});

test('what looks like a number in a text is none', () => {
  const json = JSON.stringify({ '12345678901234567890': 'a "12345678901234567890" \\', b: '\\' });
  expect(inexactNumbers(json)).toEqual([]);
});

test('each is named with its field, also in a list, and where texts look like fields', () => {
  const json = '{"a\\"": {"n": "x: 1", "b c": 9007199254740993}, "list": [1, 12345678901234567890], "c": 1e400}';
  expect(inexactNumbers(json)).toEqual([
    { number: '9007199254740993', field: 'b c' },
    { number: '12345678901234567890', field: 'list' },
    { number: '1e400', field: 'c' },
  ]);
  expect(inexactNumbers('9007199254740993')).toEqual([{ number: '9007199254740993' }]);
});

test('the message says which number, where, and what to do', () => {
  expect(inexactText({ number: '1e400', field: 'c' })).toBe(
    'has a number that would be another one on the bus: 1e400 in "c"; write it as a text, or with fewer digits',
  );
});

test('the message of a number that is in no field says nothing of a field', () => {
  expect(inexactText({ number: '1e400' })).toBe(
    'has a number that would be another one on the bus: 1e400; write it as a text, or with fewer digits',
  );
});

test('the message still says what to do where the number or its field is very long', () => {
  const said = inexactText({ number: '9'.repeat(10_000), field: 'f'.repeat(10_000) });
  expect(said).toMatch(
    /: 9+… \(10000 characters\) in "f+… \(10000 characters\)"; write it as a text, or with fewer digits$/,
  );
  expect(said.length).toBeLessThan(250);
});
