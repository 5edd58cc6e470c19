import { describe, expect, test } from '@jest/globals';
import { engineTime, Pace, SYSTEM_CLOCK, timeFactorOf, watchingPause } from '../../../../operations/time/waiting.ts';

const { signal } = new AbortController();

/** A pace on a clock that goes forward by its pauses alone. */
function paced(perSecond: number) {
  const clock = { now: 0 };
  const pauses: number[] = [];
  const pause = async (ms: number) => {
    pauses.push(ms);
    clock.now += ms;
  };
  return { clock, pauses, pace: new Pace(perSecond, { now: () => clock.now, pause }) };
}

test('the first turn comes at once, each other one after its share of a second', async () => {
  const { clock, pace, pauses } = paced(10);
  for (let turn = 0; turn < 11; turn++) await pace.turn(signal);
  expect(clock.now).toBe(1000);
  expect(pauses).toHaveLength(10);
});

test('turns that are asked for side by side stand in a row', async () => {
  const { clock, pace } = paced(4);
  await Promise.all([pace.turn(signal), pace.turn(signal), pace.turn(signal)]);
  expect(clock.now).toBe(500);
});

test('a turn for several messages makes the next one wait for all of them', async () => {
  const { clock, pace } = paced(10);
  await pace.turn(signal, 5);
  expect(clock.now).toBe(0);
  await pace.turn(signal);
  expect(clock.now).toBe(500);
});

test('time that was not used is not made up for', async () => {
  const { clock, pace, pauses } = paced(10);
  await pace.turn(signal);
  clock.now = 60_000;
  await pace.turn(signal);
  await pace.turn(signal);
  expect(pauses).toEqual([100]);
});

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

test.each([
  [0, 250],
  [4, 250],
  [10, 500],
  [1000, 3000],
])('given a reading that took %i ms, a watcher pauses for %i ms', (tookMs, pauseMs) => {
  expect(watchingPause(250, tookMs)).toBe(pauseMs);
});

test.each([
  [{}, { timeFactor: 1, functionVariables: {} }],
  [{ PIPELINE_TIME_FACTOR: '1' }, { timeFactor: 1, functionVariables: {} }],
  [{ PIPELINE_TIME_FACTOR: '2.5' }, { timeFactor: 2.5, functionVariables: { PIPELINE_TIME_FACTOR: '2.5' } }],
])('given %j, the engine and its functions have %j', (env, time) => {
  expect(engineTime(env)).toEqual(time);
});

describe('the clock of the system', () => {
  const HOUR_MS = 3_600_000;

  test('only goes forward', () => {
    const before = SYSTEM_CLOCK.now();
    expect(SYSTEM_CLOCK.now()).toBeGreaterThanOrEqual(before);
  });

  test('ends a pause when the signal is aborted, or was before', async () => {
    const stop = new AbortController();
    const pause = SYSTEM_CLOCK.pause(HOUR_MS, stop.signal);
    stop.abort();
    await expect(pause).resolves.toBeUndefined();
    await expect(SYSTEM_CLOCK.pause(HOUR_MS, AbortSignal.abort())).resolves.toBeUndefined();
  });

  test('keeps no other error of a pause to itself', async () => {
    const wrong = { code: 'ERR_INVALID_ARG_TYPE' };
    await expect(SYSTEM_CLOCK.pause('soon' as never)).rejects.toMatchObject(wrong);
    await expect(SYSTEM_CLOCK.pause(0, {} as AbortSignal)).rejects.toMatchObject(wrong);
  });
});
