import { describe, expect, test } from '@jest/globals';
import { checkOutline, checkResources } from '../../../../packages/local-engine/cloudformation/check-template.ts';
import {
  type Template,
  TemplateError,
  type TemplateResource,
} from '../../../../packages/local-engine/cloudformation/template/template.ts';

const check = (Resources: Readonly<Record<string, unknown>>, sections: object = {}) => {
  const template = { ...sections, Resources: Resources as Record<string, TemplateResource> } as Template;
  checkOutline('Pipeline', template);
  checkResources(template);
};

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
    const topic = { Type: 'AWS::SNS::Topic', Properties: { Anything: { goes: true } } };
    expect(() => check({ Topic: topic })).not.toThrow();
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
    {
      given: 'a dependency on nothing',
      resource: { Type: 'AWS::SQS::Queue', DependsOn: 'Nothing' },
      names: 'Template format error: Unresolved resource dependencies [Nothing] in the Resources block of the template',
    },
    {
      given: 'several dependencies, two of them on nothing',
      resource: { Type: 'AWS::SQS::Queue', DependsOn: ['Bus', 'No', 'None', 'No'] },
      names: 'Unresolved resource dependencies [No, None] in the Resources block',
    },
    {
      given: 'a dependency that is no name',
      resource: { Type: 'AWS::SQS::Queue', DependsOn: [{ Ref: 'Bus' }] },
      names: 'DependsOn',
    },
    { given: 'an update policy', resource: { Type: 'AWS::SQS::Queue', UpdatePolicy: {} }, names: 'UpdatePolicy' },
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

  test.each(['Transform', 'Hooks', 'Globals'])('given the section %s, the error names it', (section) => {
    const load = () => check({}, { [section]: {} });
    expect(load).toThrow(expect.objectContaining({ name: 'TemplateError', logicalId: 'Pipeline' }));
    expect(load).toThrow(section);
  });
});

describe('outputs and rules', () => {
  test('given an output with an unknown member, the error names it', () => {
    const load = () => check({}, { Outputs: { Name: { Value: 'x', Exports: {} } } });
    expect(load).toThrow('output Name: has the member Exports');
  });

  test('given the rule that the CDK writes, the template passes; given another one, the error names it', () => {
    expect(() => check({}, { Rules: { CheckBootstrapVersion: {} } })).not.toThrow();
    expect(() => check({}, { Rules: { OnlyInProd: {} } })).toThrow('Pipeline: has the rule OnlyInProd');
  });
});

describe('parameters', () => {
  test.each([
    { Type: 'String', Default: 'dev', AllowedValues: ['dev', 'prod'], AllowedPattern: '[a-z]+', MaxLength: 4 },
    { Type: 'Number', Default: 3, AllowedValues: ['3', '5'], MinValue: 1, MaxValue: 3, NoEcho: true },
  ])('given $Type with a default that its constraints allow, it passes', (parameter) => {
    expect(() => check({}, { Parameters: { Stage: parameter } })).not.toThrow();
  });

  test.each([
    { member: 'AllowedValues', parameter: { Default: 'test', AllowedValues: ['dev', 'prod'] } },
    { member: 'AllowedPattern', parameter: { Default: 'dev1', AllowedPattern: '[a-z]+' } },
    { member: 'AllowedPattern', parameter: { Default: 'dev', AllowedPattern: '[' } },
    { member: 'MinLength', parameter: { Default: 'dev', MinLength: '4' } },
    { member: 'MaxLength', parameter: { Default: 'dev', MaxLength: 2 } },
    { member: 'MinValue', parameter: { Type: 'Number', Default: 3, MinValue: 4 } },
    { member: 'MaxValue', parameter: { Type: 'Number', Default: '3', MaxValue: 2 } },
    { member: 'not a number', parameter: { Type: 'Number', Default: 'three' } },
    { member: 'Wishes', parameter: { Default: 'dev', Wishes: true } },
  ])('given $parameter, it is refused for its $member', ({ member, parameter }) => {
    const load = () => check({}, { Parameters: { Stage: { Type: 'String', ...parameter } } });
    expect(load).toThrow(/^Stage: /);
    expect(load).toThrow(member);
  });

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

describe('what is no template', () => {
  const load = (template: object) => () => checkOutline('Pipeline', template as Template);

  test.each([
    { template: {}, named: 'Pipeline: Template format error: Resources' },
    { template: { Resources: [] }, named: 'Pipeline: Template format error: Resources' },
    { template: { Resources: { A: null } }, named: 'A: Template format error: [/Resources/A]' },
    {
      template: { Resources: { 'a-b': { Type: 'AWS::SQS::Queue' } } },
      named: 'a-b: Template format error: Resource name a-b is non alphanumeric.',
    },
    { template: { Resources: { A: {} } }, named: 'A: Template format error: [/Resources/A/Type]' },
    { template: { Resources: { A: { Type: 'AWS::SQS::Queue', Properties: [] } } }, named: '[/Resources/A/Properties]' },
    { template: { Resources: {}, Outputs: { Name: 'x' } }, named: 'Name: Template format error: [/Outputs/Name]' },
    { template: { Resources: {}, Parameters: { Stage: 'dev' } }, named: '[/Parameters/Stage]' },
    { template: { Resources: {}, Conditions: 'x' }, named: 'Pipeline: Template format error: Conditions' },
    { template: { Resources: {}, Mappings: { Of: 1 } }, named: '[/Mappings/Of]' },
  ])('$template is refused by name', ({ template, named }) => {
    expect(load(template)).toThrow(expect.objectContaining({ name: 'TemplateError' }));
    expect(load(template)).toThrow(named);
  });
});
