import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { bucketCreated } from '../../services/bucket-service/bucket-created.ts';
import { RECORDED_ATTRIBUTES } from '../../services/shared/subscription.ts';
import { type FoundStack, requireOutput } from './stack.ts';

/** The attributes with the URI and the URL of the user's bucket. */
export const { uri: URI_ATTRIBUTE, url: URL_ATTRIBUTE } = RECORDED_ATTRIBUTES;

/** The most keys of one BatchGetItem. */
export const BATCH_SIZE = 100;

/** The result of putting a user's row: it is new, or existed already, with its URI. */
export type PutOutcome = { readonly status: 'registered' } | { readonly status: 'exists'; readonly uri?: string };

/** The users table: each new row is a sign-up. */
export class UsersTable {
  readonly name: string;
  readonly userIdAttribute: string;
  readonly #dynamodb: DynamoDBClient;

  constructor(dynamodb: DynamoDBClient, stack: FoundStack) {
    this.#dynamodb = dynamodb;
    this.name = requireOutput(stack, 'UsersTableName');
    this.userIdAttribute = requireOutput(stack, 'UserIdAttribute');
  }

  /** Puts a row with the user's id alone, unless the user has a row. */
  async register(userId: string): Promise<PutOutcome> {
    try {
      await this.#dynamodb.send(
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
    const { Item } = await this.#dynamodb.send(
      new GetItemCommand({
        TableName: this.name,
        Key: { [this.userIdAttribute]: { S: userId } },
        ProjectionExpression: '#userId, #uri',
        ExpressionAttributeNames: { '#userId': this.userIdAttribute, '#uri': URI_ATTRIBUTE },
        ConsistentRead: true,
      }),
    );
    return { exists: Item !== undefined, ...uriOf(Item) };
  }

  /**
   * The URIs in the rows of these users, by user id; a user without one is left out.
   * @param userIds up to {@link BATCH_SIZE}, each once
   */
  async readUris(userIds: readonly string[]): Promise<Map<string, string>> {
    const { Responses = {} } = await this.#dynamodb.send(
      new BatchGetItemCommand({
        RequestItems: {
          [this.name]: {
            Keys: userIds.map((userId) => ({ [this.userIdAttribute]: { S: userId } })),
            ProjectionExpression: '#userId, #uri',
            ExpressionAttributeNames: { '#userId': this.userIdAttribute, '#uri': URI_ATTRIBUTE },
            ConsistentRead: true,
          },
        },
      }),
    );
    const found = (Responses[this.name] ?? []).map((row) => [row[this.userIdAttribute]?.S ?? '', uriOf(row).uri]);
    return new Map(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
  }
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
