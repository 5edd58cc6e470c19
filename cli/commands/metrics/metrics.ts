import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { type OnStack, onStack, type TargetOptions } from '../../../operations/deployed/stack.ts';
import { listResources } from '../../../operations/deployed/stack-resources.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import { readGraphs } from '../../../operations/metrics/dashboard.ts';
import { readValues } from '../../../operations/metrics/read-values.ts';
import { parseTime, type Window } from '../../../operations/time/time.ts';
import { jsonLine, print } from '../../output/output.ts';
import { metricsJson, metricsText } from './report.ts';

export interface MetricsOptions extends TargetOptions {
  readonly since: string;
  readonly json?: boolean;
}

/** That of the dashboard's lines. */
const PERIOD_MS = 5 * 60_000;

/**
 * Prints the numbers of the stack's dashboard, in its order. What is asked for stands on the dashboard alone: see decision 0019.
 * @throws UsageError for a time that cannot be read; CommandFailure for a stack without a dashboard
 */
export async function metrics(options: MetricsOptions): Promise<void> {
  const to = Date.now();
  const since = parseTime(options.since, to, '--since');
  if (since >= to) throw new UsageError(`--since must be before now; got ${options.since}`);
  // CloudWatch advises a beginning that is one of a period too (GetMetricData).
  const from = Math.floor(since / PERIOD_MS) * PERIOD_MS;
  await onStack(options, (on) => run(on, { from, to }, options));
}

async function run({ clients, stack }: OnStack, window: Window, { json = false }: MetricsOptions): Promise<void> {
  const resources = await listResources(clients.of(CloudFormationClient), stack.name);
  const DashboardName = resources.find(({ type }) => type === 'AWS::CloudWatch::Dashboard')?.physicalId;
  if (DashboardName === undefined) {
    throw new CommandFailure(`the stack ${stack.name} has no dashboard; a newer version of it has one: deploy that`);
  }
  const cloudWatch = clients.of(CloudWatchClient);
  const { DashboardBody = '{}' } = await cloudWatch.send(new GetDashboardCommand({ DashboardName }));
  const graphs = readGraphs(DashboardBody);
  const values = await readValues(
    cloudWatch,
    graphs.flatMap((graph) => graph.metrics),
    window,
  );
  const next = values.values();
  const measured = graphs.map((graph) => ({
    ...graph,
    metrics: graph.metrics.map((metric) => ({ ...metric, ...(next.next().value as (typeof values)[number]) })),
  }));
  const told = json
    ? jsonLine(metricsJson(DashboardName, measured, window))
    : metricsText(DashboardName, measured, window);
  print(told);
}
