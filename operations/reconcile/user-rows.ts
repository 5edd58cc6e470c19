import { setTimeout as pause } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  DescribeTableCommand,
  DynamoDBClient,
  type KeysAndAttributes,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { BATCH_SIZE, rowBytes, URI_ATTRIBUTE } from '../deployed/users-table.ts';
import { CommandFailure } from '../messages/errors.ts';

/** What a user's row says about the bucket. */
export interface UserRow {
  readonly userId: string;
  /** The attribute's text, if the row has it; if it is not a string, its typed form as JSON. */
  readonly uri?: string;
  /** Bytes of the whole row, if it was read completely. */
  readonly bytes?: number;
}

/** Rows of a page: few enough for a quick answer, enough to read 100,000 rows in 50 calls. */
const PAGE_SIZE = 2000;

const THROTTLED_PAUSE_MS = 200;

type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * All rows of the users table, page by page; only their keys and URIs leave the table. Reads are consistent: every user who has
 * a row from the beginning to the end is included.
 */
export async function* scanRows(on: OnStack): AsyncGenerator<UserRow[]> {
  const { table, keyName, client } = usersTable(on);
  const input = { TableName: table, ...projection(keyName), ConsistentRead: true };
  for await (const { Items = [] } of paginateScan({ client, pageSize: PAGE_SIZE }, input)) {
    yield Items.map((item) => rowOf(item, keyName));
  }
}

/**
 * How many users have no URI in their row now, including those who registered a moment ago. Reads the whole table, but only
 * numbers leave it.
 * @param signal ends it early, also during a call: then it returns the count so far
 */
export async function countUsersWithoutUri(on: OnStack, signal?: AbortSignal): Promise<number> {
  const { table, client } = usersTable(on);
  const input = {
    TableName: table,
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

/**
 * The rows of some users as they are now; a user without a row is left out.
 * @param userIds up to {@link BATCH_SIZE}, each once
 * @param isWhole whether rows are read completely, to know their sizes; nothing else of them is kept
 */
export async function readRows(on: OnStack, userIds: readonly string[], isWhole = false): Promise<UserRow[]> {
  const { table, keyName, client } = usersTable(on);
  const rows: UserRow[] = [];
  let wanted: Record<string, KeysAndAttributes> | undefined = {
    [table]: {
      Keys: userIds.slice(0, BATCH_SIZE).map((userId) => ({ [keyName]: { S: userId } })),
      ...(!isWhole && projection(keyName)),
      ConsistentRead: true,
    },
  };
  // Rows that do not fit into one answer, or are throttled, are returned as unprocessed.
  while (wanted !== undefined && Object.keys(wanted).length > 0) {
    const answer: BatchGetItemCommandOutput = await client.send(new BatchGetItemCommand({ RequestItems: wanted }));
    const found = answer.Responses?.[table] ?? [];
    rows.push(...found.map((item) => ({ ...rowOf(item, keyName), ...(isWhole && { bytes: rowBytes(item) }) })));
    wanted = answer.UnprocessedKeys;
    if (found.length === 0 && Object.keys(wanted ?? {}).length > 0) await pause(THROTTLED_PAUSE_MS);
  }
  return rows;
}

/** What DynamoDB says about the users table. */
export interface TableFacts {
  /** Whole seconds since the Unix epoch, UTC. */
  readonly createdAt: number;
  /** How many rows it had about six hours ago (DynamoDB API reference, TableDescription). */
  readonly rows: number;
}

/** @throws CommandFailure for a table without a time of creation, which AWS never has */
export async function readTableFacts(on: OnStack): Promise<TableFacts> {
  const { table, client } = usersTable(on);
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  if (Table?.CreationDateTime === undefined) throw new CommandFailure(`the table ${table} has no creation time`);
  return { createdAt: Math.floor(Table.CreationDateTime.getTime() / 1000), rows: Table.ItemCount ?? 0 };
}

function usersTable({ stack, clients }: OnStack): { table: string; keyName: string; client: DynamoDBClient } {
  return {
    table: requireOutput(stack, 'UsersTableName'),
    keyName: requireOutput(stack, 'UserIdAttribute'),
    client: clients.of(DynamoDBClient),
  };
}

function projection(keyName: string) {
  return {
    ProjectionExpression: '#userId, #uri',
    ExpressionAttributeNames: { '#userId': keyName, '#uri': URI_ATTRIBUTE },
  };
}

function rowOf(item: Attributes, keyName: string): UserRow {
  const uri = item[URI_ATTRIBUTE];
  return { userId: item[keyName]?.S ?? '', ...(uri !== undefined && { uri: uri.S ?? JSON.stringify(uri) }) };
}
