import { busPoliciesOf } from '../../packages/local-engine/eventbridge/index.ts';
import { judge } from '../../packages/local-engine/iam/evaluation.ts';
import { type Check, expectThat } from './check.ts';

export const LISTED_ACCOUNT = '222222222222';
export const LISTED_ORGANIZATION = 'o-a1b2c3d4e5';

/** What CloudFormation asks for to make, change, show and remove a rule with tags. */
const OF_A_RULE = {
  made: ['PutRule', 'PutTargets', 'TagResource'],
  shown: ['DescribeRule', 'ListTargetsByRule', 'ListTagsForResource'],
  changed: ['EnableRule', 'DisableRule', 'UntagResource'],
  removed: ['RemoveTargets', 'DeleteRule'],
};

/** What the policy of the bus says to calls from other accounts: here none comes. */
export const FOREIGN_CHECKS: readonly Check[] = [
  {
    name: 'a listed account, and every account of a listed organization, can make, show, change and remove rules of its own',
    async run(pipeline) {
      const { services } = pipeline.engine;
      const resource = `${pipeline.output('EventBusArn').replace(':event-bus/', ':rule/')}/of-others`;
      const callers = [
        { 'aws:principalaccount': LISTED_ACCOUNT },
        { 'aws:principalaccount': '333333333333', 'aws:principalorgid': LISTED_ORGANIZATION },
      ];
      for (const caller of callers) {
        for (const [what, actions] of Object.entries(OF_A_RULE)) {
          for (const action of actions) {
            const account = caller['aws:principalaccount'];
            const verdict = judge(busPoliciesOf(services, resource), {
              principal: { arn: `arn:aws:iam::${account}:role/deployer` },
              action: `events:${action}`,
              resource,
              context: { ...caller, 'events:creatoraccount': account },
            });
            expectThat(verdict === 'allowed', `a rule of ${account} can be ${what}: ${action}`);
          }
        }
      }
    },
  },
];
