import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../../../operations/messages/errors.ts';
import { formatDuration, formatTime, parseAge, parseTime, parseWindow } from '../../../../operations/time/time.ts';

const NOW = Date.UTC(2026, 10, 22, 9, 0, 0);

describe('a time that is given to an option', () => {
  test.each([
    ['now', NOW],
    ['0s', NOW],
    ['90s', NOW - 90_000],
    ['15m', NOW - 15 * 60_000],
    ['2h', NOW - 2 * 3_600_000],
    ['7d', NOW - 7 * 86_400_000],
    ['2026-11-22T09:00Z', NOW],
    ['2026-11-22T09:00:01Z', NOW + 1000],
    ['2026-11-22T09:00:01.5Z', NOW + 1500],
    ['2026-11-22T09:00:01.257Z', NOW + 1257],
    ['2026-11-22T18:00+09:00', NOW],
    ['2026-11-21T23:30-09:30', NOW],
    ['2028-02-29T00:00Z', Date.UTC(2028, 1, 29)],
    ['1970-01-01T00:00Z', 0],
  ])('%s is read', (text, time) => {
    expect(parseTime(text, NOW, '--from')).toBe(time);
  });

  test.each([
    '',
    'yesterday',
    '2',
    '2 h',
    '-2h',
    '1.5h',
    '2w',
    '2H',
    'NOW',
    '2026-11-22',
    '2026-11-22 09:00Z',
    '2026-11-22T9:00Z',
    '2026-11-22T09:00:00.1234Z',
    '2026-13-01T00:00Z',
    '2026-11-22T25:00Z',
    '2026-11-22T09:00+25:00',
    '2026-11-22T09:00Z ',
    '+2026-11-22T09:00Z',
    // JavaScript reads years of six digits.
    '+012026-11-22T09:00Z',
    'Sun, 2026-11-22T09:00Z',
    '2hours',
    '15m30s',
  ])('%j is refused, with what is allowed and what was received', (text) => {
    const read = () => parseTime(text, NOW, '--to');
    expect(read).toThrow(UsageError);
    expect(read).toThrow(
      /^--to must be now, an age such as .*, or a time with its zone such as 2026-11-22T09:00Z; got /,
    );
    expect(read).toThrow(`; got ${text}`);
  });

  test('a time without zone is refused, with how to say it', () => {
    const read = () => parseTime('2026-11-22T09:00', NOW, '--from');
    expect(read).toThrow(UsageError);
    expect(read).toThrow(
      '--from must say its zone, as in 2026-11-22T09:00Z (UTC) or 2026-11-22T09:00+09:00; got 2026-11-22T09:00',
    );
  });

  test.each(['2026-02-30T00:00Z', '2026-02-29T12:00+09:00', '2026-11-31T00:00Z'])('%s is no day', (text) => {
    expect(() => parseTime(text, NOW, '--from')).toThrow(`--from must be a day that exists; got ${text}`);
  });

  test.each(['999999d', '99999999999999999999d', '1969-12-31T23:59Z'])('%s is before all time', (text) => {
    expect(() => parseTime(text, NOW, '--from')).toThrow(`--from must not be before 1970; got ${text}`);
  });
});

describe('a window', () => {
  test('ends now unless its end is given', () => {
    expect(parseWindow({ from: '2h' }, NOW)).toEqual({ from: NOW - 7_200_000, to: NOW });
    expect(parseWindow({ from: '2h', to: '1h' }, NOW)).toEqual({ from: NOW - 7_200_000, to: NOW - 3_600_000 });
  });

  test.each([
    [
      'a start that is still to come',
      { from: '2026-11-22T10:00Z' },
      /^the window is in the future: from .* it is 2026-11-22T09:00:00Z now$/,
    ],
    [
      'an end that is still to come',
      { from: '1h', to: '2026-11-22T10:00Z' },
      /^--to is in the future: .*T10:00:00Z; leave it out for now$/,
    ],
    ['no time at all', { from: 'now' }, /^the window is empty: from 2026-11-22T09:00:00Z to 2026-11-22T09:00:00Z$/],
    [
      'a start after the end',
      { from: '1h', to: '2h' },
      /^--from must be before --to; got from .*T08:00:00Z to .*T07:00:00Z$/,
    ],
    ['an end that is no time', { from: '1h', to: 'noon' }, /^--to must be .*; got noon$/],
    ['a start that is no time', { from: 'noon' }, /^--from must be .*; got noon$/],
  ])('with %s is refused in one line', (_, given, message) => {
    const read = () => parseWindow(given, NOW);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });
});

test('a time is shown in a form that the options take', () => {
  expect(formatTime(NOW + 999)).toBe('2026-11-22T09:00:00Z');
  expect(parseTime(formatTime(NOW), 0, '--from')).toBe(NOW);
});

test.each([
  [0, '0 s'],
  [400, '0 s'],
  [119_400, '119 s'],
  [120_000, '2 min'],
  [7_199_000, '120 min'],
  [7_200_000, '2 h'],
  [48 * 3_600_000, '2 d'],
])('%d ms are shown as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

describe('an age that is given to an option', () => {
  test.each([
    ['0s', 0],
    ['90s', 90_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
  ])('%s is read', (text, ms) => {
    expect(parseAge(text, '--older-than')).toBe(ms);
  });

  test.each(['', 'now', '2', '2w', '-2h', '2026-11-22T09:00Z'])('%j is refused, with what is allowed', (text) => {
    const read = () => parseAge(text, '--older-than');
    expect(read).toThrow(UsageError);
    expect(read).toThrow(`--older-than must be an age such as 90s, 15m, 2h or 7d; got ${text}`);
  });
});
