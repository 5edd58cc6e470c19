import { expect, test } from '@jest/globals';
import { timeFactorOf } from '../../../../operations/time/waiting.ts';

test.each([
  [undefined, 1],
  ['', 1],
  ['1', 1],
  ['2.5', 2.5],
  ['1000', 1000],
])('given PIPELINE_TIME_FACTOR %p, the factor is %p', (text, factor) => {
  expect(timeFactorOf({ PIPELINE_TIME_FACTOR: text })).toBe(factor);
});

test.each(['0', '0.5', '-6', '1001', 'six', '6x', 'Infinity', 'NaN'])(
  'given PIPELINE_TIME_FACTOR "%s", it is refused, with what it may be',
  (text) => {
    expect(() => timeFactorOf({ PIPELINE_TIME_FACTOR: text })).toThrow(
      `PIPELINE_TIME_FACTOR is "${text}"; it must be a number from 1 to 1000.`,
    );
  },
);
