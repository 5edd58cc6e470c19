import { describe, expect, test } from '@jest/globals';
import { loadSpecification } from '../../tools/checks/specification.ts';
import type { StageTemplate, TemplateResource } from '../../tools/stage-template.ts';
import { findTemplateProblems } from './support/template-validator.ts';

const specification = loadSpecification();

const TABLE: TemplateResource = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    KeySchema: [{ AttributeName: 'userId', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'userId', AttributeType: 'S' }],
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  },
};
const PIPE: TemplateResource = {
  Type: 'AWS::Pipes::Pipe',
  Properties: {
    RoleArn: 'arn:aws:iam::123456789012:role/pipe',
    Source: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
    SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'TRIM_HORIZON', BatchSize: 10 } },
    Target: { 'Fn::Join': [':', ['arn:aws:events', { Ref: 'AWS::Region' }, 'event-bus/bus']] },
  },
};

const templateOf = (Resources: StageTemplate['Resources']): StageTemplate => ({ Resources });
const problems = (template: StageTemplate): string[] => findTemplateProblems(template, specification);

/** The pipe with some of its properties changed, beside its table. */
const withPipe = (changes: Record<string, unknown>): StageTemplate =>
  templateOf({ Table: TABLE, Pipe: { ...PIPE, Properties: { ...PIPE.Properties, ...changes } } });

describe('a template is checked against the CloudFormation specification', () => {
  test('given what CloudFormation takes, nothing is found', () => {
    expect(problems(templateOf({ Table: TABLE, Pipe: PIPE }))).toEqual([]);
  });

  test('given a type that there is not', () => {
    const table = { ...TABLE, Type: 'AWS::DynamoDB::Tabel' };
    expect(problems(templateOf({ Users: table }))).toEqual([
      'Users: CloudFormation knows no type AWS::DynamoDB::Tabel',
    ]);
  });

  test('given a misspelt property, it names the resource and what there is', () => {
    const [problem, ...others] = problems(withPipe({ Enrichmnt: 'arn' }));
    expect(problem).toMatch(/^Pipe \(AWS::Pipes::Pipe\): has no property Enrichmnt; it has .*\bEnrichment, /);
    expect(others).toEqual([]);
  });

  test('given a misspelt property deep inside, it names the path', () => {
    const streams = { StartingPosition: 'TRIM_HORIZON', BatchSzie: 10 };
    expect(problems(withPipe({ SourceParameters: { DynamoDBStreamParameters: streams } }))).toEqual([
      expect.stringMatching(
        /^Pipe \(AWS::Pipes::Pipe\)\.SourceParameters\.DynamoDBStreamParameters: has no property BatchSzie; /,
      ),
    ]);
  });

  test.each([
    ['a property', { RoleArn: undefined }, 'Pipe (AWS::Pipes::Pipe): RoleArn is required, and missing'],
    [
      'one deep inside',
      { SourceParameters: { DynamoDBStreamParameters: {} } },
      'Pipe (AWS::Pipes::Pipe).SourceParameters.DynamoDBStreamParameters: StartingPosition is required, and missing',
    ],
  ])('given that %s is missing which is required', (_, changes, problem) => {
    expect(problems(JSON.parse(JSON.stringify(withPipe(changes))))).toEqual([problem]);
  });

  test.each([
    ['a number for a text', { Description: 7 }, 'Description: must be a text; it is 7'],
    ['an object for a text', { Description: { a: 1, b: 2 } }, 'Description: must be a text; it is {"a":1,"b":2}'],
    [
      'a text for a number',
      { SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'LATEST', BatchSize: '10' } } },
      'SourceParameters.DynamoDBStreamParameters.BatchSize: must be a whole number; it is "10"',
    ],
    [
      'a value that is none of the allowed ones',
      { SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'NEWEST' } } },
      'SourceParameters.DynamoDBStreamParameters.StartingPosition: must be one of TRIM_HORIZON, LATEST; it is "NEWEST"',
    ],
    ['a text for an object', { SourceParameters: 'all' }, 'SourceParameters: must be an object; it is "all"'],
  ])('given %s', (_, changes, problem) => {
    expect(problems(withPipe(changes))).toEqual([`Pipe (AWS::Pipes::Pipe).${problem}`]);
  });

  test('given one thing where a list belongs', () => {
    const table = { ...TABLE, Properties: { ...TABLE.Properties, AttributeDefinitions: {} } };
    expect(problems(templateOf({ Table: table }))).toEqual([
      'Table (AWS::DynamoDB::Table).AttributeDefinitions: must be a list; it is {}',
    ]);
  });

  test.each([
    ['a resource', { Ref: 'Tabel' }, 'Pipe: refers to Tabel, which the template does not have'],
    [
      'an attribute',
      { 'Fn::GetAtt': ['Table', 'StreamARN'] },
      'Pipe: AWS::DynamoDB::Table has no attribute StreamARN; it has Arn, StreamArn',
    ],
  ])('given a reference to %s that is not there', (_, Source, problem) => {
    expect(problems(withPipe({ Source }))).toEqual([problem]);
  });

  test('given an output of something that is not there', () => {
    const template = { ...templateOf({ Table: TABLE }), Outputs: { TableName: { Value: { Ref: 'Tabel' } } } };
    expect(problems(template)).toEqual(['TableName: refers to Tabel, which the template does not have']);
  });

  test('given a policy that there is not', () => {
    expect(problems(templateOf({ Table: { ...TABLE, UpdateReplacePolicy: 'RetainExceptOnCreate' } }))).toEqual([
      'Table: UpdateReplacePolicy must be one of Delete, Retain, Snapshot; it is "RetainExceptOnCreate"',
    ]);
  });
});
