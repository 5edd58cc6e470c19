import { AwsError } from '../aws-error.ts';
import type { Clock } from '../clock.ts';
import type { Operation } from '../gateway/json-protocol.ts';
import { type Metric, metricDataQueries, metricStatistics, type PointsWanted } from './cloudwatch-request.ts';
import type { Measurement } from './queue-metrics.ts';

interface CloudWatchProps {
  readonly clock: Clock;
  /** What a metric says now; undefined for one that there is none of. */
  readonly measure: (metric: Metric) => Measurement | undefined;
}

/**
 * The metrics of CloudWatch, read only. No history is kept: a metric has one point, the value of this moment, in the
 * period in which that is. A metric that nobody has published has none, as on AWS.
 */
export class CloudWatch {
  readonly #props: CloudWatchProps;
  readonly #operations: Readonly<Record<string, Operation>> = {
    GetMetricData: (request) => ({
      MetricDataResults: metricDataQueries(request).map(({ id, label, statistic, points }) => {
        const found = this.#points(points);
        return {
          Id: id,
          Label: label,
          Timestamps: found.map(({ at }) => at),
          Values: found.map((point) => statisticOf(point, statistic)),
          StatusCode: 'Complete',
        };
      }),
      Messages: [],
    }),
    GetMetricStatistics: (request) => {
      const { points, statistics } = metricStatistics(request);
      const Datapoints = this.#points(points).map(({ at, ...point }) => ({
        Timestamp: at,
        ...Object.fromEntries(statistics.map((name) => [name, statisticOf(point, name)])),
        Unit: point.unit,
      }));
      return { Label: points.metric.name, Datapoints };
    },
  };

  constructor(props: CloudWatchProps) {
    this.#props = props;
  }

  /** @throws AwsError what CloudWatch would answer */
  handle(operation: string, request: Record<string, unknown>): object | Promise<object> {
    const run = Object.hasOwn(this.#operations, operation) ? this.#operations[operation] : undefined;
    if (run) return run(request);
    throw new AwsError('InvalidAction', `The local engine does not implement cloudwatch:${operation}.`);
  }

  #points({ metric, unit, ...range }: PointsWanted): (Measurement & { at: Date })[] {
    const at = currentPeriod(range, this.#props.clock.now());
    const measurement = at === undefined ? undefined : this.#props.measure(metric);
    if (at === undefined || measurement === undefined) return [];
    return unit === undefined || unit === measurement.unit ? [{ at, ...measurement }] : [];
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

/** Of a single value, all are that value, but for the number of values. */
function statisticOf({ value }: Pick<Measurement, 'value'>, statistic: string): number {
  return statistic === 'SampleCount' ? 1 : value;
}
