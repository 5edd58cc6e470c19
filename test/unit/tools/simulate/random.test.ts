import { expect, test } from '@jest/globals';
import { Random } from '../../../../tools/simulate/world/random.ts';

const numbers = (seed: string) => {
  const random = new Random(seed);
  return Array.from({ length: 1000 }, () => random.below(6));
};

test('the same seed gives the same numbers', () => {
  expect(numbers('7')).toEqual(numbers('7'));
});

test('seeds that are near give other numbers', () => {
  const same = numbers('7').filter((number, place) => number === numbers('8')[place]);
  expect(same.length).toBeLessThan(250);
});

test('every number occurs about as often', () => {
  const counts = Map.groupBy(numbers('7'), (number) => number);
  expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  for (const occurrences of counts.values()) expect(Math.abs(occurrences.length - 1000 / 6)).toBeLessThan(60);
});

test('identifiers are UUIDs of version 4, and differ', () => {
  const random = new Random('7');
  const [one, other] = [random.uuid(), random.uuid()];
  expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(other).not.toBe(one);
});
