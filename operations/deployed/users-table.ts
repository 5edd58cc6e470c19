import { setTimeout } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  type KeysAndAttributes,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { bucketCreated } from '../../services/bucket-service/bucket-created.ts';
import { RECORDED_ATTRIBUTES } from '../../services/shared/subscription.ts';
import { CommandFailure } from '../messages/errors.ts';
import { type FoundStack, type OnStack, requireOutput } from './stack.ts';

/** The attributes with the URI and the URL of the user's bucket. */
export const { uri: URI_ATTRIBUTE, url: URL_ATTRIBUTE } = RECORDED_ATTRIBUTES;

/** The most keys of one BatchGetItem. */
export const BATCH_SIZE = 100;

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

/** The users table: each new row is a sign-up. */
export class UsersTable {
  readonly name: string;
  readonly userIdAttribute: string;
  readonly #client: DynamoDBClient;

  constructor(client: DynamoDBClient, stack: FoundStack) {
    this.#client = client;
    this.name = requireOutput(stack, 'UsersTableName');
    this.userIdAttribute = requireOutput(stack, 'UserIdAttribute');
  }

  /** Puts a row with the user's id alone, unless the user has a row. */
  async register(userId: string): Promise<{ readonly status: 'registered' | 'exists'; readonly uri?: string }> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.name,
          Item: { [this.userIdAttribute]: { S: userId } },
          ConditionExpression: 'attribute_not_exists(#userId)',
          ExpressionAttributeNames: { '#userId': this.userIdAttribute },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { status: 'registered' };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { status: 'exists', ...uriOf(error.Item) };
    }
  }

  /** Whether the user has a row, and the URI in it. */
  async find(userId: string): Promise<{ readonly exists: boolean; readonly uri?: string }> {
    const { Item } = await this.#client.send(
      new GetItemCommand({
        TableName: this.name,
        Key: { [this.userIdAttribute]: { S: userId } },
        ...this.#projection,
        ConsistentRead: true,
      }),
    );
    return { exists: Item !== undefined, ...uriOf(Item) };
  }

  /** The URIs in the rows of these users, by user id; a user without one is left out. @param userIds as for {@link readRows} */
  async readUris(userIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.readRows(userIds);
    return new Map(rows.flatMap(({ userId, uri }) => (uri ? [[userId, uri]] : [])));
  }

  /**
   * The rows of some users as they are now; a user without a row is left out.
   * @param userIds up to {@link BATCH_SIZE}, each once
   * @param isWhole whether rows are read completely, to know their sizes; nothing else of them is kept
   */
  async readRows(userIds: readonly string[], isWhole = false): Promise<UserRow[]> {
    const rows: UserRow[] = [];
    let wanted: Record<string, KeysAndAttributes> | undefined = {
      [this.name]: {
        Keys: userIds.map((userId) => ({ [this.userIdAttribute]: { S: userId } })),
        ...(!isWhole && this.#projection),
        ConsistentRead: true,
      },
    };
    // Rows that do not fit into one answer, or are throttled, are returned as unprocessed.
    while (wanted !== undefined && Object.keys(wanted).length > 0) {
      const answer: BatchGetItemCommandOutput = await this.#client.send(
        new BatchGetItemCommand({ RequestItems: wanted }),
      );
      const found = answer.Responses?.[this.name] ?? [];
      rows.push(...found.map((item) => ({ ...this.#rowOf(item), ...(isWhole && { bytes: rowBytes(item) }) })));
      wanted = answer.UnprocessedKeys;
      if (found.length === 0 && Object.keys(wanted ?? {}).length > 0) await setTimeout(THROTTLED_PAUSE_MS);
    }
    return rows;
  }

  /**
   * All rows, page by page; only their keys and URIs leave the table. Reads are consistent: every user who has a row from the
   * beginning to the end is included.
   */
  async *scanRows(): AsyncGenerator<UserRow[]> {
    const input = { TableName: this.name, ...this.#projection, ConsistentRead: true };
    for await (const { Items = [] } of paginateScan({ client: this.#client, pageSize: PAGE_SIZE }, input)) {
      yield Items.map((item) => this.#rowOf(item));
    }
  }

  /**
   * How many users have no URI in their row now, including those who registered a moment ago. Reads the whole table, but only
   * numbers leave it.
   * @param signal ends it early, also during a call: then it returns the count so far
   */
  async countWithoutUri(signal?: AbortSignal): Promise<number> {
    const input = {
      TableName: this.name,
      Select: 'COUNT',
      FilterExpression: 'attribute_not_exists(#uri)',
      ExpressionAttributeNames: { '#uri': URI_ATTRIBUTE },
    } as const;
    let count = 0;
    try {
      const paging = { client: this.#client, pageSize: PAGE_SIZE };
      for await (const { Count = 0 } of paginateScan(paging, input, signal && { abortSignal: signal })) {
        count += Count;
        if (signal?.aborted) break;
      }
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
    return count;
  }

  /**
   * When the table was created, in whole seconds since the Unix epoch, and how many rows it had about six hours ago (DynamoDB
   * API reference, TableDescription).
   * @throws CommandFailure for a table without a time of creation, which AWS never has
   */
  async readFacts(): Promise<{ readonly createdAt: number; readonly rows: number }> {
    const { Table } = await this.#client.send(new DescribeTableCommand({ TableName: this.name }));
    if (Table?.CreationDateTime === undefined) throw new CommandFailure(`the table ${this.name} has no creation time`);
    return { createdAt: Math.floor(Table.CreationDateTime.getTime() / 1000), rows: Table.ItemCount ?? 0 };
  }

  /** Reads only the key and the URI. */
  get #projection() {
    return {
      ProjectionExpression: '#userId, #uri',
      ExpressionAttributeNames: { '#userId': this.userIdAttribute, '#uri': URI_ATTRIBUTE },
    };
  }

  #rowOf(item: Row): UserRow {
    const uri = item[URI_ATTRIBUTE];
    const userId = item[this.userIdAttribute]?.S ?? '';
    return { userId, ...(uri !== undefined && { uri: uri.S ?? JSON.stringify(uri) }) };
  }
}

export function usersTable({ clients, stack }: Pick<OnStack, 'clients' | 'stack'>): UsersTable {
  return new UsersTable(clients.of(DynamoDBClient), stack);
}

function uriOf(row: Row | undefined): { uri?: string } {
  const uri = row?.[URI_ATTRIBUTE]?.S;
  return uri ? { uri } : {};
}

/** Limit of a row, including the names of its attributes. Source: DynamoDB developer guide, quotas. */
export const MOST_ROW_BYTES = 400 * 1024;

type Row = Readonly<Record<string, AttributeValue>>;

/**
 * Bytes of a row as DynamoDB counts them; for numbers its documentation says "approximately".
 * Source: DynamoDB developer guide, item sizes and formats.
 */
export function rowBytes(row: Row): number {
  return Object.entries(row).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

/**
 * How many bytes a row is too large for the URI and the URL of a bucket, which uri-recorder writes into it; 0 if there is room.
 * @param bytes of the row without them
 */
export function bytesTooMany(bytes: number, bucketName: string, region: string): number {
  const registered = {
    metadata: { schemaVersion: 1 as const, eventId: '', correlationId: '' },
    data: { userId: '', registeredAt: 0 },
  };
  const { bucketUri, bucketUrl } = bucketCreated(registered, { bucketName, region, createdAt: 0 }).data;
  const added = rowBytes({ [URI_ATTRIBUTE]: { S: bucketUri }, [URL_ATTRIBUTE]: { S: bucketUrl } });
  return Math.max(0, bytes + added - MOST_ROW_BYTES);
}

/** Lists and maps take three bytes, and one for each element. */
const NESTING_BYTES = 3;

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.SS !== undefined) return total(value.SS, Buffer.byteLength);
  if (value.NS !== undefined) return total(value.NS, numberBytes);
  if (value.BS !== undefined) return total(value.BS, ({ byteLength }) => byteLength);
  if (value.L !== undefined) return NESTING_BYTES + value.L.length + total(value.L, valueBytes);
  if (value.M !== undefined) return NESTING_BYTES + Object.keys(value.M).length + rowBytes(value.M);
  return 1; // BOOL and NULL
}

/** One byte, one for each two significant digits, and one for a minus sign. */
function numberBytes(number: string): number {
  const [mantissa = ''] = number.toLowerCase().split('e');
  const digits = mantissa
    .replaceAll(/[^0-9]/g, '')
    .replace(/^0+/, '')
    .replace(/0+$/, '');
  return 1 + Math.ceil(digits.length / 2) + (number.startsWith('-') ? 1 : 0);
}

function total<T>(values: readonly T[], bytesOf: (value: T) => number): number {
  return values.reduce((sum, value) => sum + bytesOf(value), 0);
}
