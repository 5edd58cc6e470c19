import { beforeEach, describe, expect, test } from '@jest/globals';
import { DynamoDb } from '../../../../packages/local-engine/dynamodb/dynamodb.ts';
import type { Item, StreamRecord } from '../../../../packages/local-engine/dynamodb/items.ts';
import { ACCOUNT, makeParts } from '../support/parts.ts';
import { makeStream, recordsOf, user } from '../support/stream.ts';
import { createTable, makeTable, TableName, type UsersTable } from '../support/table.ts';

let table: UsersTable;

beforeEach(async () => {
  table = await makeTable();
});

const put = (Item: Item, more: object = {}) => table.dynamodb.handle('PutItem', { TableName, Item, ...more });
const named = (id: string, name: string): Item => user(id, { name: { S: name } });

/** What a record says of its item. */
const changeOf = ({ eventName, dynamodb: { Keys, OldImage, NewImage } }: StreamRecord) => ({
  eventName,
  Keys,
  OldImage,
  NewImage,
});

describe('given a table with a stream, each change makes its record', () => {
  test('when a new item is put, an INSERT with the new image', async () => {
    await put(named('test4', 'a'));
    expect(recordsOf(table.stream).map(changeOf)).toEqual([
      { eventName: 'INSERT', Keys: user('test4'), OldImage: undefined, NewImage: named('test4', 'a') },
    ]);
  });

  test('when an item is overwritten, a MODIFY with both images', async () => {
    await put(named('test4', 'a'));
    await put(named('test4', 'b'));
    expect(recordsOf(table.stream).map(changeOf)[1]).toEqual({
      eventName: 'MODIFY',
      Keys: user('test4'),
      OldImage: named('test4', 'a'),
      NewImage: named('test4', 'b'),
    });
  });

  test('when an attribute is updated, a MODIFY with both images', async () => {
    await put(user('test4'));
    await table.dynamodb.handle('UpdateItem', {
      TableName,
      Key: user('test4'),
      UpdateExpression: 'SET s3_bucket_uri = :uri',
      ExpressionAttributeValues: { ':uri': { S: 's3://siutest4' } },
    });
    expect(recordsOf(table.stream).map(changeOf)[1]).toEqual({
      eventName: 'MODIFY',
      Keys: user('test4'),
      OldImage: user('test4'),
      NewImage: user('test4', { s3_bucket_uri: { S: 's3://siutest4' } }),
    });
  });

  test('when an update makes the item, an INSERT', async () => {
    await table.dynamodb.handle('UpdateItem', {
      TableName,
      Key: user('test4'),
      UpdateExpression: 'SET #name = :name',
      ExpressionAttributeNames: { '#name': 'name' },
      ExpressionAttributeValues: { ':name': { S: 'a' } },
    });
    expect(recordsOf(table.stream).map(changeOf)).toEqual([
      { eventName: 'INSERT', Keys: user('test4'), OldImage: undefined, NewImage: named('test4', 'a') },
    ]);
  });

  test('when an item is deleted, a REMOVE with the old image', async () => {
    await put(named('test4', 'a'));
    await table.dynamodb.handle('DeleteItem', { TableName, Key: user('test4') });
    expect(recordsOf(table.stream).map(changeOf)[1]).toEqual({
      eventName: 'REMOVE',
      Keys: user('test4'),
      OldImage: named('test4', 'a'),
      NewImage: undefined,
    });
  });

  test('when a batch puts and deletes, a record for each item', async () => {
    await put(named('gone', 'a'));
    await table.dynamodb.handle('BatchWriteItem', {
      RequestItems: {
        [TableName]: [
          { PutRequest: { Item: named('new', 'b') } },
          { DeleteRequest: { Key: user('gone') } },
          { DeleteRequest: { Key: user('never there') } },
        ],
      },
    });
    const changes = recordsOf(table.stream).slice(1);
    expect(changes.map(({ eventName, dynamodb }) => [eventName, dynamodb.Keys.id?.S]).sort()).toEqual([
      ['INSERT', 'new'],
      ['REMOVE', 'gone'],
    ]);
  });
});

describe('given a table with a stream, what changes nothing makes no record', () => {
  test('when the same item is put again', async () => {
    await put(named('test4', 'a'));
    await put(named('test4', 'a'));
    expect(recordsOf(table.stream)).toHaveLength(1);
  });

  test('when an update sets what is there', async () => {
    await put(named('test4', 'a'));
    await table.dynamodb.handle('UpdateItem', {
      TableName,
      Key: user('test4'),
      UpdateExpression: 'SET #name = :name',
      ExpressionAttributeNames: { '#name': 'name' },
      ExpressionAttributeValues: { ':name': { S: 'a' } },
    });
    expect(recordsOf(table.stream)).toHaveLength(1);
  });

  test('when an item that is not there is deleted', async () => {
    await table.dynamodb.handle('DeleteItem', { TableName, Key: user('test4') });
    expect(recordsOf(table.stream)).toEqual([]);
  });

  test('when a condition fails', async () => {
    await put(named('test4', 'a'));
    const again = put(named('test4', 'b'), { ConditionExpression: 'attribute_not_exists(id)' });
    await expect(again).rejects.toMatchObject({ code: 'ConditionalCheckFailedException' });
    expect(recordsOf(table.stream)).toHaveLength(1);
  });
});

describe('given many writes of one key at the same time', () => {
  test('when they are updates, each old image is the new image of the one before', async () => {
    await put(user('test4', { count: { N: '0' } }));
    const increment = () =>
      table.dynamodb.handle('UpdateItem', {
        TableName,
        Key: user('test4'),
        UpdateExpression: 'ADD #count :one',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':one': { N: '1' } },
      });
    await Promise.all(Array.from({ length: 10 }, increment));
    const images = recordsOf(table.stream)
      .slice(1)
      .map(({ dynamodb }) => [dynamodb.OldImage?.count?.N, dynamodb.NewImage?.count?.N]);
    expect(images).toEqual(Array.from({ length: 10 }, (_, n) => [String(n), String(n + 1)]));
  });

  test('when they are puts of a new item, one is an INSERT and the others are MODIFYs', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => put(named('test4', name))));
    expect(recordsOf(table.stream).map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'MODIFY']);
  });

  test('when they are puts on condition that there is none, one wins', async () => {
    const puts = ['a', 'b', 'c'].map((name) =>
      put(named('test4', name), { ConditionExpression: 'attribute_not_exists(id)' }),
    );
    const settled = await Promise.allSettled(puts);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(recordsOf(table.stream)).toHaveLength(1);
  });
});

describe('the size of a record', () => {
  // Names and texts count their bytes: the key 7, the item with a name of one letter 12, of five letters 16.
  test.each([
    { viewType: 'KEYS_ONLY', sizes: [7, 7, 7] },
    { viewType: 'NEW_IMAGE', sizes: [7 + 12, 7 + 16, 7] },
    { viewType: 'OLD_IMAGE', sizes: [7, 7 + 12, 7 + 16] },
    { viewType: 'NEW_AND_OLD_IMAGES', sizes: [7 + 12, 7 + 12 + 16, 7 + 16] },
  ] as const)('given $viewType, counts the keys and the images that it shows', async ({ viewType, sizes }) => {
    const parts = makeParts();
    const stream = makeStream(parts, viewType);
    const dynamodb = new DynamoDb(ACCOUNT, parts.storage);
    await createTable(dynamodb, TableName, stream);
    await dynamodb.handle('PutItem', { TableName, Item: named('test4', 'a') });
    await dynamodb.handle('PutItem', { TableName, Item: named('test4', 'aaaaa') });
    await dynamodb.handle('DeleteItem', { TableName, Key: user('test4') });
    expect(recordsOf(stream).map((record) => record.dynamodb.SizeBytes)).toEqual(sizes);
  });
});
