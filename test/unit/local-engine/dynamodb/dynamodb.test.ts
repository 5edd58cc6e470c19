import { beforeEach, describe, expect, test } from '@jest/globals';
import { localAccount } from '../../../../packages/local-engine/core/account.ts';
import { DynamoDb } from '../../../../packages/local-engine/dynamodb/dynamodb.ts';
import { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { makeParts } from '../support/parts.ts';
import * as it from '../support/stack.ts';
import { makeStacks } from '../support/stack.ts';
import { makeStream, recordsOf, STREAM_ARN, user } from '../support/stream.ts';
import { createTable, makeTable, TABLE_ARN, TableName, type UsersTable } from '../support/table.ts';

let table: UsersTable;

beforeEach(async () => {
  table = await makeTable();
  await table.dynamodb.handle('PutItem', { TableName, Item: user('test4', { name: { S: 'a' } }) });
});

describe('given a condition that fails', () => {
  const calls = [
    {
      operation: 'PutItem',
      request: { Item: user('test4'), ConditionExpression: 'attribute_not_exists(id)' },
    },
    {
      operation: 'UpdateItem',
      request: {
        Key: user('test4'),
        UpdateExpression: 'SET #name = :new',
        ConditionExpression: '#name = :other',
        ExpressionAttributeNames: { '#name': 'name' },
        ExpressionAttributeValues: { ':new': { S: 'b' }, ':other': { S: 'c' } },
      },
    },
    {
      operation: 'DeleteItem',
      request: { Key: user('test4'), ConditionExpression: 'attribute_not_exists(id)' },
    },
  ];

  test.each(calls)('when $operation asks for the old values, the error carries the item', async (call) => {
    const request = { TableName, ...call.request, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
    await expect(table.dynamodb.handle(call.operation, request)).rejects.toMatchObject({
      code: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      status: 400,
      details: { Item: user('test4', { name: { S: 'a' } }) },
    });
  });

  test.each(calls)('when $operation does not ask for them, it carries none', async ({ operation, request }) => {
    await expect(table.dynamodb.handle(operation, { TableName, ...request })).rejects.toMatchObject({
      code: 'ConditionalCheckFailedException',
      details: {},
    });
  });

  test('when the row is not there, the error carries none', async () => {
    const request = {
      TableName,
      Key: user('nobody'),
      UpdateExpression: 'SET a = :a',
      ConditionExpression: 'attribute_exists(id)',
      ExpressionAttributeValues: { ':a': { S: 'a' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    await expect(table.dynamodb.handle('UpdateItem', request)).rejects.toMatchObject({
      code: 'ConditionalCheckFailedException',
      details: {},
    });
  });

  test('when the table has no stream, the error carries the item all the same', async () => {
    await createTable(table.dynamodb, 'quiet');
    const request = {
      TableName: 'quiet',
      Item: user('test4'),
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    await table.dynamodb.handle('PutItem', request);
    await expect(table.dynamodb.handle('PutItem', request)).rejects.toMatchObject({
      code: 'ConditionalCheckFailedException',
      details: { Item: user('test4') },
    });
  });
});

describe('given a table named by its ARN', () => {
  test('when an item is put and read, it is the same table', async () => {
    await table.dynamodb.handle('PutItem', { TableName: TABLE_ARN, Item: user('test5') });
    const answer = await table.dynamodb.handle('GetItem', { TableName: TABLE_ARN, Key: user('test5') });
    expect(answer.Item).toEqual(user('test5'));
    expect(recordsOf(table.stream)).toHaveLength(2);
  });

  test('given its ARN in a batch, it is found as well', async () => {
    const items = { [TABLE_ARN]: [{ PutRequest: { Item: user('test4') } }] };
    await table.dynamodb.handle('BatchWriteItem', { RequestItems: items });
    const keys = { [TABLE_ARN]: { Keys: [user('test4')] } };
    const { Responses } = await table.dynamodb.handle('BatchGetItem', { RequestItems: keys });
    expect(Responses).toEqual({ [TableName]: [user('test4')] });
  });
});

describe('what it says about its tables', () => {
  test('given a table with a stream, DescribeTable shows both, ready for use', async () => {
    const answer = await table.dynamodb.handle('DescribeTable', { TableName });
    expect(answer.Table).toMatchObject({
      TableName,
      TableArn: TABLE_ARN,
      TableStatus: 'ACTIVE',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      LatestStreamArn: STREAM_ARN,
      LatestStreamLabel: '2026-11-22T00:00:00.000',
    });
  });

  test('given a table without a stream, DescribeTable shows none', async () => {
    await createTable(table.dynamodb, 'quiet');
    const answer = await table.dynamodb.handle('DescribeTable', { TableName: 'quiet' });
    expect(answer.Table).not.toHaveProperty('LatestStreamArn');
  });

  test('given another partition, the ARN of a table names it', async () => {
    const dynamodb = new DynamoDb(localAccount('cn-north-1', '111122223333'), new Storage());
    await createTable(dynamodb, TableName);
    const { Table } = await dynamodb.handle('DescribeTable', { TableName });
    expect(Table).toMatchObject({ TableArn: 'arn:aws-cn:dynamodb:cn-north-1:111122223333:table/users' });
  });

  test('given two tables, ListTables names them', async () => {
    await createTable(table.dynamodb, 'quiet');
    await expect(table.dynamodb.handle('ListTables', {})).resolves.toEqual({ TableNames: ['quiet', 'users'] });
  });
});

describe('what it refuses', () => {
  test.each([
    { operation: 'CreateTable', request: {}, code: 'UnknownOperationException' },
    { operation: 'DropEverything', request: {}, code: 'UnknownOperationException' },
    { operation: 'GetItem', request: { TableName: 'other', Key: user('a') }, code: 'ResourceNotFoundException' },
    { operation: 'PutItem', request: { TableName, Item: { id: { S: '' } } }, code: 'ValidationException' },
    { operation: 'PutItem', request: { TableName, Item: { other: { S: 'a' } } }, code: 'ValidationException' },
    { operation: 'PutItem', request: { TableName, Item: 'text' }, code: 'SerializationException' },
  ])('given $operation of $request, the answer is $code', async ({ operation, request, code }) => {
    await expect(table.dynamodb.handle(operation, request)).rejects.toMatchObject({
      name: 'AwsError',
      code,
      status: 400,
    });
  });

  test('given an operation that is not implemented, the error names it', async () => {
    await expect(table.dynamodb.handle('CreateTable', {})).rejects.toThrow('dynamodb:CreateTable');
  });
});

test('given a second table of the same name, it is refused, and the first one keeps its key and its stream', async () => {
  const parts = makeParts();
  const other = makeStream(parts);
  const second = table.dynamodb.createTable(
    {
      name: TableName,
      keySchema: [{ AttributeName: 'other', KeyType: 'HASH' }],
      attributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }],
      billingMode: 'PAY_PER_REQUEST',
    },
    other,
  );
  await expect(second).rejects.toMatchObject({ code: 'ResourceInUseException' });
  await table.dynamodb.handle('PutItem', { TableName, Item: user('later') });
  expect(recordsOf(table.stream).at(-1)?.dynamodb.Keys).toEqual(user('later'));
  expect(recordsOf(other)).toEqual([]);
});

test('given a name that a table has already, the resource is refused, and leaves no stream behind', async () => {
  const { services, update } = makeStacks();
  await createTable(services.dynamodb, 'users');
  await expect(update({ Table: it.table })).rejects.toThrow('Table: Table already exists: users');
  expect([...services.streams.keys()]).toEqual([]);
  expect(services.dynamodb.streamOf('users')).toBeUndefined();
});

test.each([
  { given: 'protection', more: { DeletionProtectionEnabled: true }, is: true },
  { given: 'none', more: {}, is: false },
])('given $given in the template, DescribeTable shows it', async ({ more, is }) => {
  const { services, update } = makeStacks();
  await update({ Table: { ...it.table, Properties: { ...it.table.Properties, ...more } } });
  expect(await services.dynamodb.handle('DescribeTable', { TableName: 'users' })).toMatchObject({
    Table: { DeletionProtectionEnabled: is },
  });
});
