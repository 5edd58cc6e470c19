import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { SUBSCRIPTION_DEFAULTS } from '../../services/shared/subscription.ts';
import { notify } from './operator-notifications.ts';

/** When a subscriber's alarms go off, and the topic that is notified. */
export interface SubscriberAlarms {
  /**
   * The topic that is notified. Its policy must let CloudWatch publish.
   * @default - none
   */
  readonly topic?: ITopic | Topic;

  /**
   * How long the oldest message may wait with a timeout of 10 seconds or less; a longer timeout allows more, in proportion.
   * @default Duration.minutes(5)
   */
  readonly oldestMessage?: Duration;

  /**
   * Failed invocations in five minutes at which the alarm goes off.
   * @default 1
   */
  readonly functionErrors?: number;

  /**
   * Throttled invocations in five minutes at which the alarm goes off.
   * @default 10
   */
  readonly functionThrottles?: number;
}

export interface WatchedSubscriber {
  readonly serviceName: string;
  readonly queue: Queue;
  readonly function: LambdaFunction;
  readonly timeout: Duration;
  /** Events that its rule could send to no queue. */
  readonly lost: Metric;
}

const PERIOD = Duration.minutes(5);

/** Adds a subscriber's alarms, apart from that of its dead-letter queue. */
export function addSubscriberAlarms(scope: Construct, watched: WatchedSubscriber, alarms: SubscriberAlarms): void {
  const { serviceName } = watched;
  const oldestSeconds = oldestMessageSeconds(alarms.oldestMessage ?? Duration.minutes(5), watched.timeout);
  const { functionErrors = 1, functionThrottles = 10 } = alarms;

  const backlog = new Alarm(scope, 'Backlog', {
    alarmDescription: `${serviceName}: events wait longer than ${oldestSeconds} s`,
    metric: watched.queue.metricApproximateAgeOfOldestMessage({
      statistic: Stats.MAXIMUM,
      period: Duration.minutes(1),
    }),
    threshold: oldestSeconds,
    evaluationPeriods: 1, // an age is a time already
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  const sumAlarm = (id: string, metric: Metric, threshold: number, problem: string) =>
    new Alarm(scope, id, {
      alarmDescription: `${serviceName}: ${problem}`,
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  const sum = { statistic: Stats.SUM, period: PERIOD };
  const errors = sumAlarm(
    'Errors',
    watched.function.metricErrors(sum),
    functionErrors,
    'the function does not start, crashes or runs out of time',
  );
  const throttles = sumAlarm(
    'Throttles',
    watched.function.metricThrottles(sum),
    functionThrottles,
    'the function is throttled',
  );
  const lost = sumAlarm(
    'EventsLost',
    watched.lost.with({ period: PERIOD }),
    1,
    'an event reached neither its queue nor its dead-letter queue',
  );
  notify(alarms.topic, backlog, errors, throttles, lost);
}

/**
 * An event that fails every attempt leaves the queue after 5 attempts of 6 timeouts each, and must not raise this alarm before.
 * The allowed time is for the default timeout, and grows with a longer one.
 */
function oldestMessageSeconds(allowed: Duration, timeout: Duration): number {
  return Math.ceil(allowed.toSeconds() * Math.max(1, timeout.toSeconds() / SUBSCRIPTION_DEFAULTS.timeoutSeconds));
}
