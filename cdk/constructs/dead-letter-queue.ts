import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { notify } from './operator-notifications.ts';

export interface DeadLetterQueueProps {
  /** Whose failures land here, as a person would say it; opens the alarm's text. */
  readonly owner: string;

  /** What happens to the queue, and to what it holds, when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;

  /**
   * Whether the redrive policies of queues may name it. One to which messages are only sent lets no queue.
   * @default true - every queue of the account: to name the one would make a circle, since that queue names this one
   */
  readonly takesFromQueues?: boolean;

  /**
   * Who is told of its alarm.
   * @default - nobody
   */
  readonly alarmTopic?: ITopic | Topic;
}

/** Where what could not be handled waits for a person, and the alarm that says so. */
export class DeadLetterQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id);

    this.queue = new Queue(this, 'Queue', {
      // The longest that SQS allows. A message keeps its first enqueue time when it is moved here.
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      ...(props.takesFromQueues === false && {
        redriveAllowPolicy: { redrivePermission: RedrivePermission.DENY_ALL },
      }),
      removalPolicy: props.removalPolicy,
    });

    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue: what cannot be handled ends here, and an alarm goes off.',
    });

    // Visible messages, not messages sent: SQS does not count as sent what a redrive policy moves.
    const notEmpty = new Alarm(this, 'NotEmpty', {
      alarmDescription: `${props.owner}: the dead-letter queue holds messages`,
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    notify(props.alarmTopic, notEmpty);
  }
}
