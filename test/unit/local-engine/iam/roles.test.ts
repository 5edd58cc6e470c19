import { describe, expect, test } from '@jest/globals';
import type { PolicyDocument } from '../../../../packages/local-engine/iam/policy.ts';
import { managedPolicy, Roles } from '../../../../packages/local-engine/iam/roles.ts';

const QUEUE = 'arn:aws:sqs:ap-northeast-1:111122223333:users';
const allow = (Action: string): PolicyDocument => ({ Statement: { Effect: 'Allow', Action, Resource: QUEUE } });
const trust: PolicyDocument = {
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'pipes.amazonaws.com' },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
  },
};
const service = { name: 'service', arn: 'arn:aws:iam::111122223333:role/service', trust };

function rolesWith(...ownPolicies: PolicyDocument[]): Roles {
  const roles = new Roles();
  roles.put({ ...service, ownPolicies });
  return roles;
}
const judge = (roles: Roles, action: string) =>
  roles.named('service')?.judge({ principal: { arn: service.arn }, action, resource: QUEUE, context: {} });

describe('what a role may do', () => {
  test('given its own and attached policies, it may do what any of them allows', () => {
    const roles = rolesWith(allow('sqs:SendMessage'));
    roles.attach('more', allow('sqs:DeleteMessage'), ['service']);
    expect(['SendMessage', 'DeleteMessage', 'PurgeQueue'].map((name) => judge(roles, `sqs:${name}`))).toEqual([
      'allowed',
      'allowed',
      'unmentioned',
    ]);
  });

  test('given a deny in one of them, it wins', () => {
    const roles = rolesWith(allow('sqs:*'));
    roles.attach('less', { Statement: { Effect: 'Deny', Action: 'sqs:PurgeQueue', Resource: '*' } }, ['service']);
    expect([judge(roles, 'sqs:PurgeQueue'), judge(roles, 'sqs:SendMessage')]).toEqual(['denied', 'allowed']);
  });

  test('given a policy that is changed, moved or detached, the next call is judged by what is left', () => {
    const roles = rolesWith();
    let changes = 0;
    roles.onChange(() => changes++);
    roles.put({ ...service, name: 'other', arn: `${service.arn}-2`, ownPolicies: [] });
    roles.attach('policy', allow('sqs:SendMessage'), ['service']);
    expect(judge(roles, 'sqs:SendMessage')).toBe('allowed');
    roles.attach('policy', allow('sqs:DeleteMessage'), ['service']);
    expect(judge(roles, 'sqs:SendMessage')).toBe('unmentioned');
    roles.attach('policy', allow('sqs:DeleteMessage'), ['other']);
    expect(judge(roles, 'sqs:DeleteMessage')).toBe('unmentioned');
    roles.attach('policy', allow('sqs:DeleteMessage'), ['service']);
    roles.detach('policy');
    expect(judge(roles, 'sqs:DeleteMessage')).toBe('unmentioned');
    expect(changes).toBe(6);
  });

  test('given a role that is changed, what is attached to it stays', () => {
    const roles = rolesWith(allow('sqs:SendMessage'));
    roles.attach('policy', allow('sqs:DeleteMessage'), ['service']);
    roles.put({ ...service, ownPolicies: [] });
    expect([judge(roles, 'sqs:SendMessage'), judge(roles, 'sqs:DeleteMessage')]).toEqual(['unmentioned', 'allowed']);
  });

  test('given a role that is removed, it is no more', () => {
    const roles = rolesWith();
    roles.remove('service');
    expect([roles.named('service'), roles.find(service.arn)]).toEqual([undefined, undefined]);
  });

  test('given a policy of a role that is not there, it is refused', () => {
    expect(() => rolesWith().attach('policy', allow('sqs:*'), ['nobody'])).toThrow('nobody, which does not exist');
  });
});

describe('who may take a role on', () => {
  test.each([
    { by: 'pipes.amazonaws.com', account: '111122223333', may: true },
    { by: 'lambda.amazonaws.com', account: '111122223333', may: false },
    { by: 'pipes.amazonaws.com', account: '444455556666', may: false },
  ])('given $by of $account, that it may is $may', ({ by, account, may }) => {
    const role = rolesWith().find(service.arn);
    expect(role?.canBeAssumedBy(by, { 'aws:sourceaccount': account })).toBe(may);
  });
});

describe('managed policies', () => {
  test('given one of those that functions have, its statements count', () => {
    const roles = rolesWith(managedPolicy('arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'));
    expect(judge(roles, 'logs:PutLogEvents')).toBe('allowed');
  });

  test('given any other one, it is refused by name', () => {
    expect(() => managedPolicy('arn:aws:iam::aws:policy/AdministratorAccess')).toThrow('AdministratorAccess');
  });
});
