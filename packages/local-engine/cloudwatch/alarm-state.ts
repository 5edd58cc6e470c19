/** When a metric alarm changes its state. Source: CloudWatch user guide, alarm evaluation; how alarms treat missing data. */

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export type MissingData = 'breaching' | 'notBreaching' | 'ignore' | 'missing';

export interface AlarmLimits {
  readonly comparison: Comparison;
  readonly threshold: number;
  /** How many data points are compared. */
  readonly evaluationPeriods: number;
  /** How many of them must breach the threshold. */
  readonly datapointsToAlarm: number;
  readonly missingData: MissingData;
}

export const COMPARISONS = {
  GreaterThanOrEqualToThreshold: { words: 'greater than or equal to', breaches: (value, limit) => value >= limit },
  GreaterThanThreshold: { words: 'greater than', breaches: (value, limit) => value > limit },
  LessThanOrEqualToThreshold: { words: 'less than or equal to', breaches: (value, limit) => value <= limit },
  LessThanThreshold: { words: 'less than', breaches: (value, limit) => value < limit },
} as const satisfies Record<string, { words: string; breaches(value: number, limit: number): boolean }>;

export type Comparison = keyof typeof COMPARISONS;

/**
 * Data points that are read beyond the evaluation periods, for those that are missing. AWS says only that there are some; its
 * examples have two.
 */
const EXTRA_POINTS = 2;

/** How many data points {@link judge} takes. */
export function evaluationRange({ evaluationPeriods }: Pick<AlarmLimits, 'evaluationPeriods'>): number {
  return evaluationPeriods + EXTRA_POINTS;
}

export interface Judgement {
  readonly state: AlarmState;
  /** The data points that were compared, the newest first. */
  readonly compared: readonly number[];
  /** How many missing ones were filled in. */
  readonly filled: number;
}

/**
 * The state that data points put an alarm in.
 * @param points of the evaluation range, the oldest first; undefined for one that is missing
 * @param current the state so far
 */
export function judge(points: readonly (number | undefined)[], limits: AlarmLimits, current: AlarmState): Judgement {
  const { evaluationPeriods, datapointsToAlarm, missingData } = limits;
  const real = points.filter((point) => point !== undefined);
  const compared = real.slice(-evaluationPeriods).reverse();
  const filled = evaluationPeriods - compared.length;
  const breaching = compared.filter((value) => breaches(value, limits)).length;
  const judged = (state: AlarmState): Judgement => ({ state, compared, filled });
  if (breaching + (missingData === 'breaching' ? filled : 0) >= datapointsToAlarm) return judged('ALARM');
  if (filled === 0 || missingData === 'notBreaching' || missingData === 'breaching') return judged('OK');
  if (compared.length === 0) return judged(missingData === 'ignore' ? current : 'INSUFFICIENT_DATA');
  if (isLongBreaching(points, limits)) return judged(missingData === 'ignore' ? current : 'ALARM');
  return judged('OK');
}

export function breaches(value: number, { comparison, threshold }: AlarmLimits): boolean {
  return COMPARISONS[comparison].breaches(value, threshold);
}

/**
 * Whether too few data points are there, but all breach the threshold, and the oldest is old enough: AWS calls it premature alarm
 * state. AWS's words would also cover an older point that does not breach; its table of examples does not.
 */
function isLongBreaching(points: readonly (number | undefined)[], limits: AlarmLimits): boolean {
  const oldest = points.findIndex((point) => point !== undefined);
  const isBreaching = points.every((point) => point === undefined || breaches(point, limits));
  return isBreaching && points.length - oldest >= limits.datapointsToAlarm;
}
