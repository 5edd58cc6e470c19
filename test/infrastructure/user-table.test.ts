import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { UserTable } from '../../cdk/constructs/user-table.ts';
import { synthesize } from './support/synthesize.ts';
import { resource, statementsOfRole } from './support/template.ts';

const tableArn = 'arn:aws:dynamodb:ap-northeast-1:123456789012:table/USER-DB';
const tableStreamArn = `${tableArn}/stream/2024-04-30T06:27:15.000`;

describe('the users table', () => {
  test('when the stack makes it: has the stage’s key, a stream, and can be restored to any point in time', () => {
    const [, table] = resource(synthesize({ settings: { userIdAttribute: 'id' } }), 'AWS::DynamoDB::Table');
    expect(table.Properties).toEqual({
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
  });

  test.each([true, false])('with tableDeletionProtection %s: DynamoDB is asked for that', (tableDeletionProtection) => {
    const [, table] = resource(synthesize({ settings: { tableDeletionProtection } }), 'AWS::DynamoDB::Table');
    expect(table.Properties.DeletionProtectionEnabled).toBe(tableDeletionProtection);
  });

  test('for a stack that says nothing of it, is protected against deletion, and stays when the stack goes', () => {
    const stack = new Stack(new App({ builtinCloudFormationValidation: false }));
    new UserTable(stack, 'Users', { userIdAttribute: 'id' });
    const [, made] = resource(Template.fromStack(stack), 'AWS::DynamoDB::Table');
    expect(made).toMatchObject({ DeletionPolicy: 'Retain', Properties: { DeletionProtectionEnabled: true } });
  });

  test('when it is there already: none is made, and pipe and recorder use that one', () => {
    const template = synthesize({ context: { tableArn, tableStreamArn }, settings: { userIdAttribute: 'id' } });
    expect(template.findResources('AWS::DynamoDB::Table')).toEqual({});

    const [, pipe] = resource(template, 'AWS::Pipes::Pipe');
    expect(pipe.Properties.Source).toBe(tableStreamArn);
    expect(statementsOfRole(template, 'RegistrationPipeRole')[0]?.Resource).toBe(tableStreamArn);
    expect(statementsOfRole(template, 'UriRecorderRole')).toContainEqual(
      expect.objectContaining({ Action: 'dynamodb:UpdateItem', Resource: tableArn }),
    );
    const [, recorder] = resource(template, 'AWS::Lambda::Function', 'UriRecorder');
    expect(recorder.Properties.Environment.Variables).toMatchObject({
      USERS_TABLE_NAME: 'USER-DB',
      USER_ID_ATTRIBUTE: 'id',
    });
    template.hasOutput('UsersTableName', { Value: 'USER-DB' });
  });
});
