import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { listResources, type OnStack, type StackResource } from '../deployed/stack.ts';
import { CommandFailure } from '../messages/errors.ts';
import type { Window } from '../time/time.ts';
import { type AlarmThreshold, readAlarms, type StackAlarm, thresholdsOf } from './alarms.ts';
import { type DashboardMetric, type Graph, readGraphs } from './dashboard.ts';
import { type MetricValues, NO_VALUES, readValues } from './read-values.ts';
import { type ServiceLevel, serviceLevelOf } from './service-level.ts';

/** A graph of the dashboard, with the values of its metrics. */
export interface MeasuredGraph extends Omit<Graph, 'metrics'> {
  readonly metrics: readonly (DashboardMetric & MetricValues)[];
  /** At which of its values an alarm goes off. */
  readonly thresholds: readonly AlarmThreshold[];
}

export interface Metrics {
  /** Name of the dashboard. */
  readonly dashboard: string;
  /** From the start of a period. */
  readonly window: Window;
  /** In the order of the dashboard. */
  readonly graphs: readonly MeasuredGraph[];
  /** Those of the stack; first those that are on. */
  readonly alarms: readonly StackAlarm[];
  /** Why the alarms are not known, if so. */
  readonly alarmsProblem?: string;
  /** Undefined for a dashboard without it. */
  readonly serviceLevel?: ServiceLevel;
}

/** Of the dashboard's metrics. */
const PERIOD_MS = 5 * 60_000;

/** What changes only with a deployment: the resources of the stack, and the graphs of its dashboard. */
export interface Dashboard {
  readonly name: string;
  readonly graphs: readonly Graph[];
  readonly resources: readonly StackResource[];
}

/** @throws CommandFailure for a stack without dashboard, or an edited one */
export async function readDashboard({ clients, stack }: Pick<OnStack, 'clients' | 'stack'>): Promise<Dashboard> {
  const resources = await listResources(clients.of(CloudFormationClient), stack.name);
  const name = resources.find(({ type }) => type === 'AWS::CloudWatch::Dashboard')?.physicalId;
  if (name === undefined) {
    throw new CommandFailure(`the stack ${stack.name} has no dashboard; deploy a newer version, which has one`);
  }
  const asked = new GetDashboardCommand({ DashboardName: name });
  const { DashboardBody = '{}' } = await clients.of(CloudWatchClient).send(asked);
  return { name, graphs: readGraphs(DashboardBody), resources };
}

/**
 * The numbers of a stack's dashboard in a window, and its alarms now.
 * @param dashboard if it was read before
 * @throws CommandFailure for a stack without dashboard, or an edited one
 */
export async function readMetrics(
  on: Pick<OnStack, 'clients' | 'stack' | 'target'>,
  { from, to }: Window,
  dashboard?: Dashboard,
): Promise<Metrics> {
  const { name, graphs, resources } = dashboard ?? (await readDashboard(on));
  // CloudWatch advises to begin with a period (API reference, GetMetricData).
  const window = { from: Math.floor(from / PERIOD_MS) * PERIOD_MS, to };
  const metrics = graphs.flatMap((graph) => graph.metrics);
  const [values, { alarms, problem }] = await Promise.all([
    readValues(on.clients.of(CloudWatchClient), metrics, window),
    readAlarms(on, resources),
  ]);
  const measured = graphs.map((graph) => ({
    ...graph,
    metrics: graph.metrics.map((metric) => ({ ...metric, ...(values.get(metric) ?? NO_VALUES) })),
    thresholds: thresholdsOf(graph, alarms),
  }));
  const serviceLevel = serviceLevelOf(measured);
  return {
    dashboard: name,
    window,
    graphs: measured,
    alarms,
    ...(problem !== undefined && { alarmsProblem: problem }),
    ...(serviceLevel !== undefined && { serviceLevel }),
  };
}
