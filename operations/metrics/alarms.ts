import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { readAlarmDescription } from '../../services/shared/alarm-guide.ts';
import { batchesOf } from '../aws/aws-clients.ts';
import { explainAwsError } from '../aws/aws-failure.ts';
import type { OnStack, StackResource } from '../deployed/stack.ts';
import { CommandFailure } from '../messages/errors.ts';
import type { DashboardMetric, Graph } from './dashboard.ts';
import { isSum } from './read-values.ts';

export type AlarmState = 'ALARM' | 'INSUFFICIENT_DATA' | 'OK';

/** An alarm of the stack. */
export interface StackAlarm {
  readonly name: string;
  readonly state: AlarmState;
  /** Since when it has this state: milliseconds since the Unix epoch; undefined if CloudWatch does not say. */
  readonly since?: number;
  /** Why it has this state, in CloudWatch's words. */
  readonly reason: string;
  /** What is wrong when it is on. */
  readonly problem: string;
  /** Words of a command that shows more, such as `dlq list`; undefined for an alarm of an older version. */
  readonly command?: string;
  /** The entry of the runbook, such as `3-a-subscriber-was-broken-for-an-hour`. */
  readonly entry?: string;
  /** Undefined for an alarm on metric math, which the stack does not create. */
  readonly watches?: AlarmWatch;
}

export interface AlarmWatch extends Omit<DashboardMetric, 'label'> {
  /** Such as `greater than`. */
  readonly comparison: string;
  readonly threshold: number;
  /** So many of the last periods must breach the threshold. */
  readonly datapoints: number;
  readonly periods: number;
}

/** The alarms of a stack; or why they cannot be read. */
export interface StackAlarms {
  readonly alarms: readonly StackAlarm[];
  readonly problem?: string;
}

const ALARM = 'AWS::CloudWatch::Alarm';

/** The most names of one call. Source: CloudWatch API reference, DescribeAlarms. */
const MOST_NAMES = 100;

const ORDER: readonly AlarmState[] = ['ALARM', 'INSUFFICIENT_DATA', 'OK'];

/** The alarms among a stack's resources; first those that are on. */
export async function readAlarms(
  { clients, target }: Pick<OnStack, 'clients' | 'target'>,
  resources: readonly StackResource[],
): Promise<StackAlarms> {
  const names = resources.flatMap(({ type, physicalId }) => (type === ALARM ? [physicalId] : []));
  const client = clients.of(CloudWatchClient);
  try {
    const described = await Promise.all(
      [...batchesOf(names, MOST_NAMES)].map((AlarmNames) =>
        client.send(new DescribeAlarmsCommand({ AlarmNames: [...AlarmNames], MaxRecords: MOST_NAMES })),
      ),
    );
    const alarms = described.flatMap(({ MetricAlarms = [] }) => MetricAlarms.map(alarmOf));
    return { alarms: alarms.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state)) };
  } catch (error) {
    const explained = explainAwsError(error, target);
    if (!(explained instanceof CommandFailure)) throw explained;
    return { alarms: [], problem: `the alarms could not be read: ${explained.message}` };
  }
}

function alarmOf(alarm: MetricAlarm): StackAlarm {
  const { AlarmName = '', StateValue = 'INSUFFICIENT_DATA', StateReason = '', AlarmDescription = '' } = alarm;
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  const watches = watchOf(alarm);
  return {
    name: AlarmName,
    state: StateValue,
    ...(since !== undefined && { since: since.getTime() }),
    reason: StateReason,
    ...readAlarmDescription(AlarmDescription || AlarmName),
    ...(watches !== undefined && { watches }),
  };
}

/** Such as `greater than or equal to`, for `GreaterThanOrEqualToThreshold`. */
function comparisonText(operator: string): string {
  return operator
    .replace(/Threshold$/, '')
    .replaceAll(/(?!^)([A-Z])/g, ' $1')
    .toLowerCase();
}

function watchOf(alarm: MetricAlarm): AlarmWatch | undefined {
  const { Namespace, MetricName, Dimensions = [], Period, Threshold, ComparisonOperator = '' } = alarm;
  const { EvaluationPeriods: periods = 1, DatapointsToAlarm: datapoints = periods } = alarm;
  const statistic = alarm.Statistic ?? alarm.ExtendedStatistic;
  if (Namespace === undefined || MetricName === undefined || Period === undefined) return undefined;
  if (statistic === undefined || Threshold === undefined) return undefined;
  return {
    namespace: Namespace,
    name: MetricName,
    dimensions: Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value])),
    statistic,
    periodSeconds: Period,
    comparison: comparisonText(ComparisonOperator),
    threshold: Threshold,
    datapoints,
    periods,
  };
}

/** A value at which an alarm of a graph goes off. */
export interface AlarmThreshold {
  readonly value: number;
  /** Such as `greater than`. */
  readonly comparison: string;
  /** The names of the alarms. */
  readonly alarms: readonly string[];
}

/** At which values of a graph an alarm goes off, the lowest first. */
export function thresholdsOf({ metrics }: Pick<Graph, 'metrics'>, alarms: readonly StackAlarm[]): AlarmThreshold[] {
  const found = new Map<string, AlarmThreshold>();
  for (const { name, watches } of alarms) {
    if (watches === undefined || !metrics.some((metric) => isComparable(metric, watches))) continue;
    const { threshold: value, comparison } = watches;
    const known = found.get(`${value} ${comparison}`)?.alarms ?? [];
    found.set(`${value} ${comparison}`, { value, comparison, alarms: [...known, name] });
  }
  return [...found.values()].sort((a, b) => a.value - b.value);
}

/** Whether a line of a graph and an alarm have the same values: sums of other periods do not. */
function isComparable(metric: DashboardMetric, watches: AlarmWatch): boolean {
  const { namespace, name, dimensions, statistic, periodSeconds } = metric;
  const names = Object.keys(dimensions);
  return (
    namespace === watches.namespace &&
    name === watches.name &&
    statistic === watches.statistic &&
    (!isSum(statistic) || periodSeconds === watches.periodSeconds) &&
    names.length === Object.keys(watches.dimensions).length &&
    names.every((key) => dimensions[key] === watches.dimensions[key])
  );
}
