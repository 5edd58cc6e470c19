import { REGISTRATION_TO_URI } from '../../services/shared/metric-names.ts';
import { count, numberText } from '../messages/display.ts';
import { formatDuration } from '../time/time.ts';
import type { DashboardMetric, Graph } from './dashboard.ts';
import type { MetricValues } from './read-values.ts';

/** How long users waited for their URI, and how long they should at most. */
export interface ServiceLevel {
  /** The longest allowed wait of 99 of 100 users, in milliseconds. */
  readonly target: number;
  /** The highest 99th percentile of the periods, in milliseconds; null without registrations. */
  readonly highest: number | null;
  readonly latest: number | null;
  /** Periods with registrations, and those of them in which the wait was too long. */
  readonly periods: number;
  readonly missed: number;
  /** In a sentence. */
  readonly text: string;
}

interface Measured extends Pick<Graph, 'limits'> {
  readonly metrics: readonly (DashboardMetric & MetricValues)[];
}

/** The service level, by the dashboard's graph of it; undefined for a dashboard without. */
export function serviceLevelOf(graphs: readonly Measured[]): ServiceLevel | undefined {
  for (const { metrics, limits } of graphs) {
    const metric = metrics.find(({ name, statistic }) => name === REGISTRATION_TO_URI && statistic === 'p99');
    const target = limits[0]?.value;
    if (metric === undefined || target === undefined) continue;
    const { whole: highest, latest, points } = metric;
    const missed = points.filter(([, value]) => value > target).length;
    const numbers = { target, highest, latest, periods: points.length, missed };
    return { ...numbers, text: textOf(numbers, metric.periodSeconds) };
  }
  return undefined;
}

function textOf({ target, periods, missed }: Omit<ServiceLevel, 'text'>, periodSeconds: number): string {
  const promise = `99 of 100 users have their URI within ${target / 1000} s`;
  if (periods === 0) return `${promise}: there was no registration in this time.`;
  const each = `${count(periods, 'period')} of ${formatDuration(periodSeconds * 1000)} with registrations`;
  return `${promise}: kept in ${numberText(periods - missed)} of ${each}.`;
}
