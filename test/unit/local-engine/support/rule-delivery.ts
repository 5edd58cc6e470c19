import { arnOf } from '../../../../packages/local-engine/core/account.ts';
import { RuleDelivery } from '../../../../packages/local-engine/eventbridge/rule-delivery.ts';
import type { RuleTarget, TargetDelivery } from '../../../../packages/local-engine/eventbridge/targets/target.ts';
import { Access } from '../../../../packages/local-engine/iam/access.ts';
import type { PolicyDocument } from '../../../../packages/local-engine/iam/policy.ts';
import { Roles } from '../../../../packages/local-engine/iam/roles.ts';
import type { Queues } from '../../../../packages/local-engine/sqs/queues.ts';
import { ACCOUNT, makeParts, type Parts } from './parts.ts';
import { makeQueues, queueArn } from './queues.ts';

export const RULE_ARN = arnOf(ACCOUNT, 'events', 'rule/main/users');
export const TARGET_ARN = queueArn('users');
export const EVENT = '{"version":"0","id":"e1","detail":{"data":{"userId":"test4"}}}';

/** The queue policy that lets one rule send. */
export const policyFor = (ruleArn: string, queue: string): PolicyDocument => ({
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn(queue),
    Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
  },
});

export interface DeliveryUnderTest extends Parts {
  readonly queues: Queues;
  /** By queue name; a test may change them. */
  readonly policies: Record<string, PolicyDocument[]>;
  deliver(target?: Partial<RuleTarget>): Promise<void>;
  stop(): void;
  resume(): void;
}

/** A rule's delivery to the queue `users` with the dead-letter queue `dlq`, both of which allow the rule to send. */
export function makeDelivery({
  hasDlq = true,
  parts = makeParts(),
}: {
  hasDlq?: boolean;
  parts?: Parts;
} = {}): DeliveryUnderTest {
  const queues = makeQueues(parts, 'users', 'dlq');
  const policies: Record<string, PolicyDocument[]> = {
    users: [policyFor(RULE_ARN, 'users')],
    dlq: [policyFor(RULE_ARN, 'dlq')],
  };
  const resourcePoliciesOf = (arn: string) => policies[arn.split(':').at(-1) ?? ''] ?? [];
  const access = new Access({ account: ACCOUNT, journal: parts.journal, roles: new Roles(), resourcePoliciesOf });
  const delivery = new RuleDelivery({ account: ACCOUNT, queues, access, ...parts });
  const deliver = (target: Partial<RuleTarget> = {}) => {
    const sent: TargetDelivery = {
      ruleArn: RULE_ARN,
      ruleName: 'users',
      target: {
        id: 'queue',
        arn: TARGET_ARN,
        ...(hasDlq && { dlqArn: queueArn('dlq') }),
        maximumRetryAttempts: 185,
        maximumEventAgeSeconds: 86_400,
        ...target,
      },
      eventId: 'e1',
      body: EVENT,
    };
    return delivery.deliver(sent);
  };
  return { ...parts, queues, policies, deliver, stop: () => delivery.stop(), resume: () => delivery.resume() };
}
