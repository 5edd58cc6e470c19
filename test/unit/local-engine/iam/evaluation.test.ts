import { describe, expect, test } from '@jest/globals';
import { type Context, compileCondition } from '../../../../packages/local-engine/iam/condition.ts';
import { type AccessRequest, judge } from '../../../../packages/local-engine/iam/evaluation.ts';
import type { PolicyDocument, PolicyStatement } from '../../../../packages/local-engine/iam/policy.ts';

const QUEUE = 'arn:aws:sqs:ap-northeast-1:111122223333:users';
const RULE = 'arn:aws:events:ap-northeast-1:111122223333:rule/main/users';
const ROLE = 'arn:aws:iam::111122223333:role/service';

const REQUEST: AccessRequest = {
  principal: { service: 'events.amazonaws.com' },
  action: 'sqs:SendMessage',
  resource: QUEUE,
  context: { 'aws:sourcearn': RULE, 'aws:sourceaccount': '111122223333', 'aws:securetransport': 'true' },
};

const ALLOW: PolicyStatement = {
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: QUEUE,
};
const DENY: PolicyStatement = { ...ALLOW, Effect: 'Deny' };

/** A policy variable. */
const CALLER = ['$', '{aws:PrincipalAccount}'].join('');

const isAllowed = (policies: readonly PolicyDocument[], request: AccessRequest) =>
  judge(policies, request) === 'allowed';

const mayWith = (statements: readonly PolicyStatement[], request: Partial<AccessRequest> = {}) =>
  isAllowed([{ Statement: statements }], { ...REQUEST, ...request });

/** Whether a statement, changed like this, applies to the request. */
const applies = (change: Partial<PolicyStatement>, request: Partial<AccessRequest> = {}) =>
  mayWith([{ ...ALLOW, ...change }], request);

describe('which effect wins', () => {
  test.each([
    { given: 'no statement', statements: [], allowed: false },
    { given: 'one that allows', statements: [ALLOW], allowed: true },
    { given: 'one that denies', statements: [DENY], allowed: false },
    { given: 'a deny after an allow', statements: [ALLOW, DENY], allowed: false },
    { given: 'a deny before an allow', statements: [DENY, ALLOW], allowed: false },
    { given: 'a deny of something else', statements: [ALLOW, { ...DENY, Action: 'sqs:DeleteQueue' }], allowed: true },
  ])('given $given, that it is allowed is $allowed', ({ statements, allowed }) => {
    expect(mayWith(statements)).toBe(allowed);
  });

  test('given several policies, one allows and any denies', () => {
    const other = { Statement: { ...ALLOW, Action: 'sqs:DeleteQueue' } };
    expect(isAllowed([other, { Statement: ALLOW }], REQUEST)).toBe(true);
    expect(isAllowed([{ Statement: ALLOW }, { Statement: DENY }], REQUEST)).toBe(false);
    expect(isAllowed([], REQUEST)).toBe(false);
  });
});

describe('principals', () => {
  const role = { principal: { arn: ROLE } };

  test.each<{ Principal: NonNullable<PolicyStatement['Principal']>; service: boolean; role: boolean }>([
    { Principal: '*', service: true, role: true },
    { Principal: { AWS: '*' }, service: true, role: true },
    { Principal: { Service: 'events.amazonaws.com' }, service: true, role: false },
    { Principal: { Service: ['sns.amazonaws.com', 'events.amazonaws.com'] }, service: true, role: false },
    { Principal: { Service: 'sns.amazonaws.com' }, service: false, role: false },
    { Principal: { AWS: ROLE }, service: false, role: true },
    { Principal: { AWS: [`${ROLE}-2`, ROLE] }, service: false, role: true },
    { Principal: { AWS: `${ROLE}-2` }, service: false, role: false },
  ])('given $Principal, the service is named: $service, the role: $role', ({ Principal, ...expected }) => {
    expect({ service: applies({ Principal }), role: applies({ Principal }, role) }).toEqual(expected);
  });
});

describe('an account as principal', () => {
  const OTHER = 'arn:aws:iam::444455556666:role/deployer';
  const accounts = ['111122223333', 'arn:aws:iam::111122223333:root', '444455556666', 'arn:aws:iam::444455556666:root'];

  test.each(accounts)('given %s, an allow is about roles of that account if the resource is of another one', (AWS) => {
    const isOfOther = AWS.includes('444455556666');
    expect(applies({ Principal: { AWS } }, { principal: { arn: OTHER } })).toBe(isOfOther);
    // In the account of the resource, the role's own policies decide.
    expect(applies({ Principal: { AWS } }, { principal: { arn: ROLE } })).toBe(false);
  });

  test('a resource whose ARN has no account is of the account of the caller', () => {
    const bucket = { Resource: 'arn:aws:s3:::users', Action: 's3:GetObject', Principal: { AWS: '444455556666' } };
    const request = { principal: { arn: OTHER }, action: 's3:GetObject', resource: 'arn:aws:s3:::users' };
    expect(applies(bucket, request)).toBe(false);
  });
});

describe('actions', () => {
  test.each<{ change: Pick<PolicyStatement, 'Action' | 'NotAction'>; expected: boolean }>([
    { change: { Action: 'sqs:SendMessage' }, expected: true },
    { change: { Action: 'SQS:sendmessage' }, expected: true },
    { change: { Action: 'sqs:*' }, expected: true },
    { change: { Action: '*' }, expected: true },
    { change: { Action: 'sqs:Send*' }, expected: true },
    { change: { Action: 'sqs:SendMessag?' }, expected: true },
    { change: { Action: ['sqs:GetQueueUrl', 'sqs:SendMessage'] }, expected: true },
    { change: { Action: 'sqs:Send' }, expected: false },
    { change: { Action: 'sqs:SendMessage?' }, expected: false },
    { change: { Action: 'sns:*' }, expected: false },
    { change: { NotAction: 'sqs:SendMessage' }, expected: false },
    { change: { NotAction: ['sqs:Send*'] }, expected: false },
    { change: { NotAction: 'sqs:DeleteQueue' }, expected: true },
  ])('given $change, that it applies is $expected', ({ change, expected }) => {
    const { Action: _left, ...rest } = ALLOW;
    expect(mayWith([{ ...rest, ...change }])).toBe(expected);
  });
});

describe('resources', () => {
  test.each([
    { Resource: QUEUE, expected: true },
    { Resource: '*', expected: true },
    { Resource: 'arn:aws:sqs:*:*:users', expected: true },
    { Resource: ['arn:aws:sqs:us-east-1:1:x', QUEUE], expected: true },
    { Resource: `${QUEUE}-dlq`, expected: false },
    { Resource: QUEUE.toUpperCase(), expected: false },
    { Resource: QUEUE.replace('users', 'user.'), expected: false },
    { Resource: 'arn:aws:sqs:*:*:user.*', expected: false },
  ])('given $Resource, that it applies is $expected', ({ Resource, expected }) => {
    expect(applies({ Resource })).toBe(expected);
  });

  test('given none, it applies to whatever the policy is attached to', () => {
    const { Resource: _left, ...rest } = ALLOW;
    expect(mayWith([rest])).toBe(true);
  });
});

describe('conditions', () => {
  type Condition = NonNullable<PolicyStatement['Condition']>;
  const anyRule = 'arn:aws:events:ap-northeast-1:111122223333:rule/main/*';

  test.each<{ Condition: Condition; expected: boolean }>([
    { Condition: { StringEquals: { 'aws:SourceArn': RULE } }, expected: true },
    { Condition: { StringEquals: { 'AWS:sourcearn': RULE } }, expected: true },
    { Condition: { StringEquals: { 'aws:SourceArn': anyRule } }, expected: false },
    { Condition: { StringEquals: { 'aws:SourceArn': ['x', RULE] } }, expected: true },
    { Condition: { StringEquals: { 'aws:SourceArn': RULE.toUpperCase() } }, expected: false },
    { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, expected: false },
    { Condition: { StringLike: { 'aws:SourceArn': anyRule } }, expected: true },
    { Condition: { StringLike: { 'aws:SourceArn': '*:rule/other/*' } }, expected: false },
    { Condition: { StringLike: { 'aws:PrincipalOrgID': '*' } }, expected: false },
    { Condition: { ArnEquals: { 'aws:SourceArn': RULE } }, expected: true },
    { Condition: { ArnEquals: { 'aws:SourceArn': anyRule } }, expected: true },
    { Condition: { ArnEquals: { 'aws:SourceArn': `${RULE}-2` } }, expected: false },
    { Condition: { ArnLike: { 'aws:SourceArn': anyRule } }, expected: true },
    { Condition: { ArnLike: { 'aws:SourceArn': `${RULE}-?` } }, expected: false },
    { Condition: { ArnLike: { 'aws:PrincipalArn': '*' } }, expected: false },
    { Condition: { Bool: { 'aws:SecureTransport': true } }, expected: true },
    { Condition: { Bool: { 'aws:SecureTransport': 'true' } }, expected: true },
    { Condition: { Bool: { 'aws:SecureTransport': 'false' } }, expected: false },
    { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, expected: false },
  ])('given $Condition, that it applies is $expected', ({ Condition, expected }) => {
    expect(applies({ Condition })).toBe(expected);
  });

  test.each<[string, Context, boolean]>([
    ['the account of the caller', { 'aws:principalaccount': '1', 'events:creatoraccount': '1' }, true],
    ['another account', { 'aws:principalaccount': '1', 'events:creatoraccount': '2' }, false],
    ['nobody', { 'aws:principalaccount': '1' }, true],
    ['the variable itself', { 'aws:principalaccount': '1', 'events:creatoraccount': CALLER }, false],
    ['the same, for a caller without account', { 'events:creatoraccount': 'undefined' }, false],
  ])('given a variable, it is replaced: a rule made by %s', (_, context, expected) => {
    const Condition = { StringEqualsIfExists: { 'events:creatorAccount': CALLER } };
    expect(applies({ Condition }, { context })).toBe(expected);
  });

  test('given a variable within an ARN, wildcards beside it still hold', () => {
    const Condition = { 'ForAllValues:ArnLike': { 'events:TargetArn': `arn:aws:events:*:${CALLER}:event-bus/*` } };
    const to = (...targets: string[]) =>
      applies({ Condition }, { context: { 'aws:principalaccount': '1', 'events:targetarn': targets } });
    expect(to('arn:aws:events:x:1:event-bus/a', 'arn:aws:events:x:1:event-bus/b')).toBe(true);
    expect(to('arn:aws:events:x:1:event-bus/a', 'arn:aws:events:x:2:event-bus/b')).toBe(false);
    expect(to()).toBe(true);
  });

  test('given several keys and operators, all must hold', () => {
    const [holds, fails] = [{ 'aws:SourceArn': RULE }, { 'aws:SourceAccount': '999' }];
    expect(applies({ Condition: { StringEquals: { ...holds, ...fails } } })).toBe(false);
    expect(applies({ Condition: { ArnEquals: holds, StringEquals: fails } })).toBe(false);
    expect(applies({ Condition: { ArnEquals: holds, Bool: { 'aws:SecureTransport': 'true' } } })).toBe(true);
  });

  test('given a deny without TLS, as CDK writes it, calls over TLS pass', () => {
    const denyPlain = { ...DENY, Principal: '*' as const, Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    const plain = { context: { ...REQUEST.context, 'aws:securetransport': 'false' } };
    expect([mayWith([ALLOW, denyPlain]), mayWith([ALLOW, denyPlain], plain)]).toEqual([true, false]);
  });
});

describe('how ARNs and accounts are compared', () => {
  test.each([
    { pattern: 'arn:aws:*', matches: false },
    { pattern: 'arn:aws:events:*:111122223333:rule/*', matches: true },
    { pattern: 'arn:aws:events:ap-northeast-1:111122223333:*', matches: true },
    { pattern: 'arn:aws:events:*:rule/main/users', matches: false },
    { pattern: 'arn:a?s:events:ap-northeast-1:111122223333:rule/main/users', matches: true },
    { pattern: 'arn:*:events:ap-northeast-1:111122223333:rule/main/users', matches: true },
    { pattern: '*', matches: false },
  ])('given the pattern $pattern, that it matches the rule is $matches', ({ pattern, matches }) => {
    expect(applies({ Condition: { ArnLike: { 'aws:SourceArn': pattern } } })).toBe(matches);
  });

  test.each([
    { AWS: 'arn:aws:iam::111122223333:root', denied: true },
    { AWS: '111122223333', denied: true },
    { AWS: '444455556666', denied: false },
    { AWS: 'arn:aws:iam::111122223333:role/other', denied: false },
    { AWS: 'arn:aws:iam::111122223333:rooted', denied: false },
    { AWS: 'x:arn:aws:iam::111122223333:root', denied: false },
  ])('given a deny of the principal $AWS, that it is about a role of 111122223333 is $denied', ({ AWS, denied }) => {
    const everyone: PolicyStatement = { ...ALLOW, Principal: '*' };
    const request = { principal: { arn: ROLE } };
    expect(mayWith([everyone, { ...DENY, Principal: { AWS } }], request)).toBe(!denied);
  });

  test.each(['arn:aws:iam::111122223333:root', '111122223333'])(
    'given an allowance for %s, it is left to the policies of the role itself',
    (AWS) => expect(applies({ Principal: { AWS } }, { principal: { arn: ROLE } })).toBe(false),
  );

  test('given a service, no account stands for it', () => {
    expect(applies({ Principal: { AWS: '111122223333' } })).toBe(false);
  });

  test('given Bool, letter case does not matter', () => {
    expect(applies({ Condition: { Bool: { 'aws:SecureTransport': 'TRUE' } } })).toBe(true);
  });
});

test.each([
  { pattern: 'arn:aws:lambda:*:*:function:*', arn: 'arn:aws:lambda:x:1:function:f:alias', matches: true },
  { pattern: 'arn:aws:lambda:x:1:function:*', arn: 'arn:aws:lambda:x:1:function:f', matches: true },
  { pattern: 'arn:aws:lambda:*:*:functionf', arn: 'arn:aws:lambda:x:1:function:f', matches: false },
  { pattern: 'arn:aws:*:*:*:f', arn: 'arn:aws:lambda:x:1:function:f', matches: false },
  { pattern: 'arn:aws:s3:::*', arn: 'arn:aws:s3:::bucket', matches: true },
  { pattern: 'arn:aws:s3:::*', arn: 'arn:aws:s3', matches: false },
  { pattern: 'arn:aws:s3', arn: 'arn:aws:s3', matches: true },
  { pattern: 'arn:aws:s3', arn: 'arn:aws:s3:', matches: false },
])('given the pattern $pattern, that it matches $arn is $matches', ({ pattern, arn, matches }) => {
  expect(holds('ArnLike', pattern, arn)).toBe(matches);
});

/** Whether an operator with these expected values holds for a value of the request. */
const holds = (operator: string, expected: string | string[], actual: string | readonly string[] | undefined) =>
  compileCondition({ [operator]: { 'aws:Key': expected } })({ 'aws:key': actual } as Context);

describe('operators', () => {
  test.each([
    { operator: 'StringEquals', expected: ['a', 'b'], holding: ['a', 'b'], failing: ['A', 'c', 'a*', undefined] },
    { operator: 'StringEquals', expected: 'a*', holding: ['a*'], failing: ['ab'] },
    { operator: 'StringNotEquals', expected: ['a', 'b'], holding: ['A', 'c', undefined], failing: ['a', 'b'] },
    { operator: 'StringLike', expected: ['a?c', 'x*'], holding: ['abc', 'x', 'xyz'], failing: ['ac', 'ax', undefined] },
    {
      operator: 'ArnLike',
      expected: 'arn:aws:iam::*:role/*',
      holding: [ROLE],
      failing: ['arn:aws:iam::1:user/x', undefined],
    },
    { operator: 'ArnEquals', expected: ROLE, holding: [ROLE], failing: [`${ROLE}2`, undefined] },
    { operator: 'Bool', expected: 'false', holding: ['false', 'False'], failing: ['true', undefined] },
    { operator: 'Null', expected: 'true', holding: [undefined], failing: ['', 'a'] },
    { operator: 'Null', expected: 'false', holding: ['', 'a'], failing: [undefined] },
    { operator: 'StringEqualsIfExists', expected: 'a', holding: ['a', undefined], failing: ['b'] },
    { operator: 'StringNotEqualsIfExists', expected: 'a', holding: ['b', undefined], failing: ['a'] },
    { operator: 'StringLikeIfExists', expected: 'a*', holding: ['ab', undefined], failing: ['b'] },
    { operator: 'BoolIfExists', expected: 'true', holding: ['true', undefined], failing: ['false'] },
    { operator: 'ArnLikeIfExists', expected: ROLE, holding: [ROLE, undefined], failing: [`${ROLE}2`] },
  ])('$operator $expected holds for $holding and not for $failing', ({ operator, expected, holding, failing }) => {
    const judged = [...holding, ...failing].map((actual) => [actual, holds(operator, expected, actual)]);
    expect(judged).toEqual([...holding.map((actual) => [actual, true]), ...failing.map((actual) => [actual, false])]);
  });
});

describe('set operators, for keys with several values', () => {
  test.each([
    { actual: undefined, all: true, any: false, allNot: true, anyNot: false },
    { actual: [], all: true, any: false, allNot: true, anyNot: false },
    { actual: ['a'], all: true, any: true, allNot: false, anyNot: false },
    { actual: ['a', 'b'], all: true, any: true, allNot: false, anyNot: false },
    { actual: ['a', 'c'], all: false, any: true, allNot: false, anyNot: true },
    { actual: ['c'], all: false, any: false, allNot: true, anyNot: true },
    { actual: 'a', all: true, any: true, allNot: false, anyNot: false },
  ])(
    'given $actual against a and b: all $all, any $any, all not $allNot, any not $anyNot',
    ({ actual, ...expected }) => {
      const judge = (operator: string) => holds(operator, ['a', 'b'], actual);
      expect({
        all: judge('ForAllValues:StringEquals'),
        any: judge('ForAnyValue:StringEquals'),
        allNot: judge('ForAllValues:StringNotEquals'),
        anyNot: judge('ForAnyValue:StringNotEquals'),
      }).toEqual(expected);
    },
  );

  test('given IfExists behind them, a missing key is as without it', () => {
    expect(holds('ForAllValues:StringEqualsIfExists', 'a', undefined)).toBe(true);
    expect(holds('ForAnyValue:StringEqualsIfExists', 'a', undefined)).toBe(false);
  });

  test('given wildcards, each value is compared with them', () => {
    expect(holds('ForAllValues:StringLike', ['user*', 's3_*'], ['userId', 's3_bucket_uri'])).toBe(true);
    expect(holds('ForAllValues:StringLike', ['user*', 's3_*'], ['userId', 'email'])).toBe(false);
  });

  test('given several values and no set operator, nothing holds', () => {
    expect(holds('StringEquals', 'a', ['a'])).toBe(false);
    expect(holds('StringNotEquals', 'a', ['b'])).toBe(false);
    expect(holds('StringEqualsIfExists', 'a', ['b'])).toBe(false);
  });
});

test.each(['DateLessThan', 'ForSome:StringEquals', '', 'Stringequals'])(
  'given the operator %j, which is not supported, nothing is judged by it',
  (operator) => {
    expect(() => holds(operator, 'a', 'a')).toThrow(`The condition operator ${operator} is not supported.`);
  },
);

test('given a statement about no action, it is about nothing', () => {
  const { Action: _left, ...rest } = ALLOW;
  expect(mayWith([rest])).toBe(false);
});
