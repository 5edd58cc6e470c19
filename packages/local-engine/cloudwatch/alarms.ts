import { AwsError } from '../core/aws-error.ts';
import type { Clock, Timer } from '../core/clock.ts';
import { pageByName } from '../protocols/operations.ts';
import type { AlarmDefinition, Watch } from './alarm-definition.ts';
import { type AlarmState, COMPARISONS, evaluationRange, type Judgement, judge } from './alarm-state.ts';
import type { Metric } from './cloudwatch-request.ts';
import { type MetricHistory, type Sample, statisticOf } from './metric-history.ts';

interface AlarmsProps {
  readonly clock: Clock;
  readonly history: Pick<MetricHistory, 'add' | 'remove' | 'window'>;
  /**
   * What metrics without history of their own are now: they get one by being measured every minute.
   * @param at the time of the samples, in Unix epoch milliseconds
   */
  readonly measureAll: (at: number) => Iterable<Sample>;
  /** The value of such a metric now; undefined for any other. */
  readonly measure: (metric: Metric) => { readonly value: number } | undefined;
}

interface Alarm extends AlarmDefinition {
  /** Unix epoch milliseconds. */
  readonly configuredAt: number;
  state: AlarmState;
  reason: string;
  /** Since when it has this state. Unix epoch milliseconds. */
  since: number;
}

const MINUTE_MS = 60_000;
const MOST_RECORDS = 100;

type Members = Readonly<Record<string, unknown>>;

/**
 * The metric alarms of templates. Each is evaluated every minute, over the whole minutes before, as CloudWatch does; and when it is
 * asked for, with the values of now for queues. Nobody is notified.
 */
export class Alarms {
  readonly #props: AlarmsProps;
  readonly #alarms = new Map<string, Alarm>();
  #timer: Timer | undefined;
  /** What was measured last. */
  #measured = new Map<string, Metric>();

  constructor(props: AlarmsProps) {
    this.#props = props;
  }

  /** Begins to measure and to evaluate at the end of every minute. */
  start(): void {
    const { clock, measureAll } = this.#props;
    const end = minuteOf(clock.now()) + MINUTE_MS;
    this.#timer = clock.after(end - clock.now(), () => {
      // A timer may be a little early or late, and a skipped clock much later.
      const ended = Math.max(end, minuteOf(clock.now()));
      this.start();
      this.#measure([...measureAll(ended - 1)]);
      this.#evaluateAll();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Adds an alarm, or changes it: it keeps its state until it is evaluated. Source: CloudWatch API reference, PutMetricAlarm. */
  put(definition: AlarmDefinition): void {
    const now = this.#props.clock.now();
    const created = { state: 'INSUFFICIENT_DATA' as const, reason: 'Unchecked: Initial alarm creation', since: now };
    const { state, reason, since } = this.#alarms.get(definition.name) ?? created;
    this.#alarms.set(definition.name, { ...definition, configuredAt: now, state, reason, since });
  }

  remove(name: string): void {
    this.#alarms.delete(name);
  }

  /** Source: CloudWatch API reference, DescribeAlarms. @throws AwsError for what the engine does not have */
  describe(request: Members): object {
    const { AlarmNames, AlarmNamePrefix, StateValue, ActionPrefix, MaxRecords, NextToken, AlarmTypes } = request;
    const { ChildrenOfAlarmName, ParentsOfAlarmName } = request;
    if (ChildrenOfAlarmName !== undefined || ParentsOfAlarmName !== undefined) {
      throw new AwsError(
        'ValidationError',
        'The local engine has no composite alarms, so none has children or parents.',
      );
    }
    if (AlarmNames !== undefined && AlarmNamePrefix !== undefined) {
      throw new AwsError('ValidationError', 'AlarmNamePrefix and AlarmNames are mutually exclusive');
    }
    const limit = Number(MaxRecords ?? MOST_RECORDS);
    if (limit < 1 || limit > MOST_RECORDS) {
      throw new AwsError('ValidationError', `MaxRecords must be from 1 to ${MOST_RECORDS}, not ${limit}`);
    }
    this.#evaluateAll();
    const wanted = [...this.#alarms.values()].filter(
      ({ name, state, properties }) =>
        ((AlarmNames as string[] | undefined)?.includes(name) ?? name.startsWith(String(AlarmNamePrefix ?? ''))) &&
        (StateValue === undefined || state === StateValue) &&
        (ActionPrefix === undefined || actionsOf(properties).some((arn) => arn.startsWith(String(ActionPrefix)))),
    );
    // Without types, metric alarms alone are given.
    const isAsked = AlarmTypes === undefined || (AlarmTypes as string[]).includes('MetricAlarm');
    const { page, token } = pageByName(isAsked ? wanted : [], ({ name }) => name, {
      token: NextToken === undefined ? undefined : String(NextToken),
      limit,
      invalid: () => new AwsError('InvalidNextToken', 'The next token specified is invalid.'),
    });
    return { MetricAlarms: page.map(described), CompositeAlarms: [], ...(token !== undefined && { NextToken: token }) };
  }

  /** Adds samples to the history. What was measured before and is gone is forgotten, so that memory does not grow. */
  #measure(samples: readonly Sample[]): void {
    const { history } = this.#props;
    const before = this.#measured;
    this.#measured = new Map(samples.map(({ metric }) => [JSON.stringify(metric), metric]));
    for (const [key, metric] of before) if (!this.#measured.has(key)) history.remove(metric);
    for (const sample of samples) history.add(sample);
  }

  #evaluateAll(): void {
    for (const alarm of this.#alarms.values()) this.#evaluate(alarm);
  }

  #evaluate(alarm: Alarm): void {
    const now = this.#props.clock.now();
    const { watch } = alarm;
    if (typeof watch === 'string') {
      alarm.reason = watch;
      return;
    }
    const judgement = judge(this.#points(watch, now), watch, alarm.state);
    const { state } = judgement;
    if (state === alarm.state) return;
    Object.assign(alarm, { state, since: now, reason: reasonOf(judgement, watch) });
  }

  /** The data points of the whole minutes before now, the oldest first. A queue's newest one has its value of now as well. */
  #points(watch: Watch, now: number): (number | undefined)[] {
    const { history, measure } = this.#props;
    const { metric, statistic, periodMs, unit } = watch;
    const end = minuteOf(now);
    const range = evaluationRange(watch);
    return Array.from({ length: range }, (_, index) => {
      const isNewest = index === range - 1;
      const start = end - (range - index) * periodMs;
      const current = isNewest ? measure(metric)?.value : undefined;
      const values = history.window(
        metric,
        { start, end: start + periodMs, ...(unit !== undefined && { unit }) },
        current,
      );
      return values && statisticOf(values, statistic);
    });
  }
}

/** The beginning of a minute. */
function minuteOf(time: number): number {
  return Math.floor(time / MINUTE_MS) * MINUTE_MS;
}

function actionsOf({ AlarmActions, OKActions, InsufficientDataActions }: Members): string[] {
  return [AlarmActions, OKActions, InsufficientDataActions].flatMap((actions) => (actions ?? []) as string[]);
}

/** Why an alarm has its state, in the form in which CloudWatch says it. */
function reasonOf({ state, compared, filled }: Judgement, watch: Watch): string {
  const { evaluationPeriods, datapointsToAlarm, missingData, threshold, comparison } = watch;
  const periods = `${evaluationPeriods} period${evaluationPeriods === 1 ? '' : 's'}`;
  if (compared.length === 0) {
    const treated = { breaching: 'Breaching', notBreaching: 'NonBreaching', ignore: 'Ignore', missing: 'Missing' };
    if (state === 'INSUFFICIENT_DATA') return `Insufficient Data: ${filled} datapoints were unknown.`;
    const points = `${filled} missing datapoint${filled === 1 ? ' was' : 's were'}`;
    return `Threshold Crossed: no datapoints were received for ${periods} and ${points} treated as [${treated[missingData]}].`;
  }
  const is = `${state === 'ALARM' ? '' : 'not '}${COMPARISONS[comparison].words}`;
  const number = compared.length === 1 ? 'datapoint' : 'datapoints';
  const verb = compared.length === 1 ? 'was' : 'were';
  const from = state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK';
  const least = `minimum ${datapointsToAlarm} datapoint${datapointsToAlarm === 1 ? '' : 's'} for ${from} transition`;
  return `Threshold Crossed: ${compared.length} ${number} [${compared.join(', ')}] ${verb} ${is} the threshold (${threshold}) (${least}).`;
}

/** Members that an answer has as the template has them. */
const AS_DEFINED = [
  'AlarmDescription',
  'MetricName',
  'Namespace',
  'Statistic',
  'ExtendedStatistic',
  'Dimensions',
  'Unit',
  'ComparisonOperator',
  'TreatMissingData',
  'EvaluateLowSampleCountPercentile',
  'Metrics',
  'ThresholdMetricId',
];
const NUMBERS = ['Period', 'EvaluationPeriods', 'DatapointsToAlarm', 'Threshold'];

function described({ name, arn, properties, configuredAt, state, reason, since }: Alarm): object {
  const given = (names: readonly string[], as = (value: unknown) => value) =>
    Object.fromEntries(names.flatMap((key) => (properties[key] === undefined ? [] : [[key, as(properties[key])]])));
  const { ActionsEnabled = true, OKActions = [], AlarmActions = [], InsufficientDataActions = [] } = properties;
  return {
    AlarmName: name,
    AlarmArn: arn,
    AlarmConfigurationUpdatedTimestamp: new Date(configuredAt),
    ActionsEnabled: String(ActionsEnabled) === 'true',
    OKActions,
    AlarmActions,
    InsufficientDataActions,
    StateValue: state,
    StateReason: reason,
    StateUpdatedTimestamp: new Date(since),
    StateTransitionedTimestamp: new Date(since),
    ...given(AS_DEFINED),
    ...given(NUMBERS, Number),
  };
}
