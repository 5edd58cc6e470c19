import { checkChoice, checkRange, wholeNumber } from '../cloudformation/template/resource-type.ts';
import { type AlarmLimits, COMPARISONS, type Comparison, type MissingData } from './alarm-state.ts';
import { type Metric, statisticProblem } from './cloudwatch-request.ts';

/** What an alarm compares. */
export interface Watch extends AlarmLimits {
  readonly metric: Metric;
  /** Such as `Sum` or `p99`. */
  readonly statistic: string;
  readonly periodMs: number;
  /** Values of another unit do not count. @default - any */
  readonly unit?: string;
}

/** An alarm of a template. */
export interface AlarmDefinition {
  readonly name: string;
  readonly arn: string;
  /** The properties of its template, with references resolved. */
  readonly properties: Properties;
  /** What it compares; or, for an alarm that the engine cannot evaluate, why. */
  readonly watch: Watch | string;
}

type Properties = Readonly<Record<string, unknown>>;

const MISSING_DATA = ['breaching', 'ignore', 'missing', 'notBreaching'];

const MINUTE_S = 60;
/** The engine keeps metrics for that long. */
const DAY_S = 86_400;

/**
 * What an alarm compares, or why the engine cannot evaluate it.
 * @throws Error for what CloudWatch would refuse. Source: CloudWatch API reference, PutMetricAlarm
 */
export function readWatch(properties: Properties): Watch | string {
  const { EvaluationPeriods, DatapointsToAlarm, TreatMissingData, ComparisonOperator, Metrics } = properties;
  if (EvaluationPeriods === undefined) throw new Error('has no EvaluationPeriods.');
  if (ComparisonOperator === undefined) throw new Error('has no ComparisonOperator.');
  const evaluationPeriods = wholeNumber(EvaluationPeriods, 1);
  checkRange('EvaluationPeriods', evaluationPeriods, 1, Number.MAX_SAFE_INTEGER);
  checkRange('DatapointsToAlarm', DatapointsToAlarm, 1, evaluationPeriods);
  checkChoice('TreatMissingData', TreatMissingData, MISSING_DATA);
  if (Metrics !== undefined) return 'The local engine evaluates no metric math.';
  if (!Object.hasOwn(COMPARISONS, String(ComparisonOperator))) {
    return `The local engine has no anomaly detection, which ${ComparisonOperator} needs.`;
  }
  const threshold = Number(properties.Threshold);
  if (properties.Threshold === undefined || !Number.isFinite(threshold)) throw new Error('has no Threshold.');
  const limits: AlarmLimits = {
    comparison: ComparisonOperator as Comparison,
    threshold,
    evaluationPeriods,
    datapointsToAlarm: wholeNumber(DatapointsToAlarm, evaluationPeriods),
    missingData: missingDataOf(properties),
  };
  return readMetric(properties, limits);
}

function readMetric(properties: Properties, limits: AlarmLimits): Watch | string {
  const { Namespace, MetricName, Dimensions, Period, Statistic, ExtendedStatistic, Unit } = properties;
  if (!Namespace || !MetricName) throw new Error('has neither Metrics, nor a Namespace and a MetricName.');
  if ((Statistic === undefined) === (ExtendedStatistic === undefined)) {
    throw new Error('must have either a Statistic or an ExtendedStatistic.');
  }
  const seconds = wholeNumber(Period, 0);
  const statistic = String(Statistic ?? ExtendedStatistic);
  const problem = statisticProblem(statistic);
  if (problem !== undefined) return problem;
  if (seconds < MINUTE_S || seconds % MINUTE_S !== 0) {
    return `The local engine counts by the minute; the period of this alarm is ${seconds} s.`;
  }
  if (seconds * limits.evaluationPeriods > DAY_S)
    return 'The local engine keeps metrics for a day, and this alarm needs more.';
  if (properties.EvaluateLowSampleCountPercentile === 'ignore') {
    return 'The local engine does not leave out percentiles of few samples, as EvaluateLowSampleCountPercentile says.';
  }
  const dimensions = (Dimensions ?? []) as readonly { readonly Name?: unknown; readonly Value?: unknown }[];
  const metric = {
    namespace: String(Namespace),
    name: String(MetricName),
    dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [String(Name), String(Value)])),
  };
  return { ...limits, metric, statistic, periodMs: seconds * 1000, ...(Unit !== undefined && { unit: String(Unit) }) };
}

/** Alarms on metrics of DynamoDB always ignore missing data. Source: CloudWatch user guide, how alarms treat missing data. */
function missingDataOf({ Namespace, TreatMissingData = 'missing' }: Properties): MissingData {
  return Namespace === 'AWS/DynamoDB' ? 'ignore' : (TreatMissingData as MissingData);
}
