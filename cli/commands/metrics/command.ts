import type { Command } from '@commander-js/extra-typings';
import { TIME_FORMS } from '../../../operations/time/time.ts';
import { withTarget } from '../../options.ts';
import type { MetricsOptions } from './metrics.ts';

const JSON_HELP =
  'print one JSON object: dashboard, from, to, graphs, a list of title, unit, limits and metrics, each with label, ' +
  'namespace, name, dimensions, statistic, periodSeconds, whole, latest, latestAt; null is not heard of';

const NOTES = `
Times are ${TIME_FORMS}.

What it asks for stands on the stack's dashboard in CloudWatch, and comes in the same order. What is counted is told in all;
of an age, a depth or a percentile the highest of its periods of five minutes, as the dashboard draws it. A dash is a metric
of which nothing was heard in that time. CloudWatch is some minutes behind, and keeps such periods for 63 days. On the local engine the age and depth of
queues are those of this moment.`;

export function add(program: Command): void {
  const command = program
    .command('metrics')
    .description('the numbers of the dashboard: registrations, failures, throughput, ages, dead letters, service level')
    .option('--since <time>', 'from this time on', '1h')
    .option('--json', JSON_HELP)
    .addHelpText('after', NOTES);
  withTarget(command).action(async (options: MetricsOptions) => (await import('./metrics.ts')).metrics(options));
}
