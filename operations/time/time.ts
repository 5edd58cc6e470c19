import { UsageError } from '../messages/errors.ts';

/** Milliseconds of each unit of an age. */
const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const AGE = /^\d+[smhd]$/;
const DATE_AND_TIME = /^(?<day>\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(?<zone>Z|[+-]\d{2}:\d{2})?$/;

/** The forms of an age, for help texts. */
export const AGE_FORMS = 'an age such as 90s, 15m, 2h or 7d';

/** The forms of a time, for help texts. */
export const TIME_FORMS = `now, ${AGE_FORMS}, or a time with its zone such as 2026-11-22T09:00Z`;

/** A span of time, both in milliseconds since the Unix epoch. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads a time from a command line.
 * @param now milliseconds since the Unix epoch
 * @param option its option, such as `--from`
 * @returns milliseconds since the Unix epoch
 * @throws UsageError with the allowed forms and the received text
 */
export function parseTime(text: string, now: number, option: string): number {
  if (text === 'now') return now;
  const age = ageOf(text);
  const time = age === undefined ? parseDate(text, option) : now - age;
  // AWS takes no time before the Unix epoch.
  if (time < 0) throw new UsageError(`${option} must not be before 1970; got ${text}`);
  return time;
}

/**
 * Reads an age from a command line.
 * @param option its option, such as `--older-than`
 * @returns milliseconds
 * @throws UsageError with the allowed forms and the received text
 */
export function parseAge(text: string, option: string): number {
  const age = ageOf(text);
  if (age === undefined) throw new UsageError(`${option} must be ${AGE_FORMS}; got ${text}`);
  return age;
}

/** Milliseconds; undefined if the text is no age. */
function ageOf(text: string): number | undefined {
  if (!AGE.test(text)) return undefined;
  return Number(text.slice(0, -1)) * UNITS[text.slice(-1) as keyof typeof UNITS];
}

function parseDate(text: string, option: string): number {
  const { day, zone } = DATE_AND_TIME.exec(text)?.groups ?? {};
  const time = Date.parse(text);
  if (day === undefined || Number.isNaN(time)) {
    throw new UsageError(`${option} must be ${TIME_FORMS}; got ${text}`);
  }
  // Date.parse makes 2 March of 30 February.
  if (new Date(`${day}Z`).toISOString().slice(0, 10) !== day) {
    throw new UsageError(`${option} must be a day that exists; got ${text}`);
  }
  if (zone === undefined) {
    throw new UsageError(`${option} must say its zone, as in ${text}Z (UTC) or ${text}+09:00; got ${text}`);
  }
  return time;
}

/**
 * Reads a window.
 * @throws UsageError for a time that cannot be read, a start that is not before the end, or an end in the future
 */
export function parseWindow({ from, to = 'now' }: { from: string; to?: string }, now: number): Window {
  const window = { from: parseTime(from, now, '--from'), to: parseTime(to, now, '--to') };
  const span = `from ${formatTime(window.from)} to ${formatTime(window.to)}`;
  if (window.from > now) throw new UsageError(`the window is in the future: ${span}; it is ${formatTime(now)} now`);
  if (window.to > now) throw new UsageError(`--to is in the future: ${span}; leave it out for now`);
  if (window.from > window.to) throw new UsageError(`--from must be before --to; got ${span}`);
  if (window.from === window.to) throw new UsageError(`the window is empty: ${span}`);
  return window;
}

/** A time in UTC and whole seconds, such as `2026-11-22T09:00:00Z`. */
export function formatTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** A duration in the largest unit that fits, such as `42 s`, `3 min`, `2 h` or `5 d`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
