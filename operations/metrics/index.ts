/** Metrics: the numbers of the stack's dashboard. What is read is defined on the dashboard alone: see decision 0019. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { listResources, type OnStack } from '../deployed/stack.ts';
import { CommandFailure } from '../messages/errors.ts';
import type { Window } from '../time/time.ts';
import { type DashboardMetric, type Graph, readGraphs } from './dashboard.ts';
import { type MetricValues, NO_VALUES, readValues } from './read-values.ts';

export { isSum, type Point, readPoints, type WantedMetric } from './read-values.ts';

/** A graph of the dashboard, with the values of its metrics. */
export interface MeasuredGraph extends Omit<Graph, 'metrics'> {
  readonly metrics: readonly (DashboardMetric & MetricValues)[];
}

export interface Metrics {
  /** Name of the dashboard. */
  readonly dashboard: string;
  /** From the start of a period. */
  readonly window: Window;
  /** In the order of the dashboard. */
  readonly graphs: readonly MeasuredGraph[];
}

/** Of the dashboard's metrics. */
const PERIOD_MS = 5 * 60_000;

/** @throws CommandFailure for a stack without dashboard, or an edited one */
export async function readMetrics(
  { clients, stack }: Pick<OnStack, 'clients' | 'stack'>,
  { from, to }: Window,
): Promise<Metrics> {
  const resources = await listResources(clients.of(CloudFormationClient), stack.name);
  const dashboard = resources.find(({ type }) => type === 'AWS::CloudWatch::Dashboard')?.physicalId;
  if (dashboard === undefined) {
    throw new CommandFailure(`the stack ${stack.name} has no dashboard; deploy a newer version, which has one`);
  }
  const cloudWatch = clients.of(CloudWatchClient);
  const { DashboardBody = '{}' } = await cloudWatch.send(new GetDashboardCommand({ DashboardName: dashboard }));
  const graphs = readGraphs(DashboardBody);
  // CloudWatch advises to begin with a period (API reference, GetMetricData).
  const window = { from: Math.floor(from / PERIOD_MS) * PERIOD_MS, to };
  const values = await readValues(
    cloudWatch,
    graphs.flatMap(({ metrics }) => metrics),
    window,
  );
  const measured = graphs.map((graph) => ({
    ...graph,
    metrics: graph.metrics.map((metric) => ({ ...metric, ...(values.get(metric) ?? NO_VALUES) })),
  }));
  return { dashboard, window, graphs: measured };
}
