import { AwsError } from '../core/aws-error.ts';

/** A metric, identified by namespace, name and dimensions. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  /** Values by name. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Which points of a metric are wanted. */
export interface PointsWanted {
  readonly metric: Metric;
  /** Unix epoch milliseconds; the end is no part of it. */
  readonly start: number;
  readonly end: number;
  readonly periodMs: number;
  /** Points of another unit are not given. @default - any */
  readonly unit?: string;
}

/** One query of GetMetricData. */
interface MetricDataQuery {
  readonly id: string;
  readonly label: string;
  /** Such as `Average`. */
  readonly statistic: string;
  readonly points: PointsWanted;
}

type Members = Readonly<Record<string, unknown>>;

const STATISTICS = ['Average', 'Maximum', 'Minimum', 'SampleCount', 'Sum'];
const PERCENTILE = /^p\d{1,2}(\.\d{1,10})?$|^p100$/;
const QUERY_ID = /^[a-z][a-zA-Z0-9_]*$/;
const MOST_QUERIES = 500;
/** Periods below a minute, in seconds; others are whole minutes. Source: CloudWatch API reference, MetricStat. */
const SHORT_PERIODS = [1, 5, 10, 20, 30];

const refuse = (message: string) => new AwsError('ValidationError', message);

/**
 * What GetMetricData asks for, without the queries whose data is not to be returned. Source: CloudWatch API reference.
 * @throws AwsError for what CloudWatch would refuse, and for expressions, which the engine does not evaluate
 */
export function metricDataQueries(request: Members): MetricDataQuery[] {
  const queries = (request.MetricDataQueries ?? []) as readonly Members[];
  if (queries.length === 0) throw refuse('The parameter MetricDataQueries is required.');
  if (queries.length > MOST_QUERIES)
    throw refuse(`The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`);
  const range = timeRange(request, 'ValidationError');
  const ids = new Set<string>();
  const read = queries.map((query, index) => {
    const id = String(query.Id ?? '');
    if (!QUERY_ID.test(id))
      throw refuse(`MetricDataQueries.member.${index + 1}.Id must match ${QUERY_ID.source}: ${id}`);
    if (ids.has(id)) throw refuse(`The values for parameter id in MetricDataQueries are not unique: ${id}`);
    ids.add(id);
    if (query.MetricStat === undefined)
      throw refuse(`The local engine evaluates no expressions: query ${id} needs a MetricStat.`);
    const { Metric = {}, Period, Stat, Unit } = query.MetricStat as Members;
    const metric = metricOf(Metric as Members);
    const statistic = String(Stat);
    const problem = statisticProblem(statistic);
    if (problem !== undefined) throw refuse(problem);
    const points = { metric, ...range, periodMs: periodOf(Period, 'ValidationError'), ...unitOf(Unit) };
    return { id, label: String(query.Label ?? metric.name), statistic, points };
  });
  const isReturned = (index: number) => String(queries[index]?.ReturnData ?? true) !== 'false';
  return read.filter((_, index) => isReturned(index));
}

/**
 * What GetMetricStatistics asks for. Source: CloudWatch API reference.
 * @throws AwsError for what CloudWatch would refuse, and for percentiles
 */
export function metricStatistics(request: Members): { points: PointsWanted; statistics: readonly string[] } {
  const statistics = (request.Statistics ?? []) as readonly string[];
  const unknown = [...statistics, ...((request.ExtendedStatistics ?? []) as string[])].find(
    (name) => !STATISTICS.includes(name),
  );
  if (unknown !== undefined) {
    const known = STATISTICS.join(', ');
    throw new AwsError(
      'InvalidParameterValueException',
      `The local engine has no statistic ${unknown} here, only ${known}.`,
    );
  }
  if (statistics.length === 0) {
    const message = 'At least one of the parameters Statistics and ExtendedStatistics must be specified.';
    throw new AwsError('InvalidParameterCombinationException', message);
  }
  const range = timeRange(request, 'InvalidParameterCombinationException');
  const periodMs = periodOf(request.Period, 'InvalidParameterValueException');
  return { statistics, points: { metric: metricOf(request), ...range, periodMs, ...unitOf(request.Unit) } };
}

/** Why the engine does not have a statistic of GetMetricData or an alarm; undefined for one that it has. */
export function statisticProblem(statistic: string): string | undefined {
  if (STATISTICS.includes(statistic) || PERCENTILE.test(statistic)) return undefined;
  return `The local engine knows the statistics ${STATISTICS.join(', ')} and percentiles, not ${statistic}.`;
}

function metricOf({ Namespace, MetricName, Dimensions }: Members): Metric {
  for (const [name, value] of Object.entries({ Namespace, MetricName })) {
    if (!value) throw new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`);
  }
  const dimensions = (Dimensions ?? []) as readonly { Name?: unknown; Value?: unknown }[];
  return {
    namespace: String(Namespace),
    name: String(MetricName),
    dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [String(Name), String(Value)])),
  };
}

function timeRange({ StartTime, EndTime }: Members, wrongOrder: string): { start: number; end: number } {
  const start = timeOf(StartTime, 'StartTime');
  const end = timeOf(EndTime, 'EndTime');
  if (start >= end) {
    throw new AwsError(wrongOrder, 'The parameter StartTime must be less than the parameter EndTime.');
  }
  return { start, end };
}

/** JSON has seconds since the Unix epoch, the query protocol ISO 8601, and CBOR a date. */
function timeOf(value: unknown, name: string): number {
  if (value === undefined)
    throw new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`);
  const ms = typeof value === 'number' ? value * 1000 : new Date(value as string | Date).getTime();
  if (Number.isFinite(ms)) return ms;
  throw new AwsError('InvalidParameterValueException', `The parameter ${name} is no time: ${value}`);
}

function periodOf(value: unknown, code: string): number {
  const seconds = Number(value);
  const isValid = SHORT_PERIODS.includes(seconds) || (seconds >= 60 && seconds % 60 === 0);
  if (isValid) return seconds * 1000;
  throw new AwsError(code, `The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60, not ${value}.`);
}

function unitOf(unit: unknown): { unit?: string } {
  return unit === undefined ? {} : { unit: String(unit) };
}
