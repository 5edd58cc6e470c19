import { beforeEach, describe, expect, test } from '@jest/globals';
import { TableAdministration } from '../../../../packages/local-engine/dynamodb/table-administration.ts';
import { dataFolder, openStorage } from '../support/folder.ts';
import { ACCOUNT, makeParts } from '../support/parts.ts';
import { createTable, makeTable, TABLE_ARN, TableName, type UsersTable } from '../support/table.ts';

let users: UsersTable;
let tables: TableAdministration;
let streams: Map<string, UsersTable['stream']>;
beforeEach(async () => {
  users = await makeTable();
  ({ tables, streams } = administrationOf(users));
});

function administrationOf(parts: UsersTable) {
  const known = new Map([[parts.stream.arn, parts.stream]]);
  return { tables: new TableAdministration({ ...parts, account: ACCOUNT, streams: known }), streams: known };
}

const put = (id: string, more: Record<string, unknown> = {}, table = TableName) =>
  users.dynamodb.handle('PutItem', { TableName: table, Item: { id: { S: id }, ...more } });
const remove = (id: string) => users.dynamodb.handle('DeleteItem', { TableName, Key: { id: { S: id } } });
const rows = async (table: string) => {
  const { Items } = await users.dynamodb.handle('Scan', { TableName: table });
  return (Items as { id: { S: string } }[]).toSorted((a, b) => (a.id.S < b.id.S ? -1 : 1));
};
const stream = (StreamSpecification: object, table = TableName) =>
  tables.handle('UpdateTable', { TableName: table, StreamSpecification });
const ON = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' };

describe('a table that is restored', () => {
  const restore = (more: object) =>
    tables.handle('RestoreTableToPointInTime', { SourceTableName: TableName, TargetTableName: 'restored', ...more });

  test('has the rows of that time: what was written, changed and deleted since is undone', async () => {
    await put('kept', { n: { N: '1' } });
    await put('changed', { n: { N: '1' } });
    await put('deleted', { n: { N: '1' } });
    const then = users.clock.now() / 1000;
    users.clock.skip(2000);
    await put('changed', { n: { N: '2' } });
    await put('changed', { n: { N: '3' } });
    await remove('deleted');
    await put('new');
    await put('deleted', { n: { N: '4' } });

    const { TableDescription } = (await restore({ RestoreDateTime: then })) as { TableDescription: object };
    expect(TableDescription).toMatchObject({ TableName: 'restored', TableStatus: 'ACTIVE' });
    expect(TableDescription).not.toHaveProperty('LatestStreamArn');
    expect(await rows('restored')).toEqual(
      ['changed', 'deleted', 'kept'].map((id) => ({ id: { S: id }, n: { N: '1' } })),
    );
    expect(await rows(TableName)).toHaveLength(4);
  });

  test('by its ARN and to the latest time, has the rows of now', async () => {
    await put('a');
    await tables.handle('RestoreTableToPointInTime', {
      SourceTableArn: TABLE_ARN,
      TargetTableName: 'restored',
      UseLatestRestorableTime: true,
    });
    expect(await rows('restored')).toEqual([{ id: { S: 'a' } }]);
  });

  test.each([
    ['a table that does not exist', { SourceTableName: 'nobody' }, 'TableNotFoundException'],
    ['a name that is taken', { TargetTableName: TableName }, 'TableAlreadyExistsException'],
    ['no time', { UseLatestRestorableTime: false }, 'ValidationException'],
    ['a time to come', { UseLatestRestorableTime: false, RestoreDateTime: 4e9 }, 'InvalidRestoreTimeException'],
    ['a time before the stream', { UseLatestRestorableTime: false, RestoreDateTime: 1 }, 'InvalidRestoreTimeException'],
  ])('given %s, is refused', async (_, wrong, name) => {
    await expect(restore({ UseLatestRestorableTime: true, ...wrong })).rejects.toMatchObject({ code: name });
  });

  test('given a table without recovery, such as one that was restored, is refused', async () => {
    await restore({ UseLatestRestorableTime: true });
    const again = { SourceTableName: 'restored', TargetTableName: 'again', UseLatestRestorableTime: true };
    await expect(tables.handle('RestoreTableToPointInTime', again)).rejects.toMatchObject({
      code: 'PointInTimeRecoveryUnavailableException',
    });
  });

  test('given a time from which the stream has lost records, is refused', async () => {
    const then = users.clock.now() / 1000;
    users.clock.skip(25 * 3_600_000);
    await expect(restore({ RestoreDateTime: then })).rejects.toMatchObject({ code: 'InvalidRestoreTimeException' });
  });
});

describe('the stream of a table', () => {
  test('turned on for a restored table, has its changes from then on', async () => {
    await put('before');
    await tables.handle('RestoreTableToPointInTime', {
      SourceTableName: TableName,
      TargetTableName: 'restored',
      UseLatestRestorableTime: true,
    });
    const { TableDescription } = (await stream(ON, 'restored')) as { TableDescription: { LatestStreamArn: string } };
    await put('after', {}, 'restored');
    const made = streams.get(TableDescription.LatestStreamArn);
    expect(made?.read(0, 10).records.map(({ eventName, dynamodb }) => [eventName, dynamodb.Keys])).toEqual([
      ['INSERT', { id: { S: 'after' } }],
    ]);
    expect(users.stream.read(0, 10).records).toHaveLength(1);
  });

  test('turned off and on again, is another one, and the old one keeps what it has', async () => {
    await put('first');
    await stream({ StreamEnabled: false });
    await put('unseen');
    users.clock.skip(1000);
    await stream({ StreamEnabled: true, StreamViewType: 'KEYS_ONLY' });
    await put('last');
    const { Table } = (await users.dynamodb.handle('DescribeTable', { TableName })) as {
      Table: { LatestStreamArn: string };
    };
    expect(Table.LatestStreamArn).not.toBe(users.stream.arn);
    expect(users.stream.read(0, 10).records).toHaveLength(1);
    expect(streams.get(Table.LatestStreamArn)?.read(0, 10).records).toHaveLength(1);
  });

  test.each([
    ['on when it is on', ON],
    ['on without a view', { StreamEnabled: true }],
  ])('turned %s, is refused', async (_, specification) => {
    if (specification.StreamEnabled && !('StreamViewType' in specification)) await stream({ StreamEnabled: false });
    await expect(stream(specification)).rejects.toMatchObject({ code: 'ValidationException' });
  });

  test('given any other change of a table, is refused', async () => {
    const change = tables.handle('UpdateTable', { TableName, BillingMode: 'PROVISIONED' });
    await expect(change).rejects.toThrow(/can change the StreamSpecification.*BillingMode/);
  });
});

describe('a table that is deleted', () => {
  test('given a restored one, is gone', async () => {
    await tables.handle('RestoreTableToPointInTime', {
      SourceTableName: TableName,
      TargetTableName: 'restored',
      UseLatestRestorableTime: true,
    });
    await tables.handle('DeleteTable', { TableName: 'restored' });
    await expect(rows('restored')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  test('given one of a stack, stays', async () => {
    await expect(tables.handle('DeleteTable', { TableName })).rejects.toThrow(/belongs to a stack/);
  });
});

test('given the engine starts again on its data, then restored tables are there with rows and streams', async () => {
  const folder = dataFolder();
  const storage = openStorage(folder);
  users = await makeTable(makeParts(storage));
  ({ tables } = administrationOf(users));
  await put('a');
  await tables.handle('RestoreTableToPointInTime', {
    SourceTableName: TableName,
    TargetTableName: 'restored',
    UseLatestRestorableTime: true,
  });
  await stream(ON, 'restored');
  await put('b', {}, 'restored');
  storage.close();

  users = await makeTable(makeParts(openStorage(folder)));
  ({ tables, streams } = administrationOf(users));
  await tables.load();
  expect(await rows('restored')).toEqual([{ id: { S: 'a' } }, { id: { S: 'b' } }]);
  await put('c', {}, 'restored');
  const restored = [...streams.values()].find(({ tableName }) => tableName === 'restored');
  expect(restored?.read(0, 10).records).toHaveLength(2);
});

describe('given a folder and a name that a table had before', () => {
  const restoreAll = () =>
    tables.handle('RestoreTableToPointInTime', {
      SourceTableName: TableName,
      TargetTableName: 'restored',
      UseLatestRestorableTime: true,
    });
  beforeEach(async () => {
    users = await makeTable(makeParts(openStorage(dataFolder())));
    ({ tables, streams } = administrationOf(users));
    await put('a');
  });

  test('when that one was deleted, the restored one has no rows of it, and its stream is forgotten', async () => {
    await restoreAll();
    await stream(ON, 'restored');
    await put('old', {}, 'restored');
    await tables.handle('DeleteTable', { TableName: 'restored' });
    const kept = users.storage.db.prepare('SELECT arn FROM dynamodb_streams').all();
    expect(kept.map(({ arn }) => arn)).toEqual([users.stream.arn]);
    await restoreAll();
    expect(await rows('restored')).toEqual([{ id: { S: 'a' } }]);
  });

  test('when its rows are left, as after a restore that was cut off, the restored one does not have them', async () => {
    await createTable(users.dynamodb, 'restored');
    await put('left', {}, 'restored');
    await users.dynamodb.deleteTable('restored');
    await restoreAll();
    expect(await rows('restored')).toEqual([{ id: { S: 'a' } }]);
  });
});

describe('given a stream that was turned off, and a restart', () => {
  const HOUR_MS = 3_600_000;

  /** A restored table, whose stream has one record and is turned off; then the engine starts again. */
  async function restart(hoursLater: number) {
    const folder = dataFolder();
    const storage = openStorage(folder);
    users = await makeTable(makeParts(storage));
    ({ tables, streams } = administrationOf(users));
    await tables.handle('RestoreTableToPointInTime', {
      SourceTableName: TableName,
      TargetTableName: 'restored',
      UseLatestRestorableTime: true,
    });
    await stream(ON, 'restored');
    const { arn = '' } = users.dynamodb.streamOf('restored') ?? {};
    await put('a', {}, 'restored');
    await stream({ StreamEnabled: false }, 'restored');
    storage.close();
    const parts = makeParts(openStorage(folder));
    parts.clock.skip(hoursLater * HOUR_MS);
    users = await makeTable(parts);
    ({ tables, streams } = administrationOf(users));
    await tables.load();
    return arn;
  }
  const known = () => users.storage.db.prepare('SELECT arn FROM dynamodb_streams').all();

  test('when its records are not past 24 hours, it can be read, and the table has no stream', async () => {
    const arn = await restart(23);
    expect(streams.get(arn)?.read(0, 10).records).toMatchObject([{ dynamodb: { Keys: { id: { S: 'a' } } } }]);
    expect(users.dynamodb.streamOf('restored')).toBeUndefined();
  });

  test('when they are, it is gone, also from the folder', async () => {
    const arn = await restart(25);
    expect(streams.has(arn)).toBe(false);
    expect(known()).toEqual([{ arn: users.stream.arn }]);
  });

  test('when its table is deleted, it is gone with it', async () => {
    const arn = await restart(1);
    await tables.handle('DeleteTable', { TableName: 'restored' });
    expect(streams.has(arn)).toBe(false);
    expect(known()).toEqual([{ arn: users.stream.arn }]);
  });
});

test.each(['CreateTable', 'toString'])('given %s, it is no operation of these', async (operation) => {
  expect(tables.has(operation)).toBe(false);
  await expect(tables.handle(operation, {})).rejects.toMatchObject({ code: 'UnknownOperationException' });
});

describe('a table that is protected from being deleted', () => {
  const restored = { TableName: 'restored' };
  const protect = (is: boolean) => tables.handle('UpdateTable', { ...restored, DeletionProtectionEnabled: is });
  beforeEach(() =>
    tables.handle('RestoreTableToPointInTime', {
      SourceTableName: TableName,
      TargetTableName: 'restored',
      UseLatestRestorableTime: true,
    }),
  );

  test('says so, and is deleted only when that is lifted', async () => {
    expect(await users.dynamodb.handle('DescribeTable', restored)).toMatchObject({
      Table: { DeletionProtectionEnabled: false },
    });
    expect(await protect(true)).toMatchObject({ TableDescription: { DeletionProtectionEnabled: true } });
    await expect(tables.handle('DeleteTable', restored)).rejects.toMatchObject({
      code: 'ValidationException',
      message:
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    });
    await protect(false);
    await tables.handle('DeleteTable', restored);
    await expect(users.dynamodb.handle('DescribeTable', restored)).rejects.toThrow(/not found/);
  });

  test('passes that on to no table that is restored from it', async () => {
    await tables.handle('UpdateTable', { TableName, DeletionProtectionEnabled: true });
    await tables.handle('RestoreTableToPointInTime', {
      SourceTableName: TableName,
      TargetTableName: 'other',
      UseLatestRestorableTime: true,
    });
    expect(await users.dynamodb.handle('DescribeTable', { TableName: 'other' })).toMatchObject({
      Table: { DeletionProtectionEnabled: false },
    });
    await tables.handle('DeleteTable', { TableName: 'other' });
  });

  test('is not protected or unprotected together with another change', async () => {
    const both = { ...restored, DeletionProtectionEnabled: true, StreamSpecification: ON };
    await expect(tables.handle('UpdateTable', both)).rejects.toThrow(/the request changes .*DeletionProtectionEnabled/);
    await expect(tables.handle('UpdateTable', restored)).rejects.toThrow(/the request changes nothing/);
  });
});
