import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { timeScale } from '../../../console/page/user/time-scale.ts';

describe('the scale of a waterfall', () => {
  test('given times of the same size, is linear, with round ticks', () => {
    const scale = timeScale([1000, 1100, 1250, 1400]);
    expect([1000, 1100, 1200, 1400].map(scale.place)).toEqual([0, 0.25, 0.5, 1]);
    expect(scale.ticks).toEqual([0, 100, 200, 300, 400]);
    expect(scale.breaks).toEqual([]);
  });

  test('given a retry after a minute, draws the wait short, and the milliseconds around it are seen', () => {
    const scale = timeScale([0, 20, 60_020, 60_040]);
    expect(scale.breaks).toEqual([{ at: expect.closeTo(0.5), ms: 60_000 }]);
    expect(scale.ticks).toEqual([]);
    expect(scale.place(20)).toBeGreaterThan(0.3);
    expect(scale.place(60_020) - scale.place(20)).toBeCloseTo(0.35);
  });

  test('given several waits of the same length, draws each of them short', () => {
    const scale = timeScale([0, 10, 60_010, 60_020, 120_020, 120_030, 180_030, 180_040]);
    expect(scale.breaks.map(({ ms }) => ms)).toEqual([60_000, 60_000, 60_000]);
  });

  test('given waits below a second, draws none of them short', () => {
    expect(timeScale([0, 1, 900, 901]).breaks).toEqual([]);
  });

  test('given one moment or none, has a place for it', () => {
    expect(timeScale([5]).place(5)).toBe(0);
    expect(timeScale([]).place(5)).toBe(1);
  });

  test('given any times, keeps their order, and stays within the width', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 10_000_000 }), { minLength: 2, maxLength: 40 }), (times) => {
        const { place } = timeScale(times);
        const places = [...times].sort((a, b) => a - b).map(place);
        for (const [index, at] of places.entries()) {
          expect(at).toBeGreaterThanOrEqual(places[index - 1] ?? 0);
          expect(at).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });
});
