import { setTimeout as pause } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  DescribeTableCommand,
  DynamoDBClient,
  type KeysAndAttributes,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { BATCH_SIZE, rowBytes, URI_ATTRIBUTE } from '../deployed/users-table.ts';
import { CommandFailure } from '../messages/errors.ts';

/** What a user's row says of the bucket. */
export interface UserRow {
  readonly userId: string;
  /** The text of the attribute, if it is there; of one that is no string, its typed form. */
  readonly uri?: string;
  /** Bytes of the whole row, where it was read whole. */
  readonly bytes?: number;
}

/** Rows of a page: few enough that a page is soon there, many enough that 100,000 rows are 50 calls. */
const PAGE_SIZE = 2000;

const THROTTLED_PAUSE_MS = 200;

type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * All rows of the users table, page by page; of each only its key and its URI leave the table. Reads are consistent: whoever
 * had a row when it began, and keeps it, is among them.
 */
export async function* scanRows(on: OnStack): AsyncGenerator<UserRow[]> {
  const { table, keyName, client } = usersTable(on);
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: table,
        ...projection(keyName),
        ConsistentRead: true,
        Limit: PAGE_SIZE,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    yield (page.Items ?? []).map((item) => rowOf(item, keyName));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
}

/**
 * How many users have no URI in their row now, those among them who registered a moment ago. Reads the whole table, and brings
 * nothing of it but numbers.
 * @param signal ends it early, a call under way too: then it counts what was read until then
 */
export async function countUsersWithoutUri(on: OnStack, signal?: AbortSignal): Promise<number> {
  const { table, client } = usersTable(on);
  let count = 0;
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const scan = new ScanCommand({
      TableName: table,
      Select: 'COUNT',
      FilterExpression: 'attribute_not_exists(#uri)',
      ExpressionAttributeNames: { '#uri': URI_ATTRIBUTE },
      Limit: PAGE_SIZE,
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
    });
    const page = await client.send(scan, signal && { abortSignal: signal }).catch((error: unknown) => {
      if (signal?.aborted) return undefined;
      throw error;
    });
    if (page === undefined) return count;
    count += page.Count ?? 0;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined && !signal?.aborted);
  return count;
}

/**
 * The rows of some users as they are at this moment; a user without one is left out.
 * @param userIds up to {@link BATCH_SIZE}, each once
 * @param isWhole whether rows are read whole, to know their sizes: nothing else is kept of them
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
  // What does not fit into one answer, or is throttled, comes back to be asked for again.
  while (wanted !== undefined && Object.keys(wanted).length > 0) {
    const answer: BatchGetItemCommandOutput = await client.send(new BatchGetItemCommand({ RequestItems: wanted }));
    const found = answer.Responses?.[table] ?? [];
    rows.push(...found.map((item) => ({ ...rowOf(item, keyName), ...(isWhole && { bytes: rowBytes(item) }) })));
    wanted = answer.UnprocessedKeys;
    if (found.length === 0 && Object.keys(wanted ?? {}).length > 0) await pause(THROTTLED_PAUSE_MS);
  }
  return rows;
}

/** What DynamoDB tells of the users table. */
export interface TableFacts {
  /** Whole seconds since the Unix epoch, UTC. */
  readonly createdAt: number;
  /** Of about six hours ago (DynamoDB API reference, TableDescription). */
  readonly about: number;
}

/** @throws CommandFailure for a table without a time of creation, which AWS never has */
export async function readTableFacts(on: OnStack): Promise<TableFacts> {
  const { table, client } = usersTable(on);
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  if (Table?.CreationDateTime === undefined)
    throw new CommandFailure(`the table ${table} does not say when it was made`);
  return { createdAt: Math.floor(Table.CreationDateTime.getTime() / 1000), about: Table.ItemCount ?? 0 };
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
