import type { Creation, ResourceType } from '../cloudformation/template/resource-type.ts';
import { type Account, arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Operation } from '../protocols/json-protocol.ts';
import { operationNamed } from '../protocols/operations.ts';
import type { Queue, Queues } from '../sqs/index.ts';
import type { Alarms } from './alarms.ts';
import { type Metric, metricDataQueries, metricStatistics, type PointsWanted } from './cloudwatch-request.ts';
import {
  addValue,
  distributionOf,
  type MetricHistory,
  type MetricPoint,
  type Sample,
  statisticOf,
} from './metric-history.ts';

interface CloudWatchProps {
  readonly account: Account;
  readonly clock: Clock;
  /** The current value of a metric without history; undefined for any other. */
  readonly measure: (metric: Metric) => Measurement | undefined;
  readonly history: Pick<MetricHistory, 'points'>;
  /** Bodies of dashboards, by name. */
  readonly dashboards: ReadonlyMap<string, string>;
  readonly alarms: Pick<Alarms, 'describe'>;
}

/**
 * The metrics, dashboards and alarms of CloudWatch, read only. Those of queues have the value of this moment, in the period in
 * which that is, beside one for each minute before. A metric that was never published has no point, as on AWS.
 */
export class CloudWatch {
  readonly #props: CloudWatchProps;
  readonly #operations: Readonly<Record<string, Operation>> = {
    GetMetricData: (request) => ({
      MetricDataResults: metricDataQueries(request).map(({ id, label, statistic, points }) => {
        const found = this.#points(points);
        // Source: CloudWatch API reference, GetMetricData: the newest come first.
        if (request.ScanBy !== 'TimestampAscending') found.reverse();
        return {
          Id: id,
          Label: label,
          Timestamps: found.map(({ at }) => at),
          Values: found.map(({ values }) => statisticOf(values, statistic)),
          StatusCode: 'Complete',
        };
      }),
      Messages: [],
    }),
    GetMetricStatistics: (request) => {
      const { points, statistics } = metricStatistics(request);
      const Datapoints = this.#points(points).map(({ at, values, unit }) => ({
        Timestamp: at,
        ...Object.fromEntries(statistics.map((name) => [name, statisticOf(values, name)])),
        Unit: unit,
      }));
      return { Label: points.metric.name, Datapoints };
    },
    DescribeAlarms: (request) => this.#props.alarms.describe(request),
    GetDashboard: ({ DashboardName }) => {
      const { account, dashboards } = this.#props;
      const DashboardBody = dashboards.get(String(DashboardName));
      if (DashboardBody === undefined) {
        throw new AwsError('DashboardNotFoundError', `Dashboard ${DashboardName} does not exist`, 404);
      }
      // A dashboard belongs to no Region. Source: service authorization reference, Amazon CloudWatch.
      const DashboardArn = `arn:${account.partition}:cloudwatch::${account.id}:dashboard/${DashboardName}`;
      return { DashboardArn, DashboardBody, DashboardName };
    },
  };

  constructor(props: CloudWatchProps) {
    this.#props = props;
  }

  /** @throws AwsError what CloudWatch would answer */
  handle(operation: string, request: Record<string, unknown>): object | Promise<object> {
    return operationNamed(this.#operations, 'cloudwatch', operation, 'InvalidAction')(request);
  }

  /** Oldest first. */
  #points(wanted: PointsWanted): MetricPoint[] {
    const { clock, history, measure } = this.#props;
    const measurement = measure(wanted.metric);
    const points = history.points(wanted);
    if (measurement === undefined) return points;
    const at = currentPeriod(wanted, clock.now());
    const isWanted = wanted.unit === undefined || wanted.unit === measurement.unit;
    if (at === undefined || !isWanted) return points;
    const { value, unit } = measurement;
    const last = points.at(-1);
    if (last?.at.getTime() === at.getTime()) addValue(last.values, value);
    else points.push({ at, values: distributionOf(value), unit });
    return points;
  }
}

/**
 * The beginning of the period that the value of now belongs to, if it is asked for. A range that ended a moment ago, by
 * the clock of a client, still has it.
 */
function currentPeriod({ start, end, periodMs }: Omit<PointsWanted, 'metric'>, now: number): Date | undefined {
  const begin = (time: number) => Math.floor(time / periodMs) * periodMs;
  const last = begin(Math.min(now, end - 1));
  return last >= begin(start) && last >= begin(now - periodMs) ? new Date(last) : undefined;
}

interface CloudWatchServices {
  /** Bodies of dashboards, by name. */
  readonly dashboards: Map<string, string>;
}

export const cloudWatchDashboard: ResourceType<CloudWatchServices> = {
  type: 'AWS::CloudWatch::Dashboard',
  nameProperty: 'DashboardName',
  nameLimit: 255,
  shape: { DashboardName: 'used', DashboardBody: 'used' },
  identify: ({ physicalName }) => ({ ref: physicalName, attributes: {} }),
  create: putDashboard,
  update: putDashboard,
  remove: ({ physicalName, services }) => void services.dashboards.delete(physicalName),
};

/** CloudWatch refuses a body that is not JSON. Source: CloudWatch API reference, PutDashboard. */
function putDashboard({ physicalName, properties, services }: Creation<CloudWatchServices>): void {
  const body = String(properties.DashboardBody);
  try {
    JSON.parse(body);
  } catch (error) {
    throw new Error(`has a body that is not JSON: ${(error as Error).message}`);
  }
  services.dashboards.set(physicalName, body);
}

/** The current value of a metric. */
export interface Measurement {
  readonly value: number;
  readonly unit: 'Count' | 'Seconds';
}

type Measure = (queue: Queue, now: number) => Measurement;

/** Metrics of the namespace AWS/SQS. Source: SQS developer guide, available CloudWatch metrics for Amazon SQS. */
const METRICS: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ['ApproximateAgeOfOldestMessage', (queue, now) => ({ value: ageOfOldest(queue, now), unit: 'Seconds' })],
  ['ApproximateNumberOfMessagesDelayed', ({ delayed }) => ({ value: delayed, unit: 'Count' })],
  ['ApproximateNumberOfMessagesNotVisible', ({ inFlight }) => ({ value: inFlight, unit: 'Count' })],
  ['ApproximateNumberOfMessagesVisible', ({ visible }) => ({ value: visible, unit: 'Count' })],
]);

/**
 * The current metrics of this account's queues.
 * @param now in Unix epoch milliseconds
 * @returns undefined for an unknown metric
 */
export function measureQueues(
  { queues, account }: { queues: Queues; account: Account },
  { namespace, name, dimensions }: Metric,
  now: number,
): Measurement | undefined {
  const { QueueName, ...others } = dimensions;
  if (namespace !== 'AWS/SQS' || QueueName === undefined || Object.keys(others).length > 0) return undefined;
  const queue = queues.find(arnOf(account, 'sqs', QueueName));
  return queue && METRICS.get(name)?.(queue, now);
}

/**
 * The current metrics of all queues.
 * @param at the time of the samples, in Unix epoch milliseconds
 * @param now the same
 */
export function* sampleQueues(queues: Queues, at: number, now: number): Generator<Sample> {
  for (const queue of queues.all()) {
    for (const [name, measure] of METRICS) {
      const metric = { namespace: 'AWS/SQS', name, dimensions: { QueueName: queue.name } };
      yield { metric, at, ...measure(queue, now) };
    }
  }
}

/** Receives after which a message no longer counts for the age of its queue's oldest. Source: as above. */
const POISONOUS_RECEIVES = 3;

/** In seconds. A dead letter's age counts from its move to the queue; earlier receives do not make it poisonous. */
function ageOfOldest(queue: Queue, now: number): number {
  let oldest = now;
  for (const { origin, receives, sentAt } of queue.arrived()) {
    if (origin !== undefined) oldest = Math.min(oldest, origin.movedAt);
    else if (receives <= POISONOUS_RECEIVES) oldest = Math.min(oldest, sentAt);
  }
  return Math.floor((now - oldest) / 1000);
}
