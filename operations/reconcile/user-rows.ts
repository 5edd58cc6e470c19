import { DescribeTableCommand, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { OnStack } from '../deployed/stack.ts';
import { URI_ATTRIBUTE, type UserRow, UsersTable } from '../deployed/users-table.ts';
import { CommandFailure } from '../messages/errors.ts';

/** Rows of a page: few enough for a quick answer, enough to read 100,000 rows in 50 calls. */
const PAGE_SIZE = 2000;

export function usersTable({ stack, clients }: OnStack): UsersTable {
  return new UsersTable(clients.of(DynamoDBClient), stack);
}

/**
 * All rows of the users table, page by page; only their keys and URIs leave the table. Reads are consistent: every user who has
 * a row from the beginning to the end is included.
 */
export async function* scanRows(table: UsersTable): AsyncGenerator<UserRow[]> {
  const input = { TableName: table.name, ...table.projection, ConsistentRead: true };
  for await (const { Items = [] } of paginateScan({ client: table.client, pageSize: PAGE_SIZE }, input)) {
    yield Items.map((item) => table.rowOf(item));
  }
}

/**
 * How many users have no URI in their row now, including those who registered a moment ago. Reads the whole table, but only
 * numbers leave it.
 * @param signal ends it early, also during a call: then it returns the count so far
 */
export async function countUsersWithoutUri(on: OnStack, signal?: AbortSignal): Promise<number> {
  const { name: TableName, client } = usersTable(on);
  const input = {
    TableName,
    Select: 'COUNT',
    FilterExpression: 'attribute_not_exists(#uri)',
    ExpressionAttributeNames: { '#uri': URI_ATTRIBUTE },
  } as const;
  let count = 0;
  try {
    const pages = paginateScan({ client, pageSize: PAGE_SIZE }, input, signal && { abortSignal: signal });
    for await (const { Count = 0 } of pages) {
      count += Count;
      if (signal?.aborted) break;
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
  return count;
}

/** What DynamoDB says about the users table. */
export interface TableFacts {
  /** Whole seconds since the Unix epoch, UTC. */
  readonly createdAt: number;
  /** How many rows it had about six hours ago (DynamoDB API reference, TableDescription). */
  readonly rows: number;
}

/** @throws CommandFailure for a table without a time of creation, which AWS never has */
export async function readTableFacts({ name, client }: UsersTable): Promise<TableFacts> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  if (Table?.CreationDateTime === undefined) throw new CommandFailure(`the table ${name} has no creation time`);
  return { createdAt: Math.floor(Table.CreationDateTime.getTime() / 1000), rows: Table.ItemCount ?? 0 };
}
