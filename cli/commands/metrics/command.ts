import type { Command } from '@commander-js/extra-typings';
import { TIME_FORMS } from '../../../operations/time/time.ts';
import { type OptionsOf, withTarget } from '../../options.ts';

const JSON_HELP =
  'print one JSON object: dashboard, from, to, graphs, a list of title, unit, limits and metrics, each with label, ' +
  'namespace, name, dimensions, statistic, periodSeconds, whole, latest, latestAt; null is no value; and alarms, a list of ' +
  'name, state (ALARM, INSUFFICIENT_DATA, OK), since, reason, problem, command, entry, or null if they may not be read';

const NOTES = `
Times are ${TIME_FORMS}.

It reads the metrics of the stack's dashboard in CloudWatch, in the same order. Counts are sums; of ages, depths and
percentiles it shows the highest value of all periods of five minutes, as the dashboard draws them. A dash means that
there is no value in that time. CloudWatch is some minutes behind, and keeps such periods for 63 days. On the local
engine, age and depth of queues are known since it started. The alarms are those of now; for each that is on, it names
the command that shows more, and the entry of the runbook.`;

const define = (program: Command) =>
  withTarget(
    program
      .command('metrics')
      .description(
        "the dashboard's numbers: registrations, failures, throughput, ages, dead letters, service level, alarms",
      )
      .option('--since <time>', 'from this time on', '1h')
      .option('--json', JSON_HELP),
  ).addHelpText('after', NOTES);

export type MetricsOptions = OptionsOf<typeof define>;

export function add(program: Command): void {
  define(program).action(async (options) => (await import('./metrics.ts')).metrics(options));
}
