import { expect, test } from '@jest/globals';
import * as it from './support/stack.ts';
import { makeStacks } from './support/stack.ts';
import { createTable } from './support/table.ts';

test('given a name that a table has already, the resource is refused, and leaves no stream behind', async () => {
  const { services, update } = makeStacks();
  await createTable(services.dynamodb, 'users');
  await expect(update({ Table: it.table })).rejects.toThrow('Table: Table already exists: users');
  expect([...services.streams.keys()]).toEqual([]);
  expect(services.dynamodb.streamOf('users')).toBeUndefined();
});
