import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { user } from '../support/stream.ts';
import { makeTable, TableName, type UsersTable } from '../support/table.ts';

let table: UsersTable;

beforeEach(async () => {
  table = await makeTable();
  await table.dynamodb.handle('PutItem', { TableName, Item: user('test4', { list: { L: [{ S: 'a' }] } }) });
});

const update = (request: object) => table.dynamodb.handle('UpdateItem', { TableName, Key: user('test4'), ...request });
const row = async () => (await table.dynamodb.handle('GetItem', { TableName, Key: user('test4') })).Item;

describe('given an expression that was sent before', () => {
  test('with another value, the other value is written, and conditions compare with it', async () => {
    const setName = (name: string, before: object) =>
      update({
        UpdateExpression: 'SET #name = :name, #copy = if_not_exists(#copy, :name)',
        ConditionExpression: 'attribute_not_exists(#name) OR #name = :before',
        ExpressionAttributeNames: { '#name': 'name', '#copy': 'copy' },
        ExpressionAttributeValues: { ':name': { S: name }, ':before': before },
      });
    await setName('a', { S: 'none' });
    await setName('b', { S: 'a' });
    await expect(setName('c', { S: 'a' })).rejects.toMatchObject({ code: 'ConditionalCheckFailedException' });
    expect(await row()).toMatchObject({ name: { S: 'b' }, copy: { S: 'a' } });
  });

  test('with a value of another type, it is checked for that type', async () => {
    const add = (value: object) =>
      update({ UpdateExpression: 'ADD visits :n', ExpressionAttributeValues: { ':n': value } });
    await add({ N: '1' });
    await expect(add({ S: '1' })).rejects.toMatchObject({ code: 'ValidationException' });
    await add({ N: '2' });
    expect(await row()).toMatchObject({ visits: { N: '3' } });
  });

  test('with a placeholder for another attribute, that attribute is written', async () => {
    for (const name of ['x', 'y']) {
      await update({
        UpdateExpression: 'SET #name = :value',
        ExpressionAttributeNames: { '#name': name },
        ExpressionAttributeValues: { ':value': { S: name } },
      });
    }
    expect(await row()).toMatchObject({ x: { S: 'x' }, y: { S: 'y' } });
  });

  test('with the same list to append, it is appended each time', async () => {
    for (let times = 0; times < 2; times++) {
      await update({
        UpdateExpression: 'SET #list = list_append(#list, :more)',
        ExpressionAttributeNames: { '#list': 'list' },
        ExpressionAttributeValues: { ':more': { L: [{ S: 'b' }] } },
      });
    }
    expect(await row()).toMatchObject({ list: { L: [{ S: 'a' }, { S: 'b' }, { S: 'b' }] } });
  });

  test('with a placeholder that only another expression of that request used, the request is valid without the other', async () => {
    const condition = { ConditionExpression: '#name <> :name', ExpressionAttributeNames: { '#name': 'name' } };
    const values = { ExpressionAttributeValues: { ':name': { S: 'a' } } };
    await update({ UpdateExpression: 'SET #name = :name', ...condition, ...values });
    await expect(update({ ...condition, ...values })).rejects.toMatchObject({
      code: 'ConditionalCheckFailedException',
    });
  });

  test('with a placeholder that it does not use, the request is refused', async () => {
    const request = { UpdateExpression: 'SET a = :a', ExpressionAttributeValues: { ':a': { S: 'a' } } };
    await update(request);
    const unused = update({ ...request, ExpressionAttributeValues: { ':a': { S: 'a' }, ':b': { S: 'b' } } });
    await expect(unused).rejects.toThrow(/unused in expressions: keys: {:b}/);
  });

  test('with bounds in the wrong order, it is refused', async () => {
    const between = (from: string, to: string) =>
      update({
        UpdateExpression: 'SET a = :from',
        ConditionExpression: 'id BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':from': { S: from }, ':to': { S: to } },
      });
    await between('a', 'z');
    await expect(between('z', 'a')).rejects.toThrow(/upper bound to be greater than or equal to lower bound/);
  });

  test('as a filter, it is no key condition', async () => {
    const values = { ExpressionAttributeValues: { ':id': { S: 'test4' } } };
    const found = await table.dynamodb.handle('Scan', { TableName, FilterExpression: 'id = :id', ...values });
    const queried = await table.dynamodb.handle('Query', { TableName, KeyConditionExpression: 'id = :id', ...values });
    expect([found.Count, queried.Count]).toEqual([1, 1]);
  });
});

test('given many expressions with large values, their values are not kept', async () => {
  setFlagsFromString('--expose-gc');
  const usedBytes = () => {
    runInNewContext('gc')();
    return process.memoryUsage().heapUsed;
  };
  const before = usedBytes();
  for (let index = 0; index < 200; index++) {
    await table.dynamodb.handle('Scan', {
      TableName,
      FilterExpression: `#name${index} = :value`,
      ExpressionAttributeNames: { [`#name${index}`]: 'name' },
      ExpressionAttributeValues: { ':value': { S: Buffer.alloc(300_000, String(index)).toString('latin1') } },
    });
  }
  // The values have 60 MB.
  expect(usedBytes() - before).toBeLessThan(20_000_000);
});
