import { describe, expect, test } from '@jest/globals';
import type { PolicyDocument } from '../../../../packages/local-engine/iam/policy.ts';
import { iamPolicy, iamRole, managedPolicy, Roles } from '../../../../packages/local-engine/iam/roles.ts';
import { ACCOUNT } from '../support/parts.ts';
import { resolve, stackOf } from '../support/stack.ts';

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

  const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
  const SQS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  const SAMPLING = ['Rules', 'Targets', 'StatisticSummaries'].map((what) => `xray:GetSampling${what}`);
  const XRAY = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', ...SAMPLING];

  // As the reference of AWS's managed policies has them.
  test.each([
    ['service-role/AWSLambdaBasicExecutionRole', LOGS, [...SQS, ...XRAY]],
    ['service-role/AWSLambdaSQSQueueExecutionRole', [...LOGS, ...SQS], [...XRAY, 'sqs:SendMessage']],
    ['AWSXRayDaemonWriteAccess', XRAY, [...LOGS, ...SQS]],
  ])('given %s, it allows %j, and not %j', (name, allowed, others) => {
    const roles = rolesWith(managedPolicy(`arn:aws-cn:iam::aws:policy/${name}`));
    const verdicts = (actions: readonly string[]) => new Set(actions.map((action) => judge(roles, action)));
    expect([verdicts(allowed), verdicts(others)]).toEqual([new Set(['allowed']), new Set(['unmentioned'])]);
  });

  test.each([
    'arn:aws:iam::aws:policy/AdministratorAccess',
    'arn:aws:iam::111122223333:policy/AWSXRayDaemonWriteAccess',
    'AWSXRayDaemonWriteAccess',
    'x:arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess',
    'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess\n',
  ])('given %s, it is refused by name, with those that are known', (arn) => {
    expect(() => managedPolicy(arn)).toThrow(
      `names the managed policy ${arn}, which the local engine does not know; it knows service-role/AWSLambdaBasicExecutionRole, service-role/AWSLambdaSQSQueueExecutionRole, AWSXRayDaemonWriteAccess.`,
    );
  });
});

describe('a role and a policy in a template', () => {
  const naming = (properties: object) => ({
    ...{ physicalName: 'worker', account: ACCOUNT, endpoint: '', createdAt: 0 },
    properties: () => properties as Readonly<Record<string, unknown>>,
  });
  const created = (properties: object) => {
    const roles = new Roles();
    const identity = iamRole.identify(naming(properties));
    const creation = { logicalId: 'R', physicalName: 'worker', identity, services: { roles } };
    const create = () => iamRole.create({ ...creation, properties: properties as Record<string, unknown> });
    return { roles, create, creation };
  };
  const malformed = expect.objectContaining({ code: 'MalformedPolicyDocument' });

  test.each([
    [{}, 'arn:aws:iam::111122223333:role/worker'],
    [{ Path: '/team/' }, 'arn:aws:iam::111122223333:role/team/worker'],
  ])('given %j, the role is %s', (properties, Arn) => {
    expect(iamRole.identify(naming(properties))).toEqual({
      ref: 'worker',
      attributes: { Arn, RoleId: 'worker' },
    });
    expect(iamPolicy.identify(naming(properties))).toEqual({ ref: 'worker', attributes: { Id: 'worker' } });
  });

  test('a role has the policies in it, and the managed ones that it names', () => {
    const { roles, create } = created({
      AssumeRolePolicyDocument: trust,
      Policies: [{ PolicyName: 'p', PolicyDocument: allow('sqs:SendMessage') }],
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess'],
    });
    create();
    const role = roles.find('arn:aws:iam::111122223333:role/worker');
    const verdictOn = (action: string) => role?.judge({ principal: {}, action, resource: QUEUE, context: {} });
    expect(['sqs:SendMessage', 'xray:PutTraceSegments', 'sqs:DeleteMessage'].map(verdictOn)).toEqual([
      'allowed',
      'allowed',
      'unmentioned',
    ]);
    expect(roles.named('worker')).toBe(role);
    expect(role?.canBeAssumedBy('pipes.amazonaws.com', { 'aws:sourceaccount': '111122223333' })).toBe(true);
  });

  test.each([
    ['its trust policy is none of a role', { AssumeRolePolicyDocument: allow('sqs:SendMessage') }],
    [
      'a policy in it is none of an identity',
      { AssumeRolePolicyDocument: trust, Policies: [{ PolicyName: 'p', PolicyDocument: trust }] },
    ],
  ])('a role is refused if %s', (_, properties) => {
    const { roles, create } = created(properties);
    expect(create).toThrow(malformed);
    expect(roles.named('worker')).toBeUndefined();
  });

  test('a policy is attached to the roles that it names; one that is none of an identity is refused', () => {
    const { roles, create, creation } = created({ AssumeRolePolicyDocument: trust });
    create();
    const attach = (PolicyDocument: PolicyDocument, more: object = { Roles: ['worker'] }) =>
      iamPolicy.create({ ...creation, physicalName: 'policy', properties: { PolicyDocument, ...more } });
    const verdict = () =>
      roles.named('worker')?.judge({ principal: {}, action: 'sqs:SendMessage', resource: QUEUE, context: {} });
    expect(() => attach(trust)).toThrow(malformed);
    attach(allow('sqs:SendMessage'), {});
    expect(verdict()).toBe('unmentioned');
    attach(allow('sqs:SendMessage'));
    expect(verdict()).toBe('allowed');
    iamPolicy.remove({ ...creation, physicalName: 'policy', properties: {} });
    expect(verdict()).toBe('unmentioned');
    iamRole.remove({ ...creation, properties: {} });
    expect(roles.named('worker')).toBeUndefined();
  });
});

describe('what a template may say of roles and policies', () => {
  const Role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } };
  const load = (Type: string, Properties: object) =>
    resolve(stackOf({ Role, It: { Type, Properties: Properties as Record<string, unknown> } }))[0]?.resources.find(
      ({ logicalId }) => logicalId === 'It',
    );
  const document = allow('sqs:SendMessage');

  test('given a role with all that is known, it is made under its name; its texts and tags have no effect', () => {
    const properties = {
      RoleName: 'worker',
      Path: '/team/',
      AssumeRolePolicyDocument: trust,
      Policies: [{ PolicyName: 'p', PolicyDocument: document }],
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess'],
      Description: 'of the team',
      MaxSessionDuration: 3600,
      Tags: [{ Key: 'a', Value: 'b' }],
    };
    expect(load('AWS::IAM::Role', properties)?.identity.attributes.Arn).toMatch(
      /^arn:aws:iam::\d+:role\/team\/worker$/,
    );
  });

  test('given a document as text, its form is one that CloudFormation takes', () => {
    const text = JSON.stringify(document);
    const properties = {
      AssumeRolePolicyDocument: text,
      Policies: [{ PolicyName: 'p', PolicyDocument: text }],
    };
    expect(load('AWS::IAM::Role', properties)?.properties).toEqual(properties);
    expect(load('AWS::IAM::Policy', { PolicyDocument: text })?.properties).toEqual({ PolicyDocument: text });
  });

  test('given a policy with all that is known, it is made', () => {
    const properties = { PolicyName: 'p', PolicyDocument: document, Roles: [{ Ref: 'Role' }] };
    expect(load('AWS::IAM::Policy', properties)?.properties).toMatchObject({ PolicyDocument: document });
  });

  test.each([
    ['AWS::IAM::Role', { Path: {} }, '#/Path: expected type: String'],
    ['AWS::IAM::Role', { Policies: [{ PolicyName: [] }] }, '#/Policies/0/PolicyName: expected type: String'],
    ['AWS::IAM::Role', { ManagedPolicyArns: [{}] }, '#/ManagedPolicyArns/0: expected type: String'],
    ['AWS::IAM::Role', { ManagedPolicyArns: 'x' }, '#/ManagedPolicyArns: expected type: JSONArray'],
    ['AWS::IAM::Role', { PermissionsBoundary: 'x' }, 'AWS::IAM::Role has the property PermissionsBoundary'],
    ['AWS::IAM::Policy', {}, 'required key [PolicyDocument] not found'],
    ['AWS::IAM::Policy', { PolicyDocument: document, PolicyName: {} }, '#/PolicyName: expected type: String'],
    ['AWS::IAM::Policy', { PolicyDocument: document, Roles: [{}] }, '#/Roles/0: expected type: String'],
    ['AWS::IAM::Policy', { PolicyDocument: document, Groups: [] }, 'AWS::IAM::Policy has the property Groups'],
  ])('given %s with %j, it is refused: %s', (type, properties, problem) => {
    expect(() => load(type, properties)).toThrow(problem);
  });
});
