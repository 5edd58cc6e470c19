import { expect, test } from '@jest/globals';
import * as it from '../support/stack.ts';
import { makeStacks } from '../support/stack.ts';
import { createTable } from '../support/table.ts';

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
])('given $given in the template, the table tells it', async ({ more, is }) => {
  const { services, update } = makeStacks();
  await update({ Table: { ...it.table, Properties: { ...it.table.Properties, ...more } } });
  expect(await services.dynamodb.handle('DescribeTable', { TableName: 'users' })).toMatchObject({
    Table: { DeletionProtectionEnabled: is },
  });
});
