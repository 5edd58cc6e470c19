import { describe, expect, test } from '@jest/globals';
import type { Template, TemplateResource } from '../../../local/stacks/assembly.ts';
import { checkTemplate } from '../../../local/stacks/template-check.ts';
import { TemplateError } from '../../../local/stacks/template-error.ts';

const check = (Resources: Readonly<Record<string, unknown>>, sections: object = {}) =>
  checkTemplate('Pipeline', { ...sections, Resources: Resources as Record<string, TemplateResource> } as Template);

const RULE = {
  Type: 'AWS::Events::Rule',
  Properties: {
    EventBusName: { Ref: 'Bus' },
    EventPattern: { anything: [{ prefix: 'a' }] },
    Targets: [
      { Id: 'a', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
      { Id: 'b', Arn: 'arn', DeadLetterConfig: { Arn: 'arn' }, RetryPolicy: { MaximumRetryAttempts: 3 } },
    ],
  },
};

describe('what passes', () => {
  test('given known types, properties, attributes and sections, the template passes', () => {
    const queue = {
      Type: 'AWS::SQS::Queue',
      Properties: { VisibilityTimeout: 30, Tags: [{ Key: 'a', Value: 'b', Odd: 1 }] },
      DependsOn: 'Bus',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Metadata: { 'aws:cdk:path': 'x' },
    };
    const sections = {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: 'x',
      Metadata: {},
      Outputs: {},
      Parameters: {},
      Rules: {},
    };
    expect(() => check({ Bus: { Type: 'AWS::Events::EventBus' }, Queue: queue, Rule: RULE }, sections)).not.toThrow();
  });

  test('given a type without effect here, its properties are its own affair', () => {
    const alarm = { Type: 'AWS::CloudWatch::Alarm', Properties: { Anything: { goes: true } } };
    expect(() => check({ Alarm: alarm })).not.toThrow();
  });
});

describe('what is refused, by logical id', () => {
  const withTargets = (...Targets: readonly object[]) => ({ ...RULE, Properties: { ...RULE.Properties, Targets } });
  const target = { Id: 'a', Arn: 'arn' };

  test.each<{ given: string; resource: unknown; names: string }>([
    { given: 'an unknown type', resource: { Type: 'AWS::Kinesis::Stream' }, names: 'AWS::Kinesis::Stream' },
    {
      given: 'an unknown property',
      resource: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
      names: 'AWS::SQS::Queue has the property FifoQueue',
    },
    {
      given: 'an unknown property of a property',
      resource: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: {}, Secrets: {} } } },
      names: 'AWS::Lambda::Function.Environment has the property Secrets',
    },
    {
      given: 'an unknown property of the second item of a list',
      resource: withTargets(target, { ...target, InputPath: '$.detail' }),
      names: 'AWS::Events::Rule.Targets[1] has the property InputPath',
    },
    {
      given: 'an unknown property below an item of a list',
      resource: withTargets({ ...target, RetryPolicy: { MaximumPatience: 1 } }),
      names: 'AWS::Events::Rule.Targets[0].RetryPolicy has the property MaximumPatience',
    },
    { given: 'a condition', resource: { Type: 'AWS::SQS::Queue', Condition: 'IsProd' }, names: 'Condition' },
    { given: 'a creation policy', resource: { Type: 'AWS::SQS::Queue', CreationPolicy: {} }, names: 'CreationPolicy' },
  ])('given $given, the error names it', ({ resource, names }) => {
    const load = () => check({ Bus: { Type: 'AWS::Events::EventBus' }, Odd: resource });
    expect(load).toThrow(TemplateError);
    expect(load).toThrow(expect.objectContaining({ logicalId: 'Odd' }));
    expect(load).toThrow(names);
  });

  test('given an unknown property, the error says which are known', () => {
    const load = () => check({ Odd: { Type: 'AWS::Events::EventBus', Properties: { KmsKeyIdentifier: 'x' } } });
    expect(load).toThrow('it knows Name, Description, Tags.');
  });

  test.each(['Conditions', 'Mappings', 'Transform', 'Hooks'])('given the section %s, the error names it', (section) => {
    const load = () => check({}, { [section]: {} });
    expect(load).toThrow(expect.objectContaining({ name: 'TemplateError', logicalId: 'Pipeline' }));
    expect(load).toThrow(section);
  });
});

describe('parameters', () => {
  test.each([
    {
      given: 'a list of values of SSM parameters',
      parameter: { Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: '/a' },
      names: 'AWS::SSM',
    },
    { given: 'one without a default', parameter: { Type: 'String' }, names: 'without a default' },
  ])('given $given, it is refused by name, since what it stands for is not known', ({ parameter, names }) => {
    const refused = expect(() => check({}, { Parameters: { BusArn: parameter } }));
    refused.toThrow(/^BusArn: /);
    expect(() => check({}, { Parameters: { BusArn: parameter } })).toThrow(names);
  });
});
