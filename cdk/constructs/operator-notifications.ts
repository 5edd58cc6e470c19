import { Aws, Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface OperatorNotificationsProps {
  /**
   * Address that gets a mail.
   * @default - none; others can subscribe to the topic
   */
  readonly email?: string;
}

/**
 * The topic of all alarms. It is not encrypted with a key: see decision 0017.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export class OperatorNotifications extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: OperatorNotificationsProps = {}) {
    super(scope, id);

    this.topic = new Topic(this, 'Topic', { displayName: 'User bucket pipeline: alarms', enforceSSL: true });
    // A topic with a policy has no default permissions.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: [this.topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': Stack.of(this).formatArn({ service: 'cloudwatch', resource: 'alarm:*' }) },
        },
      }),
    );
    if (props.email !== undefined) this.topic.addSubscription(new EmailSubscription(props.email));
  }
}

/** Sends alarms to a topic, when they go off and when they end. Without a topic, nothing is sent. */
export function notify(topic: ITopic | Topic | undefined, ...alarms: readonly Alarm[]): void {
  if (topic === undefined) return;
  const action = new SnsAction(topic as ITopic);
  for (const alarm of alarms) {
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}
