import { Duration } from 'aws-cdk-lib';
import type { IRuleRef, IRuleTarget } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/** EventBridge's defaults (user guide, eb-rule-retry-policy). */
const MOST_RETRIES = 185;
const OLDEST_EVENT = Duration.hours(24);

/**
 * A queue as the target of a rule, with a dead-letter queue for events that cannot be delivered. The rule may only send to the two:
 * the CDK's own target grants two more actions, which EventBridge does not need.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function queueTarget(queue: Queue, deadLetterQueue: Queue): IRuleTarget {
  return {
    bind(rule) {
      for (const each of [queue, deadLetterQueue]) each.addToResourcePolicy(maySendTo(each, rule));
      return {
        arn: queue.queueArn,
        targetResource: queue,
        deadLetterConfig: { arn: deadLetterQueue.queueArn },
        retryPolicy: { maximumRetryAttempts: MOST_RETRIES, maximumEventAgeInSeconds: OLDEST_EVENT.toSeconds() },
      };
    },
  };
}

function maySendTo(queue: Queue, rule: IRuleRef): PolicyStatement {
  return new PolicyStatement({
    principals: [new ServicePrincipal('events.amazonaws.com')],
    actions: ['sqs:SendMessage'],
    resources: [queue.queueArn],
    conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleRef.ruleArn } },
  });
}
