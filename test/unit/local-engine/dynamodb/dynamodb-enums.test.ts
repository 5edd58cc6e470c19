import { beforeAll, describe, expect, test } from '@jest/globals';
import { user } from '../support/stream.ts';
import { makeTable, TableName, type UsersTable } from '../support/table.ts';

let table: UsersTable;
beforeAll(async () => {
  table = await makeTable();
});

const KEY = { TableName, Key: user('a') };
const REQUESTS: Readonly<Record<string, object>> = {
  PutItem: { TableName, Item: user('a') },
  UpdateItem: KEY,
  DeleteItem: KEY,
  GetItem: KEY,
  Query: { TableName, KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': { S: 'a' } } },
  Scan: { TableName },
  BatchGetItem: { RequestItems: { [TableName]: { Keys: [user('a')] } } },
  BatchWriteItem: { RequestItems: { [TableName]: [{ PutRequest: { Item: user('a') } }] } },
};
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem'];
const CAPACITY = '[INDEXES, TOTAL, NONE]';

/** In the order in which DynamoDB lists them. */
const ENUMS: readonly (readonly [member: string, operations: readonly string[], values: string])[] = [
  ['ReturnValuesOnConditionCheckFailure', WRITES, '[ALL_OLD, NONE]'],
  ['ReturnValues', WRITES, '[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]'],
  ['ReturnItemCollectionMetrics', [...WRITES, 'BatchWriteItem'], '[SIZE, NONE]'],
  ['ReturnConsumedCapacity', Object.keys(REQUESTS), CAPACITY],
  ['Select', ['Query', 'Scan'], '[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]'],
  ['ConditionalOperator', [...WRITES, 'Query', 'Scan'], '[OR, AND]'],
];

describe.each(ENUMS)('given a %s that there is not', (member, operations, values) => {
  test.each(operations)('%s is refused, with those that there are', async (operation) => {
    const at = `${member.charAt(0).toLowerCase()}${member.slice(1)}`;
    for (const value of ['ALL', 'none', '']) {
      const asked = table.dynamodb.handle(operation, { ...REQUESTS[operation], [member]: value });
      await expect(asked).rejects.toMatchObject({
        code: 'ValidationException',
        status: 400,
        message: `1 validation error detected: Value '${value}' at '${at}' failed to satisfy constraint: Member must satisfy enum value set: ${values}`,
      });
    }
  });
});

test('given an action of an attribute update that there is not, it is refused, and the row stays as it was', async () => {
  await table.dynamodb.handle('PutItem', { TableName, Item: user('b', { v: { N: '1' } }) });
  const AttributeUpdates = { v: { Action: 'SET', Value: { N: '2' } } };
  const asked = table.dynamodb.handle('UpdateItem', { TableName, Key: user('b'), AttributeUpdates });
  await expect(asked).rejects.toMatchObject({
    code: 'ValidationException',
    message: expect.stringContaining("'SET' at"),
  });
  const { Item } = await table.dynamodb.handle('GetItem', { TableName, Key: user('b') });
  expect(Item).toEqual(user('b', { v: { N: '1' } }));
});

test.each(WRITES)('given a value that there is, %s is done', async (operation) => {
  for (const ReturnValuesOnConditionCheckFailure of ['NONE', 'ALL_OLD']) {
    const request = { ...REQUESTS[operation], ReturnValuesOnConditionCheckFailure };
    await expect(table.dynamodb.handle(operation, request)).resolves.toEqual({});
  }
});

test.each(
  ['PutItem', 'DeleteItem'].flatMap((operation) =>
    ['UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'].map((ReturnValues) => ({ operation, ReturnValues })),
  ),
)('given $ReturnValues, which only UpdateItem has, $operation changes nothing', async (call) => {
  const { operation, ReturnValues } = call;
  await table.dynamodb.handle('PutItem', { TableName, Item: user('a', { v: { N: '1' } }) });
  await expect(table.dynamodb.handle(operation, { ...REQUESTS[operation], ReturnValues })).rejects.toMatchObject({
    code: 'ValidationException',
    message: expect.stringContaining('ReturnValues can only be ALL_OLD or NONE'),
  });
  const { Item } = await table.dynamodb.handle('GetItem', KEY);
  expect(Item).toEqual(user('a', { v: { N: '1' } }));
});
