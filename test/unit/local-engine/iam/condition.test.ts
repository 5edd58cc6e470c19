import { describe, expect, test } from '@jest/globals';
import { type Context, compileCondition } from '../../../../packages/local-engine/iam/condition.ts';

/** Whether an operator with these expected values holds for a value of the request. */
const holds = (operator: string, expected: string | string[], actual: string | readonly string[] | undefined) =>
  compileCondition({ [operator]: { 'aws:Key': expected } })({ 'aws:key': actual } as Context);

const ROLE = 'arn:aws:iam::111122223333:role/service';

describe('operators', () => {
  test.each([
    { operator: 'StringEquals', expected: ['a', 'b'], holding: ['a', 'b'], failing: ['A', 'c', 'a*', undefined] },
    { operator: 'StringEquals', expected: 'a*', holding: ['a*'], failing: ['ab'] },
    { operator: 'StringNotEquals', expected: ['a', 'b'], holding: ['A', 'c', undefined], failing: ['a', 'b'] },
    { operator: 'StringLike', expected: ['a?c', 'x*'], holding: ['abc', 'x', 'xyz'], failing: ['ac', 'ax', undefined] },
    {
      operator: 'ArnLike',
      expected: 'arn:aws:iam::*:role/*',
      holding: [ROLE],
      failing: ['arn:aws:iam::1:user/x', undefined],
    },
    { operator: 'ArnEquals', expected: ROLE, holding: [ROLE], failing: [`${ROLE}2`, undefined] },
    { operator: 'Bool', expected: 'false', holding: ['false', 'False'], failing: ['true', undefined] },
    { operator: 'Null', expected: 'true', holding: [undefined], failing: ['', 'a'] },
    { operator: 'Null', expected: 'false', holding: ['', 'a'], failing: [undefined] },
    { operator: 'StringEqualsIfExists', expected: 'a', holding: ['a', undefined], failing: ['b'] },
    { operator: 'StringNotEqualsIfExists', expected: 'a', holding: ['b', undefined], failing: ['a'] },
    { operator: 'StringLikeIfExists', expected: 'a*', holding: ['ab', undefined], failing: ['b'] },
    { operator: 'BoolIfExists', expected: 'true', holding: ['true', undefined], failing: ['false'] },
    { operator: 'ArnLikeIfExists', expected: ROLE, holding: [ROLE, undefined], failing: [`${ROLE}2`] },
  ])('$operator $expected holds for $holding and not for $failing', ({ operator, expected, holding, failing }) => {
    const judged = [...holding, ...failing].map((actual) => [actual, holds(operator, expected, actual)]);
    expect(judged).toEqual([...holding.map((actual) => [actual, true]), ...failing.map((actual) => [actual, false])]);
  });
});

describe('set operators, for keys with several values', () => {
  test.each([
    { actual: undefined, all: true, any: false, allNot: true, anyNot: false },
    { actual: [], all: true, any: false, allNot: true, anyNot: false },
    { actual: ['a'], all: true, any: true, allNot: false, anyNot: false },
    { actual: ['a', 'b'], all: true, any: true, allNot: false, anyNot: false },
    { actual: ['a', 'c'], all: false, any: true, allNot: false, anyNot: true },
    { actual: ['c'], all: false, any: false, allNot: true, anyNot: true },
    { actual: 'a', all: true, any: true, allNot: false, anyNot: false },
  ])(
    'given $actual against a and b: all $all, any $any, all not $allNot, any not $anyNot',
    ({ actual, ...expected }) => {
      const judge = (operator: string) => holds(operator, ['a', 'b'], actual);
      expect({
        all: judge('ForAllValues:StringEquals'),
        any: judge('ForAnyValue:StringEquals'),
        allNot: judge('ForAllValues:StringNotEquals'),
        anyNot: judge('ForAnyValue:StringNotEquals'),
      }).toEqual(expected);
    },
  );

  test('given IfExists behind them, a missing key is as without it', () => {
    expect(holds('ForAllValues:StringEqualsIfExists', 'a', undefined)).toBe(true);
    expect(holds('ForAnyValue:StringEqualsIfExists', 'a', undefined)).toBe(false);
  });

  test('given wildcards, each value is compared with them', () => {
    expect(holds('ForAllValues:StringLike', ['user*', 's3_*'], ['userId', 's3_bucket_uri'])).toBe(true);
    expect(holds('ForAllValues:StringLike', ['user*', 's3_*'], ['userId', 'email'])).toBe(false);
  });

  test('given several values and no set operator, nothing holds', () => {
    expect(holds('StringEquals', 'a', ['a'])).toBe(false);
  });
});
