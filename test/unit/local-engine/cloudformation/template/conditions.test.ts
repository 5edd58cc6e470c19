// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Fn::Sub marks its variables.
import { describe, expect, test } from '@jest/globals';
import type {
  Template,
  TemplateResource,
} from '../../../../../packages/local-engine/cloudformation/template/template.ts';
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

describe('a condition', () => {
  test.each([
    { condition: stageIs('dev'), is: true },
    { condition: stageIs('Dev'), is: false },
    { condition: { 'Fn::Equals': [{ Ref: 'Count' }, '3'] }, is: true },
    { condition: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'ap-northeast-1'] }, is: true },
    { condition: { 'Fn::Equals': [{ 'Fn::Join': ['-', ['a', { Ref: 'Stage' }]] }, 'a-dev'] }, is: true },
    { condition: { 'Fn::Equals': [{ 'Fn::FindInMap': ['Of', { Ref: 'Stage' }, 'is'] }, 'small'] }, is: true },
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
    { given: 'a resource', condition: { 'Fn::Equals': [{ Ref: 'Queue' }, 'a'] }, named: 'Queue' },
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
    { given: 'an empty object', condition: {}, named: 'condition {}' },
  ])('given $given, is refused, also where nothing uses it', ({ condition, named }) => {
    const refused = expect(() => load({ Queue: QUEUE }, { Conditions: { ...BOTH, It: condition } }));
    refused.toThrow(/^It: /);
    expect(() => load({ Queue: QUEUE }, { Conditions: { ...BOTH, It: condition } })).toThrow(named);
  });
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
  ])('in $properties gives $result', ({ properties, result }) => {
    expect(propertiesOf(properties)).toEqual(result);
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
    expect(() => propertiesOf({ QueueName: { 'Fn::If': argument } })).toThrow(/^Queue: /);
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
  ])('of %j is refused', (path, named) => {
    expect(() => find(...path)).toThrow(/^Queue: uses Fn::FindInMap/);
    expect(() => find(...path)).toThrow(named);
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
