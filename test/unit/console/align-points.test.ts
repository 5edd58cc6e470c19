import { expect, test } from '@jest/globals';
import { alignPoints, topOf } from '../../../console/page/charts/align-points.ts';

const MINUTE = 60_000;
const FROM = 10 * MINUTE;
const SPAN = { from: FROM, to: FROM + 3.5 * MINUTE, periodMs: MINUTE };

test('given lines, each has its value in its period, and a gap where it has none', () => {
  const lines = [
    {
      points: [
        [FROM, 1],
        [FROM + 2 * MINUTE, 3],
      ] as const,
    },
    { points: [[FROM + 3 * MINUTE, 0]] as const },
  ];
  expect(alignPoints(lines, SPAN)).toEqual({
    times: [600, 660, 720, 780],
    values: [
      [1, null, 3, null],
      [null, null, null, 0],
    ],
  });
});

test('given points outside the time, they are left out', () => {
  const points = [
    [FROM - MINUTE, 1],
    [FROM + 4 * MINUTE, 2],
  ] as const;
  expect(alignPoints([{ points }], SPAN).values).toEqual([[null, null, null, null]]);
});

test('the scale ends above all values and limits, and is there without any', () => {
  expect(topOf([[1, null], [20]], [10])).toBeCloseTo(22);
  expect(topOf([[1]], [100])).toBeCloseTo(110);
  expect(topOf([[0, null]], [])).toBe(1);
  // More than a call takes arguments.
  expect(topOf([Array.from({ length: 200_000 }, () => 1)], [])).toBeCloseTo(1.1);
});
