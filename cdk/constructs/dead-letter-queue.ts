import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { notify } from './operator-notifications.ts';

export interface DeadLetterQueueProps {
  /** The name of the queue's owner, which begins the alarm's text. */
  readonly owner: string;

  /** What happens to the queue and its messages when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;

  /**
   * Whether queues may use it as their dead-letter queue.
   * @default true - every queue of the account: naming the one would be a circular reference, since that queue names this one
   */
  readonly takesFromQueues?: boolean;

  /**
   * The topic that its alarm notifies.
   * @default - none
   */
  readonly alarmTopic?: ITopic | Topic;
}

/** The queue for messages that could not be handled, and its alarm. */
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
      reason: 'It is a dead-letter queue, and its alarm goes off when it holds messages.',
    });

    // Visible messages, not sent ones: SQS does not count messages that a redrive policy moves as sent.
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
