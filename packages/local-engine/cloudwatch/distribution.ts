/** The values that a metric had in some time, as far as statistics need them. */
export interface Distribution {
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
  merge(to, distributionOf(value, times));
}

/** Adds what the other holds to a distribution. */
export function merge(to: Distribution, other: Distribution): void {
  if (to.values !== undefined || other.values !== undefined || to.min !== other.max || to.max !== other.min) {
    to.values ??= valuesOf(to);
    for (const [value, times] of valuesOf(other)) to.values.set(value, (to.values.get(value) ?? 0) + times);
  }
  to.count += other.count;
  to.sum += other.sum;
  to.min = Math.min(to.min, other.min);
  to.max = Math.max(to.max, other.max);
}

/**
 * A statistic of values. How CloudWatch interpolates percentiles it does not say; here one is the value at that rank.
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
  return values ?? new Map([[Number(min.toPrecision(SIGNIFICANT_DIGITS)), count]]);
}
