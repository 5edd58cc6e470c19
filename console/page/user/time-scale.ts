/** A place where a long wait is drawn short. */
export interface Break {
  /** Of the whole width, from 0 to 1. */
  readonly at: number;
  readonly ms: number;
}

/** Where times stand in a waterfall. */
export interface TimeScale {
  readonly from: number;
  readonly to: number;
  /** From 0 to 1. */
  place(at: number): number;
  readonly breaks: readonly Break[];
  /** Times to name on the axis, as milliseconds from the start; none where a wait is drawn short. */
  readonly ticks: readonly number[];
}

/** A wait is drawn short if it is that long, and that many times longer than all shorter ones together. */
const LONG_MS = 1000;
const LONG_TIMES = 3;

/** The part of the width that all waits that are drawn short have together. */
const SHORT_PART = 0.35;

const MOST_TICKS = 6;

/**
 * A scale on which a step of a millisecond is seen beside a wait of minutes: stretches in which nothing happens are drawn short
 * where they would leave no room for the others.
 * @param times at which something happened, in any order, and now if something is still open
 */
export function timeScale(times: readonly number[]): TimeScale {
  const points = [...new Set(times)].sort((a, b) => a - b);
  const [from = 0, to = from] = [points[0], points.at(-1)];
  const gaps = points.slice(1).map((end, index) => end - (points[index] ?? end));
  const longest = longGaps(gaps);
  const longMs = longest?.least ?? Number.POSITIVE_INFINITY;
  const restMs = gaps.reduce((sum, ms) => sum + (ms >= longMs ? 0 : ms), 0);
  const widthOf = (ms: number) => {
    if (longest === undefined) return restMs === 0 ? 0 : ms / restMs;
    return ms >= longMs ? SHORT_PART / longest.count : ((1 - SHORT_PART) * ms) / restMs;
  };
  const places = [0];
  for (const ms of gaps) places.push((places.at(-1) ?? 0) + widthOf(ms));
  const breaks = gaps.flatMap((ms, index) =>
    ms >= longMs ? [{ at: ((places[index] ?? 0) + (places[index + 1] ?? 0)) / 2, ms }] : [],
  );
  return {
    from,
    to,
    breaks,
    ticks: longest === undefined ? ticksTo(to - from) : [],
    place: (at) => {
      const next = points.findIndex((point) => point >= at);
      if (next === -1) return 1;
      const [start, end] = [points[next - 1] ?? from, points[next] ?? to];
      const [left, right] = [places[next - 1] ?? 0, places[next] ?? 0];
      return end === start ? right : left + ((right - left) * (at - start)) / (end - start);
    },
  };
}

/** The gaps that are drawn short: from which length on, and how many. */
function longGaps(gaps: readonly number[]): { readonly least: number; readonly count: number } | undefined {
  const sorted = [...gaps].sort((a, b) => b - a);
  let rest = gaps.reduce((sum, ms) => sum + ms, 0);
  for (const [index, ms] of sorted.entries()) {
    rest -= ms;
    if (ms < LONG_MS || rest === 0) return undefined;
    if (ms > LONG_TIMES * rest) return { least: ms, count: index + 1 };
  }
  return undefined;
}

/** Round numbers from 0 to a span. */
function ticksTo(ms: number): number[] {
  if (ms <= 0) return [];
  const rough = ms / MOST_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough);
  return Array.from({ length: Math.floor(ms / step) + 1 }, (_, index) => index * step);
}
