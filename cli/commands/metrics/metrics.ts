import { askTime } from '../../../operations/aws/pipeline-time.ts';
import { pipelineCommand } from '../../../operations/aws/target.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import { count, display, displayId, numberText } from '../../../operations/messages/display.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import { isSum, type Metrics, readMetrics, type StackAlarm } from '../../../operations/metrics/index.ts';
import { formatTime, parseTime } from '../../../operations/time/time.ts';
import { RUNBOOK } from '../../../services/shared/alarm-guide.ts';
import { columns, jsonLine, print } from '../../output/output.ts';
import type { MetricsOptions } from './command.ts';

/**
 * Prints the numbers of the stack's dashboard, in its order, and the alarms that are on.
 * @throws UsageError for an invalid time; CommandFailure for a stack without dashboard
 */
export async function metrics(options: MetricsOptions): Promise<void> {
  const to = await askTime(options);
  const from = parseTime(options.since, to, '--since');
  if (from >= to) throw new UsageError(`--since must be before now; got ${options.since}`);
  const found = await onStack(options, (on) => readMetrics(on, { from, to }));
  print(options.json ? jsonLine(metricsJson(found)) : metricsText(found, (words) => pipelineCommand(words, options)));
}

const NO_VALUE = '–';

/** A heading for each graph, and a line for each metric; then the alarms. @param commandOf completes the words of a command */
export function metricsText(metrics: Metrics, commandOf: (words: string) => string): string {
  const { dashboard, window, graphs } = metrics;
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
  return (
    display`${dashboard}: ${formatTime(window.from)} to ${formatTime(window.to)}\n` +
    body.join('') +
    alarmsText(metrics, commandOf)
  );
}

/** Those that are on, each with what to do. */
function alarmsText({ alarms, alarmsProblem }: Metrics, commandOf: (words: string) => string): string {
  if (alarmsProblem !== undefined) return display`\nAlarms: ${alarmsProblem}\n`;
  const notOk = alarms.filter(({ state }) => state !== 'OK');
  const lines = notOk.map((alarm) => alarmText(alarm, commandOf));
  return `\nAlarms: ${alarms.length - notOk.length} of ${count(alarms.length, 'alarm')} OK\n${lines.join('')}`;
}

function alarmText(alarm: StackAlarm, commandOf: (words: string) => string): string {
  const { state, since, problem, reason, command, entry } = alarm;
  const begun = since === undefined ? '' : ` since ${formatTime(since)}`;
  const what = state === 'ALARM' ? problem : `${problem}: ${reason}`;
  const todo = command === undefined ? '' : `  → ${commandOf(command)}, and ${RUNBOOK}#${entry}\n`;
  return `  ${state}${begun}  ${displayId(what, MOST_COLUMNS)}\n${todo}`;
}

/** The longest text of an alarm. */
const MOST_COLUMNS = 400;

function text(value: number | null): string {
  return value === null ? NO_VALUE : numberText(value, 1);
}

export function metricsJson({ dashboard, window: { from, to }, graphs, alarms, alarmsProblem }: Metrics): object {
  return {
    dashboard,
    from: formatTime(from),
    to: formatTime(to),
    graphs: graphs.map(({ thresholds: _, metrics, ...graph }) => ({
      ...graph,
      metrics: metrics.map(({ points: _points, ...metric }) => metric),
    })),
    alarms: alarmsProblem === undefined ? alarms.map(alarmJson) : null,
  };
}

function alarmJson({ since, watches: _, ...alarm }: StackAlarm): object {
  return { ...alarm, since: since === undefined ? null : formatTime(since) };
}
