import type { Sample } from './samples.ts';

/** What is judged of a run. */
export interface Judgement {
  readonly measure: string;
  readonly verdict: 'flat' | 'grows' | 'not judged';
  /** What was found, and what is allowed. */
  readonly text: string;
}

/** A value after so many registrations. */
export interface Point {
  readonly users: number;
  readonly value: number;
}

/** Fewer points say nothing about a line. */
export const LEAST_POINTS = 12;

/** The share of an engine's life after which it is warm: its caches, its code and the journal are as large as they get. */
const WARM_AFTER = 0.25;

/**
 * The slope of a line through points, for each registration: the median of the slopes of all pairs. Single points that are far off, such as
 * those in the midst of a garbage collection, do not move it. Source: Theil and Sen.
 * @returns NaN for fewer than two points
 */
export function slopeOf(points: readonly Point[]): number {
  const slopes: number[] = [];
  for (const [index, from] of points.entries()) {
    for (const to of points.slice(index + 1)) {
      if (to.users > from.users) slopes.push((to.value - from.value) / (to.users - from.users));
    }
  }
  return median(slopes);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** The samples of the engine that lived longest, from when it was warm. */
export function longestLife(samples: readonly Sample[]): readonly Sample[] {
  const lives = [...Map.groupBy(samples, ({ life }) => life).values()];
  const ageOf = (life: readonly Sample[]) => life.at(-1)?.age ?? 0;
  const [longest = []] = lives.sort((a, b) => ageOf(b) - ageOf(a));
  return longest.filter(({ age }) => age >= WARM_AFTER * ageOf(longest));
}

export interface Allowance {
  /** For each registration: what users need who stay. */
  readonly each?: number;
  /** For all the time together: what caches, and what is under way, may differ. */
  readonly once: number;
}

/** Judges whether a value stays as it is while users register, but for an allowance. */
export function judgeFlat(
  measure: string,
  points: readonly Point[],
  { each = 0, once }: Allowance,
  unit: (value: number) => string = String,
): Judgement {
  const users = (points.at(-1)?.users ?? 0) - (points[0]?.users ?? 0);
  if (points.length < LEAST_POINTS || users <= 0) {
    return { measure, verdict: 'not judged', text: `${points.length} samples are too few for a line` };
  }
  const slope = slopeOf(points);
  if (!Number.isFinite(slope)) return { measure, verdict: 'not judged', text: 'there is no line through the samples' };
  const growth = slope * users;
  const allowed = each * users + once;
  return {
    measure,
    verdict: growth > allowed ? 'grows' : 'flat',
    text: `${signed(unit(growth), growth)} during ${users} registrations, from ${unit(points[0]?.value ?? 0)}; allowed: ${unit(allowed)}`,
  };
}

/** How much steeper the last part may be than the one before. */
const STEEPER = 1.15;

/**
 * Judges whether a size grows with the users and no faster: since users stay, it must be a line. Parts that are bounded, such as
 * logs, fill up first, so that the line gets flatter; it must not get steeper.
 */
export function judgeLinear(measure: string, points: readonly Point[], unit: (value: number) => string): Judgement {
  const most = points.at(-1)?.users ?? 0;
  const part = (from: number, to: number) => points.filter(({ users }) => users >= from * most && users <= to * most);
  const [middle, last] = [part(1 / 3, 2 / 3), part(2 / 3, 1)];
  if (Math.min(middle.length, last.length) < LEAST_POINTS / 2) {
    return { measure, verdict: 'not judged', text: `${points.length} samples are too few for two lines` };
  }
  const [before, after] = [slopeOf(middle), slopeOf(last)];
  if (!Number.isFinite(before) || !Number.isFinite(after)) {
    return { measure, verdict: 'not judged', text: 'no user registered in one of the last two thirds' };
  }
  return {
    measure,
    verdict: after > before * STEEPER ? 'grows' : 'flat',
    text: `${unit(after)} for each user in the last third, ${unit(before)} in the second; allowed: ${unit(before * STEEPER)}`,
  };
}

function signed(text: string, value: number): string {
  return value > 0 ? `+${text}` : text;
}
