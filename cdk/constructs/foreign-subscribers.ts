import { Aws } from 'aws-cdk-lib';
import { CfnEventBusPolicy, type EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { BusSubscribers } from '../bus-subscribers.ts';

export interface ForeignSubscribersProps {
  /** The bus that they may subscribe to. */
  readonly bus: EventBus;

  readonly subscribers: BusSubscribers;
}

/**
 * What CloudFormation calls, with the credentials of the other account, to make, change, show and remove a rule.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
 */
const RULE_ACTIONS = [
  'DeleteRule',
  'DescribeRule',
  'DisableRule',
  'EnableRule',
  'ListTagsForResource',
  'ListTargetsByRule',
  'PutRule',
  'PutTargets',
  'RemoveTargets',
  'TagResource',
  'UntagResource',
].map((action) => `events:${action}`);

/**
 * Lets accounts and organizations make rules on a bus: each its own rules alone, with buses of its own account as targets. They cannot
 * put events on the bus, or see the rules of others.
 *
 * The rule belongs to the account of the bus. `events:creatorAccount` is who made it; a rule that is new has none, so the condition
 * holds if there is none (decision 0036).
 */
export class ForeignSubscribers extends Construct {
  constructor(scope: Construct, id: string, { bus, subscribers }: ForeignSubscribersProps) {
    super(scope, id);
    const { accounts = [], organizations = [] } = subscribers;
    const allow = (name: string, principal: object, itself: string, conditions: object = {}) =>
      new CfnEventBusPolicy(this, name, {
        eventBusName: bus.eventBusName,
        statementId: `subscribe-${name}`,
        statement: {
          Effect: 'Allow',
          Principal: principal,
          Action: RULE_ACTIONS,
          Resource: rulesOf(bus),
          Condition: {
            ...conditions,
            StringEqualsIfExists: { 'events:creatorAccount': itself },
            // Only calls that name a target have this key.
            'ForAllValues:ArnLike': {
              'events:TargetArn': `arn:${Aws.PARTITION}:events:${Aws.REGION}:${itself}:event-bus/*`,
            },
          },
        },
      });
    for (const account of accounts) {
      allow(account, { AWS: `arn:${Aws.PARTITION}:iam::${account}:root` }, account);
    }
    for (const organization of organizations) {
      const ofIt = { StringEquals: { 'aws:PrincipalOrgID': organization } };
      allow(organization, { AWS: '*' }, ACCOUNT_OF_CALLER, ofIt);
    }
  }
}

/** A policy variable. Source: IAM user guide, policy variables. */
const ACCOUNT_OF_CALLER = `\${${'aws:PrincipalAccount'}}`;

/** All rules on a bus, of whatever name. */
function rulesOf(bus: EventBus): string {
  return `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/${bus.eventBusName}/*`;
}
