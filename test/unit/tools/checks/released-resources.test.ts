import { describe, expect, test } from '@jest/globals';
import { findReplacements, releasedResources } from '../../../../tools/checks/released-resources.ts';
import { loadSpecification } from '../../../../tools/checks/specification.ts';
import type { StageTemplate, TemplateResource } from '../../../../tools/stage-template.ts';

const specification = loadSpecification();

const TABLE: TemplateResource = {
  Type: 'AWS::DynamoDB::Table',
  DeletionPolicy: 'RetainExceptOnCreate',
  UpdateReplacePolicy: 'Retain',
  Properties: {
    KeySchema: [{ AttributeName: 'userId', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  },
};
const ROLE: TemplateResource = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
const RELEASED = releasedResources({ Resources: { Users: TABLE, Role: ROLE } }, specification);

const replacements = (Resources: StageTemplate['Resources']): string[] =>
  findReplacements(RELEASED, { Resources }, specification);
/** The table with other properties, and perhaps other policies, beside the role. */
const withTable = (Properties: Record<string, unknown>, policies: Partial<TemplateResource> = {}) => ({
  Role: ROLE,
  Users: { ...TABLE, ...policies, Properties: { ...TABLE.Properties, ...Properties } },
});

const ROWS = 'every row of the users table, and the stream of its last 24 hours';

describe('what a deployment would do to released resources', () => {
  test('given new resources and changes in place, is to replace none', () => {
    expect(replacements({ ...withTable({ BillingMode: 'PROVISIONED' }), Another: ROLE })).toEqual([]);
  });

  test('given another key, is to replace the table: it says why, and what becomes of its rows', () => {
    const KeySchema = [{ AttributeName: 'email', KeyType: 'HASH' }];
    const why =
      'KeySchema was [{"AttributeName":"userId","KeyType":"HASH"}] and is [{"AttributeName":"email","KeyType":"HASH"}]';
    expect(replacements(withTable({ KeySchema }))).toEqual([
      `Users (AWS::DynamoDB::Table) would be replaced, since ${why}. It stays in the account, unused, with ${ROWS}.`,
    ]);
    expect(replacements(withTable({ KeySchema }, { UpdateReplacePolicy: 'Delete' }))).toEqual([
      `Users (AWS::DynamoDB::Table) would be replaced, since ${why}. This deletes ${ROWS}.`,
    ]);
  });

  test('given a name where there was none, is to replace the table', () => {
    expect(replacements(withTable({ TableName: 'users' }))).toEqual([
      expect.stringContaining('would be replaced, since TableName was not there and is "users"'),
    ]);
  });

  test('given another logical id, is to remove it: the policy that was deployed decides', () => {
    expect(replacements({ Role: ROLE, Members: { ...TABLE, DeletionPolicy: 'Delete' } })).toEqual([
      `Users (AWS::DynamoDB::Table) would be removed. It stays in the account, unused, with ${ROWS}.`,
    ]);
  });

  test('given another type under the same logical id, is to fail', () => {
    expect(replacements({ Role: ROLE, Users: { ...TABLE, Type: 'AWS::DynamoDB::GlobalTable' } })).toEqual([
      expect.stringContaining(
        'Users (AWS::DynamoDB::Table) would not deploy: its type is now AWS::DynamoDB::GlobalTable',
      ),
    ]);
  });

  test('given that something without state is gone, says that nothing is lost', () => {
    expect(replacements({ Users: TABLE })).toEqual(['Role (AWS::IAM::Role) would be removed. No data is lost.']);
  });

  test('looks into properties: where a pipe begins to read cannot be changed in place', () => {
    const pipe = (StartingPosition: string): StageTemplate => ({
      Resources: {
        Pipe: {
          Type: 'AWS::Pipes::Pipe',
          Properties: { SourceParameters: { DynamoDBStreamParameters: { StartingPosition, BatchSize: 10 } } },
        },
      },
    });
    const released = releasedResources(pipe('TRIM_HORIZON'), specification);
    expect(findReplacements(released, pipe('LATEST'), specification)).toEqual([
      expect.stringContaining('StartingPosition was "TRIM_HORIZON" and is "LATEST"'),
    ]);
  });
});
