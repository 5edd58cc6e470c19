import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { REGISTRATION_TO_URI, SERVICE_LEVEL_SERVICE } from '../../services/shared/metric-names.ts';
import { notify } from './operator-notifications.ts';
import { metricsNamespace } from './subscriber.ts';

export interface ServiceLevelProps {
  /** How long 99 of 100 users wait at most for their bucket's URI. */
  readonly target: Duration;

  /**
   * Who is told when they wait longer.
   * @default - nobody
   */
  readonly alarmTopic?: ITopic | Topic;
}

/** What users are promised, and the alarm that says when it is not kept. */
export class ServiceLevel extends Construct {
  readonly target: Duration;

  constructor(scope: Construct, id: string, props: ServiceLevelProps) {
    super(scope, id);
    this.target = props.target;

    const missed = new Alarm(this, 'Missed', {
      alarmDescription: `Of 100 users more than one waits longer than ${props.target.toSeconds()} s for the bucket's URI`,
      metric: this.metric(Stats.p(99)),
      threshold: props.target.toMilliseconds(),
      // Of three times five minutes two: a single cold start in a quiet hour is the slowest of few, and no news.
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    notify(props.alarmTopic, missed);
  }

  /** The time from a registration to the URI in the row, in milliseconds. */
  metric(statistic: string): Metric {
    return new Metric({
      namespace: metricsNamespace(this),
      metricName: REGISTRATION_TO_URI,
      dimensionsMap: { service: SERVICE_LEVEL_SERVICE },
      statistic,
      period: Duration.minutes(5),
    });
  }
}
