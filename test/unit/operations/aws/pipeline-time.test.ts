import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { forgetTimes, noteTime, timeAt } from '../../../../operations/aws/pipeline-time.ts';

const NOW = Date.parse('2026-11-29T06:00:00Z');
const HOUR_MS = 3_600_000;

beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(NOW);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** A place of its own for each test: what is known of a place stays. */
let places = 0;
const somewhere = () => ({ endpoint: `http://127.0.0.1:${++places}`, region: 'eu-west-1' });
const dateOf = (time: number) => ({ date: new Date(time).toUTCString() });

test("before any answer, it is this machine's time", () => {
  expect(timeAt(somewhere())).toBe(NOW);
});

test('given an engine that is ahead, it is exactly its time; given one that is no longer, this machine’s', () => {
  const place = somewhere();
  noteTime(place, { ...dateOf(NOW), 'x-local-engine-time': String(NOW + HOUR_MS + 123) });
  expect(timeAt(place)).toBe(NOW + HOUR_MS + 123);
  noteTime(place, dateOf(NOW));
  expect(timeAt(place)).toBe(NOW);
});

test("once times are forgotten, it is this machine's time again", () => {
  const place = somewhere();
  noteTime(place, dateOf(NOW + HOUR_MS));
  forgetTimes();
  expect(timeAt(place)).toBe(NOW);
});

test('given answers that took a moment, what is known stays', () => {
  const place = somewhere();
  noteTime(place, { 'x-local-engine-time': String(NOW + HOUR_MS) });
  noteTime(place, { 'x-local-engine-time': String(NOW + HOUR_MS - 40) });
  expect(timeAt(place)).toBe(NOW + HOUR_MS);
});

test.each([
  ['a clock of this machine that is wrong', -2 * HOUR_MS, -2 * HOUR_MS],
  ['whole seconds and a slow answer', -1800, 0],
])('given the Date of AWS and %s, counts by it where it says something', (_what, difference, ahead) => {
  noteTime({ stackName: 'mine' }, dateOf(NOW + difference));
  expect(timeAt({ stackName: 'mine' })).toBe(NOW + ahead);
});

test('given no Date, or none that can be read, it is this machine’s time', () => {
  const place = somewhere();
  noteTime(place, {});
  noteTime(place, { date: 'soon' });
  expect(timeAt(place)).toBe(NOW);
});
