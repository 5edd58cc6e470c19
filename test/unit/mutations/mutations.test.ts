import { describe, expect, test } from '@jest/globals';
import type { Template } from '../../mutations/mutation.ts';
import { mutationsOf } from '../../mutations/mutations.ts';

const allow = (...Action: string[]) => ({ Effect: 'Allow', Action: Action.length === 1 ? Action[0] : Action });
const DENY = { Effect: 'Deny', Action: 'sqs:*' };

const template = (): Template => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: { Statement: [allow('sts:AssumeRole')] },
        Policies: [{ PolicyName: 'Read', PolicyDocument: { Statement: [allow('sqs:A', 'sqs:B')] } }],
      },
    },
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { PolicyDocument: { Statement: [DENY, allow('sqs:C')] } },
    },
    Function: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { ONE: '1', TWO: '2' } } } },
    Bare: { Type: 'AWS::Lambda::Function', Properties: {} },
    Rule: { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: ['a'], 'detail-type': ['B'] } } },
    Pipe: { Type: 'AWS::Pipes::Pipe', Properties: { SourceParameters: { FilterCriteria: {}, Other: {} } } },
  },
});

/** The template without one thing. */
function without(what: string): Template {
  const mutation = mutationsOf(template()).find((each) => `${each.kind} ${each.logicalId} ${each.what}` === what);
  if (mutation === undefined) throw new Error(`there is no mutation ${what}`);
  const mutated = template();
  mutation.apply(mutated);
  return mutated;
}

describe('mutations of a template', () => {
  test('are every Allow statement, every action of several, resource policy, variable and part of a pattern', () => {
    expect(mutationsOf(template()).map(({ kind, logicalId, what }) => `${kind} ${logicalId} ${what}`)).toEqual([
      'statement Role trust: sts:AssumeRole',
      'statement Role Read: sqs:A, sqs:B',
      'action Role Read: sqs:A',
      'action Role Read: sqs:B',
      'statement QueuePolicy sqs:C',
      'resource policy QueuePolicy AWS::SQS::QueuePolicy',
      'variable Function ONE',
      'variable Function TWO',
      'pattern Rule source',
      'pattern Rule detail-type',
      'pattern Pipe the filter',
    ]);
  });

  test.each([
    ['statement Role trust: sts:AssumeRole', 'Role', { AssumeRolePolicyDocument: { Statement: [] } }],
    ['statement Role Read: sqs:A, sqs:B', 'Role', { Policies: [{ PolicyDocument: { Statement: [] } }] }],
    ['action Role Read: sqs:A', 'Role', { Policies: [{ PolicyDocument: { Statement: [{ Action: ['sqs:B'] }] } }] }],
    ['statement QueuePolicy sqs:C', 'QueuePolicy', { PolicyDocument: { Statement: [DENY] } }],
    ['variable Function ONE', 'Function', { Environment: { Variables: { TWO: '2' } } }],
    ['pattern Rule source', 'Rule', { EventPattern: { 'detail-type': ['B'] } }],
    ['pattern Pipe the filter', 'Pipe', { SourceParameters: { Other: {} } }],
  ])('%s: that is gone, and nothing else', (what, logicalId, left) => {
    const { Resources } = without(what);
    expect(Resources[logicalId]?.Properties).toMatchObject(left);
    const { [logicalId]: _changed, ...others } = Resources;
    const { [logicalId]: _original, ...unchanged } = template().Resources;
    expect(others).toEqual(unchanged);
    expect(JSON.stringify(Resources[logicalId]).length).toBeLessThan(
      JSON.stringify(template().Resources[logicalId]).length,
    );
  });

  test('a policy that is gone as a whole is waited for no more', () => {
    const whole = template();
    Object.assign(whole.Resources.Pipe ?? {}, { DependsOn: ['QueuePolicy', 'Role'] });
    const mutation = mutationsOf(whole).find(({ kind }) => kind === 'resource policy');
    mutation?.apply(whole);
    expect(whole.Resources).not.toHaveProperty('QueuePolicy');
    expect(whole.Resources.Pipe).toMatchObject({ DependsOn: ['Role'] });
  });
});
