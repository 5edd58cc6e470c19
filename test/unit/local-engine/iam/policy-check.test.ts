import { describe, expect, test } from '@jest/globals';
import type { PolicyDocument, PolicyStatement } from '../../../../packages/local-engine/iam/policy.ts';
import { checkPolicy, type PolicyKind } from '../../../../packages/local-engine/iam/policy-check.ts';

const ALLOW: PolicyStatement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' };
const VARIABLE = ['$', '{aws:username}'].join('');
const check = (change: object, kind: PolicyKind = 'identity') =>
  checkPolicy({ Statement: { ...ALLOW, ...change } as PolicyStatement }, kind);

describe('a policy that can be judged', () => {
  test.each([
    'StringEquals',
    'StringNotEquals',
    'StringLike',
    'ArnEquals',
    'ArnLike',
    'Bool',
    'StringEqualsIfExists',
    'ForAllValues:StringLike',
    'ForAnyValue:StringEqualsIfExists',
  ])('may ask with %s', (operator) => {
    expect(() => check({ Condition: { [operator]: { 'aws:SourceArn': 'v' } } })).not.toThrow();
  });

  test.each(['aws:sourcearn', 'AWS:RequestTag/owner', 's3:x-amz-bucket-namespace'])('may ask for %s', (key) => {
    expect(() => check({ Condition: { StringEquals: { [key]: 'v' } } })).not.toThrow();
  });

  test('may ask whether a key with several values is there', () => {
    expect(() => check({ Condition: { Null: { 'dynamodb:LeadingKeys': 'false' } } })).not.toThrow();
  });
});

describe('a policy that would be misjudged is refused, and what is not known is named', () => {
  test.each<{ given: object; named: string }>([
    { given: { Condition: { DateLessThan: { 'aws:SourceArn': 'v' } } }, named: 'DateLessThan' },
    { given: { Condition: { 'ForAnyValue:DateEquals': { 'aws:SourceArn': 'v' } } }, named: 'ForAnyValue:DateEquals' },
    { given: { Condition: { 'ForSome:StringEquals': { 'aws:SourceArn': 'v' } } }, named: 'ForSome:StringEquals' },
    { given: { Condition: { NullIfExists: { 'aws:SourceArn': 'v' } } }, named: 'NullIfExists' },
    { given: { Condition: { toString: { 'aws:SourceArn': 'v' } } }, named: 'toString' },
    { given: { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o' } } }, named: 'aws:PrincipalOrgID' },
    {
      given: { Condition: { StringEquals: { 'dynamodb:Attributes': 'a' } } },
      named: 'ForAllValues:StringEquals',
    },
    { given: { Resource: VARIABLE }, named: VARIABLE },
    { given: { NotPrincipal: '*' }, named: 'NotPrincipal' },
    { given: { NotResource: '*' }, named: 'NotResource' },
    { given: { Effect: 'allow' }, named: 'allow' },
    { given: { NotAction: 'sqs:*' }, named: 'NotAction' },
    { given: { Action: undefined }, named: 'Action' },
  ])('given $given', ({ given, named }) => {
    expect(() => check(given)).toThrow(named);
    expect(() => check(given)).toThrow(expect.objectContaining({ code: 'MalformedPolicyDocument' }));
  });

  test('given an element of the document', () => {
    expect(() => checkPolicy({ Statement: ALLOW, Extra: 1 } as PolicyDocument, 'identity')).toThrow('Extra');
  });

  test('given a kind of principal', () => {
    expect(() => check({ Principal: { Federated: 'x' } }, 'resource')).toThrow('Federated');
  });
});

describe('a policy that AWS would not take is refused', () => {
  const PRINCIPAL = { Service: 'lambda.amazonaws.com' };

  test.each<{ kind: PolicyKind; given: object; named: string }>([
    { kind: 'identity', given: { Resource: undefined }, named: 'must have a Resource' },
    { kind: 'identity', given: { Principal: PRINCIPAL }, named: 'must not have a Principal' },
    { kind: 'resource', given: {}, named: 'must have a Principal' },
    { kind: 'trust', given: { Resource: undefined }, named: 'must have a Principal' },
    { kind: 'trust', given: { Principal: PRINCIPAL }, named: 'must not have a Resource' },
  ])('of the kind $kind, given $given', ({ kind, given, named }) => {
    expect(() => check(given, kind)).toThrow(named);
    expect(() => check(given, kind)).toThrow(expect.objectContaining({ code: 'MalformedPolicyDocument' }));
  });

  test.each<{ kind: PolicyKind; given: object }>([
    { kind: 'resource', given: { Principal: PRINCIPAL } },
    { kind: 'trust', given: { Principal: PRINCIPAL, Resource: undefined } },
  ])('of the kind $kind it is taken with what it needs', ({ kind, given }) => {
    expect(() => check(given, kind)).not.toThrow();
  });
});
