import { expect, test } from '@jest/globals';
import { wholeNumber } from '../../../../../packages/local-engine/cloudformation/template/resource-type.ts';

test.each([
  { value: 10, number: 10 },
  { value: '10', number: 10 },
  { value: undefined, number: 7 },
])('given $value, the whole number is $number', ({ value, number }) => {
  expect(wholeNumber(value, 7)).toBe(number);
});

test.each(['ten', '', 1.5, null, {}])('given %j, which is none, it is refused', (value) => {
  expect(() => wholeNumber(value, 7)).toThrow(JSON.stringify(value));
});
