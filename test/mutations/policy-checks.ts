import { arnOf } from '../../packages/local-engine/core/account.ts';
import { judge } from '../../packages/local-engine/iam/evaluation.ts';
import { type Check, expectThat } from './check.ts';

/** What policies say of calls that nobody makes here: on this machine all come the one way. */
export const POLICY_CHECKS: readonly Check[] = [
  {
    name: 'no queue takes a message, or gives one, that goes over the network in the clear',
    async run({ engine }) {
      const { account, queues } = engine.services;
      for (const { arn, policies: documents } of queues.all()) {
        const policies = [...documents.values()];
        for (const action of ['sqs:SendMessage', 'sqs:ReceiveMessage']) {
          const context = { 'aws:securetransport': 'false' };
          const principal = { arn: `arn:${account.partition}:iam::${account.id}:root` };
          const verdict = judge(policies, { principal, action, resource: arn, context });
          expectThat(verdict === 'denied', `${action} without TLS to be refused by ${arn}`);
        }
      }
    },
  },
  {
    name: 'alarms can be told to the operators',
    async run(pipeline) {
      const { account, topicPolicies } = pipeline.engine.services;
      const topic = pipeline.output('AlarmTopicArn');
      const policies = [...topicPolicies.values()].filter(({ topicArns }) => topicArns.includes(topic));
      const verdict = judge(
        policies.map(({ policy }) => policy),
        {
          principal: { service: 'cloudwatch.amazonaws.com' },
          action: 'sns:Publish',
          resource: topic,
          context: {
            'aws:securetransport': 'true',
            'aws:sourceaccount': account.id,
            'aws:sourcearn': arnOf(account, 'cloudwatch', 'alarm:some-alarm'),
          },
        },
      );
      expectThat(verdict === 'allowed', `CloudWatch to be allowed to publish to ${topic}`);
    },
  },
];
