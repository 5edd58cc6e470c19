import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bordersOf, compilePieces, finderOf } from '../../../../packages/local-engine/core/wildcard.ts';
import { compileArn, compileWildcard } from '../../../../packages/local-engine/iam/condition.ts';
import { judge } from '../../../../packages/local-engine/iam/evaluation.ts';
import {
  checkPolicy,
  type PolicyDocument,
  type PolicyKind,
  type PolicyStatement,
} from '../../../../packages/local-engine/iam/policy.ts';
import { compileLogPattern } from '../../../../packages/local-engine/logs/log-pattern/log-pattern.ts';

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

  test.each([
    ...['aws:sourcearn', 'AWS:RequestTag/owner', 'aws:SourceAccount', 'aws:SecureTransport', 'aws:RequestedRegion'],
    ...['aws:PrincipalArn', 'aws:PrincipalAccount', 'aws:PrincipalOrgID', 'aws:ResourceAccount'],
    ...['dynamodb:ReturnValues', 'dynamodb:Select', 'events:creatorAccount', 'events:detail-type', 'events:source'],
    ...['s3:delimiter', 's3:LocationConstraint', 's3:max-keys', 's3:prefix', 's3:ResourceAccount'],
    's3:x-amz-bucket-namespace',
  ])('may ask for %s', (key) => {
    expect(() => check({ Condition: { StringEquals: { [key]: 'v' } } })).not.toThrow();
  });

  test.each(['aws:TagKeys', 'dynamodb:Attributes', 'dynamodb:LeadingKeys', 'events:TargetArn'])(
    'may ask for %s with a set operator alone, since it may have several values',
    (key) => {
      for (const set of ['ForAllValues', 'ForAnyValue']) {
        expect(() => check({ Condition: { [`${set}:StringEquals`]: { [key]: 'v' } } })).not.toThrow();
      }
      expect(() => check({ Condition: { StringEquals: { [key]: 'v' } } })).toThrow(
        `The condition key ${key} may have several values: use ForAllValues:StringEquals or ForAnyValue:StringEquals.`,
      );
    },
  );

  test('may have the account of the caller in the value of a condition, beside other text', () => {
    const value = `arn:aws:events:*:${['$', '{aws:PrincipalAccount}'].join('')}:event-bus/*`;
    expect(() => check({ Condition: { ArnLike: { 'aws:SourceArn': value } } })).not.toThrow();
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
    { given: { Condition: { 'ForAllValues:Null': { 'aws:SourceArn': 'true' } } }, named: 'ForAllValues:Null' },
    { given: { Condition: { 'xForAllValues:Bool': { 'aws:SourceArn': 'v' } } }, named: 'xForAllValues:Bool' },
    { given: { Condition: { BoolIfExistsx: { 'aws:SourceArn': 'v' } } }, named: 'BoolIfExistsx' },
    { given: { Condition: { StringEquals: { 'aws:SourceArn': ['v', VARIABLE] } } }, named: VARIABLE },
    { given: { Condition: { StringEquals: { 'aws:RequestTags': 'v' } } }, named: 'aws:RequestTags' },
    { given: { Condition: { StringEquals: { 'aws:SourceArnx': 'v' } } }, named: 'aws:SourceArnx' },
    { given: { Condition: { toString: { 'aws:SourceArn': 'v' } } }, named: 'toString' },
    { given: { Resource: ['$', '{aws:PrincipalAccount}'].join('') }, named: 'aws:PrincipalAccount' },
    { given: { Condition: { StringEquals: { 'aws:PrincipalOrgPaths': 'o' } } }, named: 'aws:PrincipalOrgPaths' },
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

  test('given an operator, those that are supported are named', () => {
    expect(() => check({ Condition: { DateEquals: { 'aws:SourceArn': 'v' } } })).toThrow(
      'The condition operator DateEquals is not supported; supported are StringEquals, StringNotEquals, StringLike, ArnEquals, ArnLike, Bool, Null.',
    );
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
    { kind: 'identity', given: { Sid: 'One', Effect: 'Deny' } },
    { kind: 'identity', given: { Action: undefined, NotAction: ['sqs:*', 's3:*'], Resource: ['a', 'b'] } },
    { kind: 'identity', given: { Condition: { Bool: { 'aws:SecureTransport': true } } } },
    { kind: 'identity', given: { Condition: { StringEquals: { 's3:max-keys': [10, 20] } } } },
    { kind: 'resource', given: { Principal: '*' } },
    { kind: 'resource', given: { Principal: { AWS: ['1', '2'], Service: 's' } } },
    { kind: 'resource', given: { Principal: PRINCIPAL } },
    { kind: 'trust', given: { Principal: PRINCIPAL, Resource: undefined } },
  ])('of the kind $kind it is taken with what it needs', ({ kind, given }) => {
    expect(() => check(given, kind)).not.toThrow();
  });
});

test('a document may have a version and an id, and several statements', () => {
  const policy = { Version: '2012-10-17', Id: 'x', Statement: [ALLOW, ALLOW] };
  expect(() => checkPolicy(policy, 'identity')).not.toThrow();
  const second = { Statement: [ALLOW, { ...ALLOW, Effect: 'Maybe' }] } as unknown as PolicyDocument;
  expect(() => checkPolicy(second, 'identity')).toThrow('The Effect must be Allow or Deny, not "Maybe".');
});

test.each<{ kind: PolicyKind; given: object; message: string }>([
  { kind: 'resource', given: {}, message: "A statement of a resource's policy must have a Principal." },
  { kind: 'trust', given: {}, message: 'A statement of a trust policy must have a Principal.' },
  {
    kind: 'identity',
    given: { Principal: '*' },
    message: "A statement of an identity's policy must not have a Principal.",
  },
  {
    kind: 'identity',
    given: { Nothing: 1 },
    message:
      'The policy element Nothing is not supported; supported are Sid, Effect, Principal, Action, NotAction, Resource, Condition.',
  },
  { kind: 'identity', given: { Action: ['a', 5] }, message: 'Action must be a text or a list of texts.' },
  { kind: 'identity', given: { NotAction: 5 }, message: 'NotAction must be a text or a list of texts.' },
  { kind: 'identity', given: { Resource: ['a', null] }, message: 'Resource must be a text or a list of texts.' },
  { kind: 'resource', given: { Principal: 'x' }, message: 'Principal must be "*" or an object.' },
  { kind: 'resource', given: { Principal: { AWS: ['a', 1] } }, message: 'Principal must be texts.' },
  { kind: 'identity', given: { Condition: 'x' }, message: 'Condition must be an object.' },
  { kind: 'identity', given: { Condition: { Bool: 'x' } }, message: 'Condition must be an object of objects.' },
  {
    kind: 'identity',
    given: { Condition: { Bool: { 'aws:SecureTransport': ['true', {}] } } },
    message: 'Condition must be texts.',
  },
])('given $given in the policy of a kind $kind, the error says: $message', ({ kind, given, message }) => {
  expect(() => check(given, kind)).toThrow(message);
});

test.each([
  [null, 'Syntax errors in policy: policy must be an object.'],
  [{ Statement: ['x'] }, 'Syntax errors in policy: Statement must be an object.'],
  [{ Statement: [], Other: 1 }, 'The policy element Other is not supported; supported are Version, Id, Statement.'],
])('given the policy %j, the error says: %s', (policy, message) => {
  expect(() => checkPolicy(policy as unknown as PolicyDocument, 'identity')).toThrow(message);
});

/** Whether a text matches, tried in every way: what the matcher must agree with. */
function matchesByTrying(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [first, rest] = [pattern.charAt(0), pattern.slice(1)];
  if (first === '*') return matchesByTrying(rest, text) || (text !== '' && matchesByTrying(pattern, text.slice(1)));
  return text !== '' && (first === '?' || first === text.charAt(0)) && matchesByTrying(rest, text.slice(1));
}

describe('a pattern with wildcards', () => {
  test('matches what trying everything finds', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 9 });
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 9 });
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        expect([pattern, text, compileWildcard(pattern)(text)]).toEqual([
          pattern,
          text,
          matchesByTrying(pattern, text),
        ]);
      }),
      { numRuns: 2000 },
    );
  });

  test.each(['.*', 'a.c', '[ab]', '(a|b)', 'a+', '^a$', '\\*', '$'])('takes %s for itself', (pattern) => {
    expect(compileWildcard(pattern)(pattern)).toBe(true);
    expect(['abc', 'a', 'b', 'aa', ''].some(compileWildcard(`x${pattern}`))).toBe(false);
  });

  test('is matched without trying every place of each wildcard, which would take for ever', () => {
    const manyTimes = `${'*a'.repeat(1000)}*b`;
    const text = 'a'.repeat(20_000);
    expect(compileWildcard(manyTimes)(text)).toBe(false);
    expect(compileWildcard(manyTimes)(`${text}b`)).toBe(true);
    expect(compileWildcard(`${'*a?'.repeat(1000)}*b`)(text)).toBe(false);
    expect(compileArn(`arn:aws:events:*:*:rule/${'*a'.repeat(8)}*b`)(`arn:aws:events:x:1:rule/${'a'.repeat(60)}`)).toBe(
      false,
    );
  });

  test('of a policy is judged so, in actions, resources and conditions', () => {
    const hostile = `${'*a'.repeat(60)}*b`;
    const allow = { Effect: 'Allow' as const, Principal: '*' as const };
    const policy: PolicyDocument = {
      Statement: [
        { ...allow, Action: `sqs:${hostile}` },
        { ...allow, Action: 'sqs:*', Resource: hostile },
        {
          ...allow,
          Action: 'sqs:*',
          Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:events:*:*:rule/${hostile}` } },
        },
        { ...allow, Action: 'sqs:*', Condition: { StringLike: { 'aws:SourceAccount': hostile } } },
      ],
    };
    const long = 'a'.repeat(5000);
    const context = { 'aws:sourcearn': `arn:aws:events:x:1:rule/${long}`, 'aws:sourceaccount': long };
    const request = { principal: {}, action: `sqs:${long}`, resource: long, context };
    expect(judge([policy], request)).toBe('unmentioned');
  });
});

describe('the search for a piece of text', () => {
  test('finds what indexOf finds, from every place', () => {
    const units = { unit: fc.constantFrom('a', 'b'), maxLength: 60 };
    const pieces = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 17, maxLength: 24 });
    fc.assert(
      fc.property(pieces, fc.string(units), fc.nat(90), fc.boolean(), (piece, around, from, isIn) => {
        const text = isIn ? `${around}${piece}${around}` : around;
        expect(finderOf(piece)(text, from)).toBe(text.indexOf(piece, from));
      }),
      { numRuns: 2000 },
    );
  });

  test('knows of each beginning how much of it comes again at its end', () => {
    expect(bordersOf('aabaaab')).toEqual([0, 1, 0, 1, 2, 2, 3]);
  });

  test('goes through a text once, however alike it is', () => {
    const piece = `b${'a'.repeat(20_000)}`;
    const text = 'a'.repeat(4_000_000);
    expect(compilePieces(['', piece, ''])(text)).toBe(false);
    expect(finderOf(piece)(`${text}${piece}`, 0)).toBe(text.length);
    const term = `b${'a'.repeat(1000)}`;
    expect(compileLogPattern(term)({ message: text })).toBe(false);
    expect(compileLogPattern(`{ $.x = "*${term}*" }`)({ message: JSON.stringify({ x: text }) })).toBe(false);
  });
});

describe('a policy that is not of the form of one is refused as such, as IAM does', () => {
  // Found by `npm run fuzz`.
  test.each<object>([
    { Resource: {} },
    { Action: [null] },
    { Action: undefined, NotAction: [[]] },
    { Condition: false },
    { Condition: { ArnLike: null } },
    { Condition: { StringEquals: { 'aws:SourceArn': {} } } },
    { Effect: { toString: '' } },
  ])('%j', (change) => {
    expect(() => check(change)).toThrow(expect.objectContaining({ code: 'MalformedPolicyDocument' }));
  });

  test('a statement that is none, and a policy that is none', () => {
    for (const policy of [null, [], {}, { Statement: [null] }, { Statement: 'x' }]) {
      const refused = () => checkPolicy(policy as PolicyDocument, 'identity');
      expect(refused).toThrow(expect.objectContaining({ code: 'MalformedPolicyDocument' }));
    }
  });

  test('a principal that is none', () => {
    for (const Principal of ['', null, { AWS: [1] }]) {
      expect(() => check({ Principal, Resource: undefined }, 'trust')).toThrow(/Principal/);
    }
  });
});
