import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { SkippingClock, systemClock } from '../../../../packages/local-engine/core/clock.ts';

const HOUR_MS = 60 * 60 * 1000;

describe('the skipping clock', () => {
  test('given a skip, the time it tells is later by as much', () => {
    const clock = new SkippingClock();
    const before = Date.now();
    clock.skip(HOUR_MS);
    expect(clock.now()).toBeGreaterThanOrEqual(before + HOUR_MS);
    expect(clock.now()).toBeLessThanOrEqual(Date.now() + HOUR_MS);
  });

  test('given timers set in any order, when a skip makes them due, they fire in order of time', () => {
    const clock = new SkippingClock();
    const fired: string[] = [];
    clock.after(3 * HOUR_MS, () => fired.push('third'));
    clock.after(HOUR_MS, () => fired.push('first'));
    clock.after(2 * HOUR_MS, () => fired.push('second'));
    clock.skip(3 * HOUR_MS);
    expect(fired).toEqual(['first', 'second', 'third']);
  });

  test('given a timer, when the skip is too short, it waits for the rest', () => {
    const clock = new SkippingClock();
    const fire = jest.fn();
    clock.after(HOUR_MS, fire);
    clock.skip(HOUR_MS - 60_000);
    expect(fire).not.toHaveBeenCalled();
    clock.skip(60_000);
    expect(fire).toHaveBeenCalledTimes(1);
  });

  test('given a timer that has fired, when the clock skips again, it stays quiet', () => {
    const clock = new SkippingClock();
    const fire = jest.fn();
    clock.after(HOUR_MS, fire);
    clock.skip(HOUR_MS);
    clock.skip(HOUR_MS);
    expect(fire).toHaveBeenCalledTimes(1);
  });

  test('given a cancelled timer, when its time comes, it does not fire', () => {
    const clock = new SkippingClock();
    const fire = jest.fn();
    clock.after(HOUR_MS, fire).cancel();
    clock.skip(HOUR_MS);
    expect(fire).not.toHaveBeenCalled();
  });

  test('given a timer that cancels a later one, when one skip makes both due, only the first fires', () => {
    const clock = new SkippingClock();
    const late = jest.fn();
    const timer = clock.after(2 * HOUR_MS, late);
    clock.after(HOUR_MS, () => timer.cancel());
    clock.skip(2 * HOUR_MS);
    expect(late).not.toHaveBeenCalled();
  });
});

describe('timers by the machine’s time', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test.each([
    ['the system clock', systemClock()],
    ['a skipping clock without a skip', new SkippingClock()],
  ])('given %s, a timer fires when its time has passed and not before', (_name, clock) => {
    jest.useFakeTimers();
    const fire = jest.fn();
    clock.after(1000, fire);
    jest.advanceTimersByTime(999);
    expect(fire).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(fire).toHaveBeenCalledTimes(1);
  });

  test('given more milliseconds than Node can count, the timer does not fire at once', () => {
    jest.useFakeTimers();
    const fire = jest.fn();
    const timer = systemClock().after(90 * 24 * HOUR_MS, fire);
    jest.advanceTimersByTime(24 * HOUR_MS);
    timer.cancel();
    jest.advanceTimersByTime(90 * 24 * HOUR_MS);
    expect(fire).not.toHaveBeenCalled();
  });
});

describe('limits of work', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test.each([
    ['the system clock', systemClock({ timeFactor: 6 })],
    ['a skipping clock without a skip', new SkippingClock({ timeFactor: 6 })],
  ])('given %s with a time factor, work has as many times its limit, and a timer its time', (_name, clock) => {
    jest.useFakeTimers();
    const [end, fire] = [jest.fn(), jest.fn()];
    clock.limit(1000, end);
    clock.after(1000, fire);
    jest.advanceTimersByTime(1000);
    expect(fire).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(4999);
    expect(end).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(end).toHaveBeenCalledTimes(1);
  });

  test('given a skip, it counts in full, and once', () => {
    jest.useFakeTimers();
    const clock = new SkippingClock({ timeFactor: 6 });
    const end = jest.fn();
    jest.advanceTimersByTime(500);
    clock.skip(HOUR_MS);
    clock.limit(1000, end);
    jest.advanceTimersByTime(600); // 100 of the 1000
    clock.skip(899);
    expect(end).not.toHaveBeenCalled();
    clock.skip(1);
    expect(end).toHaveBeenCalledTimes(1);
    clock.skip(HOUR_MS);
    jest.advanceTimersByTime(HOUR_MS);
    expect(end).toHaveBeenCalledTimes(1);
  });

  test('given work that has ended, its limit does not fire', () => {
    const clock = new SkippingClock();
    const end = jest.fn();
    clock.limit(1000, end).cancel();
    clock.skip(HOUR_MS);
    expect(end).not.toHaveBeenCalled();
  });
});
