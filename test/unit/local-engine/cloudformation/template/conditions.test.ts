// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Fn::Sub marks its variables.
import { describe, expect, test } from '@jest/globals';
import { settleConditions } from '../../../../../packages/local-engine/cloudformation/template/conditions.ts';
import { ParameterValues } from '../../../../../packages/local-engine/cloudformation/template/parameters.ts';
import type {
  Template,
  TemplateResource,
} from '../../../../../packages/local-engine/cloudformation/template/template.ts';
import { ACCOUNT } from '../../support/parts.ts';
import { resolve, stackOf } from '../../support/stack.ts';

const QUEUE: TemplateResource = { Type: 'AWS::SQS::Queue' };
const STAGE = { Stage: { Type: 'String', Default: 'dev' }, Count: { Type: 'Number', Default: 3 } };
const stageIs = (stage: string) => ({ 'Fn::Equals': [{ Ref: 'Stage' }, stage] });
const BOTH = { IsDev: stageIs('dev'), IsProd: stageIs('prod') };

type Sections = Omit<Template, 'Resources'>;

function load(resources: Readonly<Record<string, TemplateResource>>, sections: Sections = {}) {
  const [stack] = resolve(stackOf(resources, { Parameters: STAGE, ...sections }));
  if (stack === undefined) throw new Error('there is no stack');
  return stack;
}

/** Whether a resource with that condition is made. */
const holds = (condition: unknown, Mappings: Template['Mappings'] = {}) => {
  const Conditions = { ...BOTH, It: condition };
  return load({ Queue: { ...QUEUE, Condition: 'It' } }, { Conditions, Mappings }).resources.length === 1;
};

describe('a template whose conditions are evaluated', () => {
  const settled = (template: Template) =>
    settleConditions(
      'Users',
      template,
      new ParameterValues('Users', template, { account: ACCOUNT, parameters: new Map() }),
    );
  const Mappings = { Of: { dev: { size: 30 } } };

  test('is as it was where it has neither conditions nor mappings', () => {
    const Queue = { ...QUEUE, Properties: { Tags: [null, { Key: 'a', Value: null }] } };
    const template = { Description: 'x', Parameters: STAGE, Resources: { Queue } };
    expect(settled(template)).toStrictEqual(template);
    const Outputs = { Name: { Value: { Ref: 'Queue' }, Description: 'its name' } };
    expect(settled({ ...template, Outputs })).toStrictEqual({ ...template, Outputs });
  });

  test('has neither of them any more, nor what is not made', () => {
    const size = { 'Fn::FindInMap': ['Of', { Ref: 'Stage' }, 'size'] };
    const template = {
      ...{ Conditions: BOTH, Mappings, Parameters: STAGE },
      Resources: {
        Made: { ...QUEUE, Condition: 'IsDev', Properties: { DelaySeconds: { 'Fn::If': ['IsDev', size, 0] } } },
        Left: { ...QUEUE, Condition: 'IsProd' },
      },
      Outputs: { Made: { Value: 'a', Condition: 'IsDev' }, Left: { Value: 'b', Condition: 'IsProd' } },
    };
    expect(settled(template)).toStrictEqual({
      Parameters: STAGE,
      Resources: { Made: { ...QUEUE, Properties: { DelaySeconds: 30 } } },
      Outputs: { Made: { Value: 'a' } },
    });
  });
});

describe('a condition', () => {
  test.each([
    { condition: stageIs('dev'), is: true },
    { condition: stageIs('Dev'), is: false },
    { condition: { 'Fn::Equals': [{ Ref: 'Count' }, '3'] }, is: true },
    { condition: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'ap-northeast-1'] }, is: true },
    { condition: { 'Fn::Equals': [{ 'Fn::Join': ['-', ['a', { Ref: 'Stage' }]] }, 'a-dev'] }, is: true },
    { condition: { 'Fn::Equals': [{ 'Fn::FindInMap': ['Of', { Ref: 'Stage' }, 'is'] }, 'small'] }, is: true },
    {
      condition: {
        'Fn::Equals': [
          [1, 'b'],
          ['1', 'b'],
        ],
      },
      is: true,
    },
    { condition: { 'Fn::Equals': [{ a: 1 }, { a: 2 }] }, is: false },
    { condition: { 'Fn::Not': [stageIs('dev')] }, is: false },
    { condition: { 'Fn::Not': [{ Condition: 'IsProd' }] }, is: true },
    { condition: { 'Fn::And': [{ Condition: 'IsDev' }, { Condition: 'IsProd' }] }, is: false },
    { condition: { 'Fn::And': [{ Condition: 'IsDev' }, stageIs('dev')] }, is: true },
    { condition: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsDev' }] }, is: true },
    { condition: { 'Fn::Or': [{ Condition: 'IsProd' }, stageIs('test')] }, is: false },
  ])('$condition is $is', ({ condition, is }) => {
    expect(holds(condition, { Of: { dev: { is: 'small' } } })).toBe(is);
  });

  test.each([
    { given: 'another one that is not defined', condition: { Condition: 'IsTest' }, named: 'IsTest' },
    { given: 'itself', condition: { 'Fn::Not': [{ Condition: 'It' }] }, named: 'circular' },
    { given: 'an unknown function', condition: { 'Fn::Contains': [['a'], 'a'] }, named: 'Fn::Contains' },
    {
      given: 'a resource',
      condition: { 'Fn::Equals': [{ Ref: 'Queue' }, 'a'] },
      named: 'refers to the resource Queue. A condition cannot',
    },
    {
      given: 'an attribute of a resource',
      condition: { 'Fn::Equals': [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'a'] },
      named: 'refers to the resource Queue. A condition cannot',
    },
    {
      given: 'a parameter that is not there',
      condition: { 'Fn::Equals': [{ Ref: 'Nothing' }, 'a'] },
      named: 'Nothing',
    },
    {
      given: 'one operand too few',
      condition: { 'Fn::And': [{ Condition: 'IsDev' }] },
      named: 'Fn::And has 1 operands',
    },
    { given: 'three values to compare', condition: { 'Fn::Equals': ['a', 'a', 'a'] }, named: 'Fn::Equals' },
    {
      given: 'one alternative',
      condition: { 'Fn::Or': [{ Condition: 'IsDev' }] },
      named: 'Fn::Or has 1 operands; it needs 2 to 10',
    },
    {
      given: 'eleven alternatives',
      condition: { 'Fn::Or': Array.from({ length: 11 }, () => ({ Condition: 'IsDev' })) },
      named: 'Fn::Or has 11 operands',
    },
    { given: 'nothing to negate', condition: { 'Fn::Not': [] }, named: 'Fn::Not has 0 operands; it needs 1 to 1' },
    {
      given: 'two conditions to negate',
      condition: { 'Fn::Not': [{ Condition: 'IsDev' }, { Condition: 'IsDev' }] },
      named: 'Fn::Not has 2 operands',
    },
    { given: 'a text for operands', condition: { 'Fn::Not': 'IsDev' }, named: 'Fn::Not has 0 operands' },
    { given: 'the name of a condition as operand', condition: { 'Fn::Not': ['IsDev'] }, named: 'condition "IsDev"' },
    { given: 'null as operand', condition: { 'Fn::Not': [null] }, named: 'condition null' },
    { given: 'a condition that is no name', condition: { Condition: ['IsDev'] }, named: '{"Condition":["IsDev"]}' },
    {
      given: 'two functions at once',
      condition: { Condition: 'IsDev', 'Fn::Not': [{ Condition: 'IsDev' }] },
      named: 'it knows Fn::Equals, Fn::And, Fn::Or, Fn::Not, Condition.',
    },
    { given: 'an empty object', condition: {}, named: 'condition {}' },
  ])('given $given, is refused, also where nothing uses it', ({ condition, named }) => {
    const refused = expect(() => load({ Queue: QUEUE }, { Conditions: { ...BOTH, It: condition } }));
    refused.toThrow(/^It: /);
    expect(() => load({ Queue: QUEUE }, { Conditions: { ...BOTH, It: condition } })).toThrow(named);
  });
});

test('conditions that name each other again and again are each evaluated once', () => {
  const levels = Array.from({ length: 60 }, (_, level) => {
    const below = { Condition: `Level${level}` };
    return [`Level${level + 1}`, { 'Fn::And': [below, below] }];
  });
  const Conditions = { Level0: stageIs('dev'), ...Object.fromEntries(levels) };
  expect(load({ Queue: { ...QUEUE, Condition: 'Level60' } }, { Conditions }).resources).toHaveLength(1);
});

describe('a resource with a condition', () => {
  const sections = { Conditions: BOTH };

  test('is made if it is true; whatever the template cannot do of the other one does not matter', () => {
    const resources = {
      Made: { ...QUEUE, Condition: 'IsDev' },
      Left: { Type: 'AWS::Kinesis::Stream', Condition: 'IsProd' },
    };
    expect(load(resources, sections).resources.map(({ logicalId }) => logicalId)).toEqual(['Made']);
  });

  test('may be waited for, whether it is made or not', () => {
    const resources = { A: { ...QUEUE, DependsOn: ['B', 'C'] }, B: { ...QUEUE, Condition: 'IsProd' }, C: QUEUE };
    expect(load(resources, sections).resources.map(({ logicalId }) => logicalId)).toEqual(['C', 'A']);
  });

  test('cannot be referred to if it is not made', () => {
    const Properties = { QueueName: { 'Fn::GetAtt': ['B', 'QueueName'] } };
    const resources = { A: { ...QUEUE, Properties }, B: { ...QUEUE, Condition: 'IsProd' } };
    expect(() => load(resources, sections)).toThrow(/^A: .*B/);
  });

  test('whose condition is not defined, is refused', () => {
    expect(() => load({ A: { ...QUEUE, Condition: 'IsTest' } }, sections)).toThrow(/^A: .*condition dependency IsTest/);
  });
});

describe('Fn::If', () => {
  const either = (condition: string) => ({ 'Fn::If': [condition, 'yes', 'no'] });
  const NO_VALUE = { Ref: 'AWS::NoValue' };
  const sections = { Conditions: BOTH };
  const propertiesOf = (Properties: Record<string, unknown>) =>
    load({ Queue: { ...QUEUE, Properties } }, sections).resources[0]?.properties;

  test.each([
    { properties: { QueueName: either('IsDev') }, result: { QueueName: 'yes' } },
    { properties: { QueueName: either('IsProd') }, result: { QueueName: 'no' } },
    { properties: { QueueName: { 'Fn::Sub': ['a-${x}', { x: either('IsDev') }] } }, result: { QueueName: 'a-yes' } },
    { properties: { QueueName: { 'Fn::Join': ['-', ['a', either('IsProd')]] } }, result: { QueueName: 'a-no' } },
    { properties: { QueueName: { 'Fn::If': ['IsProd', 'a', either('IsDev')] } }, result: { QueueName: 'yes' } },
    { properties: { QueueName: { 'Fn::If': ['IsDev', NO_VALUE, 'a'] } }, result: {} },
    { properties: { RedrivePolicy: { 'Fn::If': ['IsDev', NO_VALUE, { other: 1 }] } }, result: {} },
    { properties: { Tags: ['a', { 'Fn::If': ['IsDev', NO_VALUE, 'b'] }] }, result: { Tags: ['a'] } },
    // A function is the only member of its object.
    {
      properties: { Tags: { 'Fn::If': ['IsDev', 1, 2], x: 1 } },
      result: { Tags: { 'Fn::If': ['IsDev', 1, 2], x: 1 } },
    },
  ])('in $properties gives $result', ({ properties, result }) => {
    expect(propertiesOf(properties)).toEqual(result);
  });

  test('around the target of a rule decides whether the rule has it', () => {
    const target = (Id: string) => ({ Id, Arn: `arn:aws:sqs:ap-northeast-1:111122223333:${Id}` });
    const targets = [target('a'), { 'Fn::If': ['IsDev', NO_VALUE, target('b')] }];
    const rule = { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: ['x'] }, Targets: targets } };
    expect(load({ Rule: rule }, sections).resources[0]?.properties.Targets).toEqual([target('a')]);
  });

  test('in an output gives its value; an output whose condition is false is not there', () => {
    const Outputs = {
      One: { Value: either('IsDev') },
      Other: { Value: 'x', Condition: 'IsProd' },
    };
    expect(load({}, { ...sections, Outputs }).outputs).toEqual([{ key: 'One', value: 'yes' }]);
  });

  test.each([
    ['IsTest', 'a', 'b'],
    ['IsDev', 'a'],
    [{ Ref: 'Stage' }, 'a', 'b'],
  ])('of %j, %j, %j is refused by the name of the resource', (...argument) => {
    expect(() => propertiesOf({ QueueName: { 'Fn::If': argument } })).toThrow(
      /^Queue: (uses Fn::If without the name of a condition and two values|Template format error: .* IsTest)\.$/,
    );
  });
});

describe('Fn::FindInMap', () => {
  const Mappings = { Of: { dev: { size: 30, names: ['a', 'b'] } } };
  const find = (...path: unknown[]) =>
    load({ Queue: { ...QUEUE, Properties: { Tags: { 'Fn::FindInMap': path } } } }, { Mappings }).resources[0]
      ?.properties.Tags;

  test('gives the value under both keys, which may be parameters', () => {
    expect(find('Of', 'dev', 'size')).toBe(30);
    expect(find('Of', { Ref: 'Stage' }, 'names')).toEqual(['a', 'b']);
  });

  test.each([
    [['Of', 'prod', 'size'], 'Of.prod.size'],
    [['Of', 'dev', 'toString'], 'Of.dev.toString'],
    [['None', 'dev', 'size'], 'None.dev.size'],
    [['Of', 'dev', 'size', { DefaultValue: 1 }], 'two keys'],
    [['Of', 'dev'], 'two keys'],
    [[], 'two keys'],
  ])('of %j is refused', (path, named) => {
    expect(() => find(...path)).toThrow(/^Queue: uses Fn::FindInMap/);
    expect(() => find(...path)).toThrow(named);
  });

  test('of a text is refused; beside another member it is no function', () => {
    const tagsOf = (Tags: unknown) =>
      load({ Queue: { ...QUEUE, Properties: { Tags } } }, { Mappings }).resources[0]?.properties.Tags;
    expect(() => tagsOf({ 'Fn::FindInMap': 'Of.dev.size' })).toThrow('Queue: uses Fn::FindInMap without a map');
    const beside = { 'Fn::FindInMap': ['Of', 'dev', 'size'], other: 1 };
    expect(tagsOf(beside)).toEqual(beside);
  });
});

test('given the template of a plain cdk synth, with version reporting and the bootstrap rule, it loads', () => {
  const inRegions = (...regions: string[]) => ({
    'Fn::Or': regions.map((region) => ({ 'Fn::Equals': [{ Ref: 'AWS::Region' }, region] })),
  });
  const Conditions = {
    CDKMetadataAvailable: {
      'Fn::Or': [inRegions('af-south-1', 'ap-northeast-1'), inRegions('eu-west-1', 'eu-west-2')],
    },
  };
  const CDKMetadata = {
    Type: 'AWS::CDK::Metadata',
    Properties: { Analytics: 'v2:x' },
    Condition: 'CDKMetadataAvailable',
  };
  const stack = load(
    { Queue: QUEUE, CDKMetadata },
    {
      Conditions,
      Parameters: {
        BootstrapVersion: {
          Type: 'AWS::SSM::Parameter::Value<String>',
          Default: '/cdk-bootstrap/hnb659fds/version',
          Description: 'Version of the CDK Bootstrap resources in this environment, automatically retrieved from SSM.',
        },
      },
      Rules: { CheckBootstrapVersion: { Assertions: [] } },
    },
  );
  expect(stack.resources.map(({ type }) => type)).toEqual(['AWS::SQS::Queue', 'AWS::CDK::Metadata']);
  expect(stack.template.Conditions).toBe(Conditions);
});
