import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { REGISTRATION_TO_URI, SERVICE_LEVEL_SERVICE } from '../../services/shared/metric-names.ts';
import { notify } from './operator-notifications.ts';
import { metricsNamespace } from './subscriber.ts';

export interface ServiceLevelProps {
  /** The longest time that 99 of 100 users wait for their bucket's URI. */
  readonly target: Duration;

  /**
   * The topic that is notified when they wait longer.
   * @default - none
   */
  readonly alarmTopic?: ITopic | Topic;
}

/** The service level, and the alarm for it. */
export class ServiceLevel extends Construct {
  readonly target: Duration;

  constructor(scope: Construct, id: string, props: ServiceLevelProps) {
    super(scope, id);
    this.target = props.target;

    const missed = new Alarm(this, 'Missed', {
      alarmDescription: `More than 1 of 100 users waits longer than ${props.target.toSeconds()} s for the bucket's URI`,
      metric: this.metric(Stats.p(99)),
      threshold: props.target.toMilliseconds(),
      // Two of three periods: in a quiet hour, a single cold start is the slowest of few events, which needs no alarm.
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
