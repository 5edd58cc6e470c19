import { AwsError } from '../../../packages/local-engine/core/aws-error.ts';
import { judge } from '../../../packages/local-engine/iam/evaluation.ts';
import { checkPolicy, type PolicyDocument, type PolicyKind } from '../../../packages/local-engine/iam/policy.ts';
import type { Mutator } from '../mutator.ts';
import { plainTarget, refusedBy } from '../target.ts';

const QUEUE = 'arn:aws:sqs:ap-northeast-1:123456789012:queue';
const ROLE = 'arn:aws:iam::123456789012:role/service';
const ACTIONS = ['sqs:SendMessage', 'sqs:*', '*', 's3:Get?bject', 'dynamodb:GetItem'];
const OPERATORS = ['StringEquals', 'StringLike', 'ArnLike', 'Bool', 'Null', 'ForAllValues:StringEquals'];
const KEYS = ['aws:SourceArn', 'aws:PrincipalAccount', 'dynamodb:LeadingKeys', 'aws:TagKeys', 'aws:RequestTag/a'];
const VALUES = ['a', '*', QUEUE, `${QUEUE}*`, '$' + '{aws:PrincipalAccount}', 'true', ''];

/** IAM policies of identities, resources and roles, and the calls that they judge. */
export const policies = plainTarget('policies', 16, {
  generate: (mutator) => {
    const kind = mutator.pick<PolicyKind>(['identity', 'resource', 'trust']);
    const policy = { Version: '2012-10-17', Statement: mutator.many(1, 3, () => statement(mutator, kind)) };
    return { kind, policy: mutator.chance(3) ? policy : mutator.value(policy) };
  },
  check: (input) => {
    const { kind = 'identity', policy } = input as { kind?: PolicyKind; policy?: PolicyDocument };
    if (!['identity', 'resource', 'trust'].includes(kind)) return undefined;
    return refusedBy([AwsError], () => {
      checkPolicy(policy as PolicyDocument, kind);
      const context = { 'aws:sourcearn': QUEUE, 'aws:principalaccount': '123456789012', 'dynamodb:leadingkeys': ['a'] };
      const call = { principal: { arn: ROLE }, action: 'sqs:SendMessage', resource: QUEUE, context };
      const verdict = judge([policy as PolicyDocument], call);
      const deny = { Statement: { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' } } as const;
      if (judge([policy as PolicyDocument, deny], call) !== 'denied') return 'an explicit deny did not win';
      return ['allowed', 'denied', 'unmentioned'].includes(verdict) ? undefined : `the verdict is ${verdict}`;
    });
  },
});

function statement(mutator: Mutator, kind: PolicyKind): Record<string, unknown> {
  const principal = mutator.pick<unknown>(['*', { AWS: ROLE }, { Service: ['events.amazonaws.com'] }, { AWS: '*' }]);
  const operators = mutator.many(0, 2, () => [
    mutator.pick(OPERATORS),
    Object.fromEntries(
      mutator.many(1, 2, () => [mutator.pick(KEYS), mutator.pick<unknown>([...VALUES, VALUES, true])]),
    ),
  ]);
  return {
    Sid: 'a',
    Effect: mutator.pick(['Allow', 'Deny']),
    [mutator.chance(5) ? 'NotAction' : 'Action']: mutator.chance(2) ? mutator.pick(ACTIONS) : ACTIONS,
    ...(kind !== 'trust' && { Resource: mutator.pick<unknown>(['*', QUEUE, [QUEUE, '*']]) }),
    ...(kind !== 'identity' && { Principal: principal }),
    ...(operators.length > 0 && { Condition: Object.fromEntries(operators) }),
  };
}
