import { display, numberText } from '../../../operations/messages/display.ts';
import type { DashboardMetric, Graph } from '../../../operations/metrics/dashboard.ts';
import { isSum, type Values } from '../../../operations/metrics/read-values.ts';
import { formatTime, type Window } from '../../../operations/time/time.ts';
import { columns } from '../../output/output.ts';

/** A graph with what its metrics were. */
export interface MeasuredGraph extends Omit<Graph, 'metrics'> {
  readonly metrics: readonly (DashboardMetric & Values)[];
}

/** What has no value: nothing of it was heard. */
const UNHEARD = '–';

/** The graphs for people: a heading for each, a line for each metric. */
export function metricsText(dashboard: string, graphs: readonly MeasuredGraph[], window: Window): string {
  const blocks = graphs.map(({ title, unit, metrics, limits }) => {
    const rows = metrics.map(({ label, statistic, whole, latest }) => [
      `  ${label}`,
      text(whole),
      isSum(statistic) ? 'in all' : 'at most',
      `latest ${text(latest)}`,
    ]);
    const limitRows = limits.map(({ label, value }) => [`  ${label}`, text(value), 'allowed', '']);
    return { heading: display`\n${title}${unit === '' ? '' : `, ${unit}`}\n`, rows: [...rows, ...limitRows] };
  });
  // One set of columns, so that numbers stand below each other.
  const lines = columns(blocks.flatMap(({ rows }) => rows)).split('\n');
  let next = 0;
  const body = blocks.map(({ heading, rows }) => {
    const shown = lines.slice(next, next + rows.length);
    next += rows.length;
    return heading + shown.map((line) => `${line}\n`).join('');
  });
  return display`${dashboard}: ${formatTime(window.from)} to ${formatTime(window.to)}\n` + body.join('');
}

function text(value: number | null): string {
  return value === null ? UNHEARD : numberText(value, 1);
}

/** The same for machines. */
export function metricsJson(dashboard: string, graphs: readonly MeasuredGraph[], { from, to }: Window): object {
  return { dashboard, from: formatTime(from), to: formatTime(to), graphs };
}
