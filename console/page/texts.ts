/** Texts of times and numbers. */

const TIME = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/**
 * The time of day here, with the day if it is another one.
 * @param now milliseconds since the Unix epoch. @default - the day is always there
 */
export function timeText(at: number, now?: number): string {
  const then = new Date(at);
  const time = TIME.format(then);
  const isToday = now !== undefined && then.toDateString() === new Date(now).toDateString();
  return isToday ? time : `${DAY.format(then)} ${time}`;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** The time of day here, in minutes: `12:05`. */
export function clockText(at: number): string {
  return CLOCK.format(new Date(at));
}

/** The time in UTC, such as `2026-11-29 03:21:14.529 UTC`. */
export function utcText(at: number): string {
  return `${new Date(at).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** A span of time as the commands show it: `12 ms`, `71 s`, `3 min`. */
export function spanText(ms: number): string {
  if (ms < 10_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** A number with its thousands apart: `2,000`. */
export function numberText(number: number): string {
  return number.toLocaleString('en-US');
}

/** A number with its noun: `1 user`, `2,000 users`. */
export function count(number: number, noun: string): string {
  return `${numberText(number)} ${noun}${number === 1 ? '' : 's'}`;
}
