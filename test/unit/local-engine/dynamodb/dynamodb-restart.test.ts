import { describe, expect, test } from '@jest/globals';
import { DynamoDb } from '../../../../packages/local-engine/dynamodb/dynamodb.ts';
import type { Item } from '../../../../packages/local-engine/dynamodb/items.ts';
import { dataFolder, openStorage } from '../support/folder.ts';
import { ACCOUNT, makeParts } from '../support/parts.ts';
import { recordsOf, user } from '../support/stream.ts';
import { makeTable, TableName, type UsersTable } from '../support/table.ts';

const open = (folder: string) => makeTable(makeParts(openStorage(folder)));
const put = ({ dynamodb }: UsersTable, Item: Item) => dynamodb.handle('PutItem', { TableName, Item });

async function rowsOf({ dynamodb }: UsersTable): Promise<Item[]> {
  const { Items } = (await dynamodb.handle('Scan', { TableName })) as { Items: Item[] };
  return Items.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

function close({ storage }: UsersTable): void {
  storage.close();
}

describe('given a folder, after a restart', () => {
  test('when rows were put, updated and deleted, they are as they were, and the stream has no record more', async () => {
    const folder = dataFolder();
    const before = await open(folder);
    const all: Item = user('김민지 "\\\u0000', {
      n: { N: '1.5' },
      set: { SS: ['b', 'a'] },
      bytes: { B: 'AAEC' },
      nested: { M: { list: { L: [{ NULL: true }, { BOOL: false }] } } },
    });
    await put(before, all);
    await put(before, user('updated', { name: { S: 'old' } }));
    await put(before, user('updated', { name: { S: 'new' } }));
    await put(before, user('deleted'));
    await before.dynamodb.handle('DeleteItem', { TableName, Key: user('deleted') });
    const [rows, records] = [await rowsOf(before), recordsOf(before.stream)];
    close(before);
    const after = await open(folder);
    expect(await rowsOf(after)).toEqual(rows);
    expect(rows).toEqual([user('updated', { name: { S: 'new' } }), all]);
    expect(recordsOf(after.stream)).toEqual(records);
    close(after);
  });

  test('when a row is written then, it is judged and recorded by what it was before', async () => {
    const folder = dataFolder();
    const before = await open(folder);
    await put(before, user('test4', { v: { N: '1' } }));
    close(before);
    const after = await open(folder);
    const refused = after.dynamodb.handle('PutItem', {
      TableName,
      Item: user('test4'),
      ConditionExpression: 'attribute_not_exists(id)',
    });
    await expect(refused).rejects.toThrow('The conditional request failed');
    await put(after, user('test4', { v: { N: '2' } }));
    expect(recordsOf(after.stream).at(-1)).toMatchObject({
      eventName: 'MODIFY',
      dynamodb: { OldImage: { v: { N: '1' } } },
    });
    close(after);
  });

  test('when there are more rows than are loaded at a time, all are there', async () => {
    const folder = dataFolder();
    const before = await open(folder);
    await Promise.all(Array.from({ length: 2_500 }, (_, n) => put(before, user(`user-${n}`))));
    close(before);
    const after = await open(folder);
    const { Count } = await after.dynamodb.handle('Scan', { TableName, Select: 'COUNT' });
    expect(Count).toBe(2_500);
    close(after);
  });

  test('when the table has an index, rows are found by it', async () => {
    const folder = dataFolder();
    const openIndexed = async () => {
      const storage = openStorage(folder);
      const dynamodb = new DynamoDb(ACCOUNT, storage);
      await dynamodb.createTable({
        name: 'indexed',
        keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        attributeDefinitions: ['id', 'team'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        billingMode: 'PAY_PER_REQUEST',
        globalSecondaryIndexes: [
          {
            IndexName: 'by-team',
            KeySchema: [{ AttributeName: 'team', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
      });
      return { dynamodb, storage };
    };
    const before = await openIndexed();
    for (const Item of [
      user('a', { team: { S: 'x' }, more: { S: '1' } }),
      user('b'),
      user('c', { team: { S: 'y' } }),
    ]) {
      await before.dynamodb.handle('PutItem', { TableName: 'indexed', Item });
    }
    before.storage.close();
    const { dynamodb, storage } = await openIndexed();
    const found = await dynamodb.handle('Query', {
      TableName: 'indexed',
      IndexName: 'by-team',
      KeyConditionExpression: 'team = :team',
      ExpressionAttributeValues: { ':team': { S: 'x' } },
    });
    expect(found.Items).toEqual([{ id: { S: 'a' }, team: { S: 'x' } }]);
    storage.close();
  });

  test('when the table is gone for a while, its rows wait for one of its name', async () => {
    const folder = dataFolder();
    const before = await open(folder);
    await put(before, user('test4'));
    await before.dynamodb.deleteTable(TableName);
    close(before);
    const without = openStorage(folder);
    without.close();
    const after = await open(folder);
    expect(await rowsOf(after)).toEqual([user('test4')]);
    close(after);
  });

  test('when the template gives the table another key, it is refused, and the rows stay', async () => {
    const folder = dataFolder();
    const before = await open(folder);
    await put(before, user('test4'));
    close(before);
    const storage = openStorage(folder);
    const dynamodb = new DynamoDb(ACCOUNT, storage);
    const other = dynamodb.createTable({
      name: TableName,
      keySchema: [{ AttributeName: 'other', KeyType: 'HASH' }],
      attributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }],
      billingMode: 'PAY_PER_REQUEST',
    });
    await expect(other).rejects.toThrow(/has the key .*"other".* here and .*"id".* in the data folder/);
    storage.close();
    const after = await open(folder);
    expect(await rowsOf(after)).toEqual([user('test4')]);
    close(after);
  });
});
