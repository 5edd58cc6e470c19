import type { Metric, PointsWanted } from './cloudwatch-request.ts';

/** A metric in one period. */
export interface MetricPoint {
  /** Beginning of the period. */
  readonly at: Date;
  readonly values: Distribution;
  readonly unit: string;
}

/** One value of a metric, or several that are the same. */
export interface Sample {
  readonly metric: Metric;
  /** Such as `Count`. */
  readonly unit: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly value: number;
  /** @default 1 */
  readonly times?: number;
}

interface Series {
  readonly unit: string;
  /** By minutes since the Unix epoch, in the order in which they began. */
  readonly minutes: Map<number, Distribution>;
}

const MINUTE_MS = 60_000;

/** What is kept of each metric: a day. CloudWatch keeps minutes for 15 days (CloudWatch user guide, metrics retention). */
const KEPT_MINUTES = 1440;

/** Metrics that are kept. A stack has some twenty, and five more for each function. */
const MOST_METRICS = 1000;

/** Metric values by the minute, as CloudWatch stores them. Older minutes are deleted, so that memory stays constant. */
export class MetricHistory {
  readonly #series = new Map<string, Series>();
  readonly #seriesOfMetric = new WeakMap<Metric, Series>();

  /** A new metric is ignored when there are too many already. */
  add({ metric, unit, at, value, times = 1 }: Sample): void {
    const series = this.#seriesOf(metric, unit);
    if (series === undefined) return;
    const minute = Math.floor(at / MINUTE_MS);
    const known = series.minutes.get(minute);
    if (known !== undefined) addValue(known, value, times);
    else series.minutes.set(minute, distributionOf(value, times));
    if (series.minutes.size > KEPT_MINUTES) series.minutes.delete(series.minutes.keys().next().value ?? minute);
  }

  /** The periods of a time in which the metric has values, oldest first. */
  points({ metric, start, end, periodMs, unit }: PointsWanted): MetricPoint[] {
    const series = this.#series.get(keyOf(metric));
    if (series === undefined || (unit !== undefined && unit !== series.unit)) return [];
    const beginOf = (time: number) => Math.floor(time / periodMs) * periodMs;
    const periods = new Map<number, Distribution>();
    for (const [minute, values] of series.minutes) {
      const time = minute * MINUTE_MS;
      if (time < beginOf(start) || time >= end) continue;
      const known = periods.get(beginOf(time));
      if (known !== undefined) merge(known, values);
      else periods.set(beginOf(time), { ...values, ...(values.values && { values: new Map(values.values) }) });
    }
    return [...periods]
      .sort(([a], [b]) => a - b)
      .map(([begin, values]) => ({ at: new Date(begin), values, unit: series.unit }));
  }

  /**
   * All values of a metric in a time that begins and ends with a minute; undefined if there are none.
   * @param current one more value, which is not in the history yet
   */
  window(
    metric: Metric,
    { start, end, unit }: Pick<PointsWanted, 'start' | 'end' | 'unit'>,
    current?: number,
  ): Distribution | undefined {
    const points = this.points({ metric, start, end, periodMs: MINUTE_MS, ...(unit !== undefined && { unit }) });
    const all = points.map(({ values }) => values);
    const [first, ...others] = current === undefined ? all : [distributionOf(current), ...all];
    if (first !== undefined) for (const values of others) merge(first, values);
    return first;
  }

  /** Forgets a metric of something that is gone. */
  remove(metric: Metric): void {
    this.#series.delete(keyOf(metric));
    this.#seriesOfMetric.delete(metric);
  }

  #seriesOf(metric: Metric, unit: string): Series | undefined {
    const known = this.#seriesOfMetric.get(metric);
    if (known !== undefined) return known;
    const key = keyOf(metric);
    const series =
      this.#series.get(key) ?? (this.#series.size < MOST_METRICS ? { unit, minutes: new Map() } : undefined);
    if (series === undefined) return undefined;
    this.#series.set(key, series);
    this.#seriesOfMetric.set(metric, series);
    return series;
  }
}

function keyOf({ namespace, name, dimensions }: Metric): string {
  let key = `${namespace}\n${name}`;
  const named = Object.keys(dimensions);
  if (named.length > 1) named.sort();
  for (const dimension of named) key += `\n${dimension}=${dimensions[dimension]}`;
  return key;
}

/** A metric's values in a period, as far as statistics need them. */
interface Distribution {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** How often each value came, where they are not all the same. Rounded, so that they stay few however many come. */
  values?: Map<number, number>;
}

/** A percentile is off by half a percent at most. */
const SIGNIFICANT_DIGITS = 3;

/** The distribution of one value that came that often. */
export function distributionOf(value: number, times = 1): Distribution {
  return { count: times, sum: value * times, min: value, max: value };
}

/** Adds a value to a distribution. */
export function addValue(to: Distribution, value: number, times = 1): void {
  if (to.values !== undefined || to.min !== value || to.max !== value) {
    to.values ??= valuesOf(to);
    addTo(to.values, rounded(value), times);
  }
  to.count += times;
  to.sum += value * times;
  to.min = Math.min(to.min, value);
  to.max = Math.max(to.max, value);
}

/** Adds what the other holds to a distribution. */
function merge(to: Distribution, other: Distribution): void {
  if (to.values !== undefined || other.values !== undefined || to.min !== other.max || to.max !== other.min) {
    to.values ??= valuesOf(to);
    for (const [value, times] of valuesOf(other)) addTo(to.values, value, times);
  }
  to.count += other.count;
  to.sum += other.sum;
  to.min = Math.min(to.min, other.min);
  to.max = Math.max(to.max, other.max);
}

/**
 * A statistic of values. CloudWatch does not document how it interpolates percentiles; here a percentile is the value at that rank.
 * @param statistic such as `Average` or `p99`
 */
export function statisticOf(values: Distribution, statistic: string): number {
  switch (statistic) {
    case 'SampleCount':
      return values.count;
    case 'Sum':
      return values.sum;
    case 'Minimum':
      return values.min;
    case 'Maximum':
      return values.max;
    case 'Average':
      return values.sum / values.count;
    default:
      return percentileOf(values, Number(statistic.slice(1)));
  }
}

function percentileOf(values: Distribution, percent: number): number {
  if (values.values === undefined) return values.min;
  const rank = Math.max(1, Math.ceil((percent / 100) * values.count));
  let seen = 0;
  for (const [value, times] of [...valuesOf(values)].sort(([a], [b]) => a - b)) {
    seen += times;
    if (seen >= rank) return value;
  }
  return values.max;
}

function valuesOf({ values, min, count }: Distribution): Map<number, number> {
  return values ?? new Map([[rounded(min), count]]);
}

function addTo(values: Map<number, number>, value: number, times: number): void {
  values.set(value, (values.get(value) ?? 0) + times);
}

function rounded(value: number): number {
  // Counts and sizes are mostly small: they need no text.
  return Number.isInteger(value) && Math.abs(value) < 10 ** SIGNIFICANT_DIGITS
    ? value
    : Number(value.toPrecision(SIGNIFICANT_DIGITS));
}
