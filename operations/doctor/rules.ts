import { EventBridgeClient, ListTargetsByRuleCommand, type Target } from '@aws-sdk/client-eventbridge';
import { ifFound } from '../aws/not-found.ts';
import { queueName } from '../deployed/queues.ts';
import { ruleOfArn } from '../deployed/subscribers.ts';
import type { Check } from './check.ts';
import type { Finding } from './finding.ts';
import type { Mends } from './mends.ts';

const NAME = 'rule';

/** A subscriber's rule, and where it should send events. */
export interface RuleFacts {
  readonly subscriber: string;
  readonly bus: string;
  readonly rule: string;
  /** Undefined if there is no such rule. */
  readonly state: string | undefined;
  readonly targets: readonly Pick<Target, 'Id' | 'Arn' | 'DeadLetterConfig'>[];
  readonly queueArn: string;
  readonly dlqArn: string;
}

/** Whether each subscriber's rule sends events to its queue, and what it cannot send to its dead-letter queue. */
export const rules: Check = {
  name: NAME,
  async run({ deployed, mends }) {
    const events = deployed.clients.of(EventBridgeClient);
    return Promise.all(
      deployed.subscribers.map(async (subscriber) => {
        const { bus, name } = ruleOfArn(subscriber.ruleArn);
        const targets = events.send(new ListTargetsByRuleCommand({ Rule: name, EventBusName: bus }));
        const [rule, listed] = await Promise.all([deployed.rule(subscriber), ifFound(targets)]);
        const facts = {
          subscriber: subscriber.name,
          bus,
          rule: name,
          state: rule && (rule.State || 'unknown'),
          targets: listed?.Targets ?? [],
          queueArn: deployed.arnOf('sqs', queueName(subscriber.queueUrl)),
          dlqArn: deployed.arnOf('sqs', queueName(subscriber.dlqUrl)),
        };
        return judgeRule(facts, mends);
      }),
    );
  },
};

export function judgeRule(facts: RuleFacts, mends: Mends): Finding {
  const { subscriber: subject, bus, rule, state, targets, queueArn, dlqArn } = facts;
  const about = { check: NAME, subject };
  const problem = (detail: string, mend: string): Finding => ({ ...about, status: 'problem', detail, mend });
  if (state === undefined) return problem(`there is no rule ${rule}: it gets no events`, mends.putBack());
  if (state !== 'ENABLED') {
    const enable = mends.aws(`events enable-rule --name ${rule} --event-bus-name ${bus}`);
    return problem(`its rule is ${state}: it gets no events; those of that time can be replayed to it`, enable);
  }
  const target = targets.find(({ Arn }) => Arn === queueArn);
  const wanted = [{ Id: target?.Id ?? 'Target0', Arn: queueArn, DeadLetterConfig: { Arn: dlqArn } }];
  const put = mends.aws(
    `events put-targets --rule ${rule} --event-bus-name ${bus} --targets '${JSON.stringify(wanted)}'`,
  );
  if (target === undefined) return problem('its rule does not send to its queue: it gets no events', put);
  if (target.DeadLetterConfig?.Arn !== dlqArn) {
    return problem('its rule has no dead-letter queue: an event that cannot be sent is lost', put);
  }
  return { ...about, status: 'ok', detail: 'its rule is enabled, with its queue and its dead-letter queue' };
}
