import { onStack } from '../../../operations/deployed/stack.ts';
import { display, numberText } from '../../../operations/messages/display.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import { isSum, type Metrics, readMetrics } from '../../../operations/metrics/index.ts';
import { formatTime, parseTime } from '../../../operations/time/time.ts';
import { columns, jsonLine, print } from '../../output/output.ts';
import type { MetricsOptions } from './command.ts';

/**
 * Prints the numbers of the stack's dashboard, in its order.
 * @throws UsageError for an invalid time; CommandFailure for a stack without dashboard
 */
export async function metrics(options: MetricsOptions): Promise<void> {
  const to = Date.now();
  const from = parseTime(options.since, to, '--since');
  if (from >= to) throw new UsageError(`--since must be before now; got ${options.since}`);
  const found = await onStack(options, (on) => readMetrics(on, { from, to }));
  print(options.json ? jsonLine(metricsJson(found)) : metricsText(found));
}

const NO_VALUE = '–';

/** A heading for each graph, and a line for each metric. */
export function metricsText({ dashboard, window, graphs }: Metrics): string {
  const blocks = graphs.map(({ title, unit, metrics: measured, limits }) => {
    const rows = measured.map(({ label, statistic, whole, latest }) => [
      `  ${label}`,
      text(whole),
      isSum(statistic) ? 'in all' : 'at most',
      `latest ${text(latest)}`,
    ]);
    const limitRows = limits.map(({ label, value }) => [`  ${label}`, text(value), 'allowed', '']);
    return { heading: display`\n${title}${unit === '' ? '' : `, ${unit}`}\n`, rows: [...rows, ...limitRows] };
  });
  // All blocks share their columns, so that numbers stand below each other.
  const lines = columns(blocks.flatMap(({ rows }) => rows)).split('\n');
  const body = blocks.map(({ heading, rows }) => {
    const shown = lines.splice(0, rows.length).map((line) => `${line}\n`);
    return heading + shown.join('');
  });
  return display`${dashboard}: ${formatTime(window.from)} to ${formatTime(window.to)}\n` + body.join('');
}

function text(value: number | null): string {
  return value === null ? NO_VALUE : numberText(value, 1);
}

export function metricsJson({ dashboard, window: { from, to }, graphs }: Metrics): object {
  return { dashboard, from: formatTime(from), to: formatTime(to), graphs };
}
