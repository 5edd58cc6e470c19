import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { RECORDED_ATTRIBUTES } from '../../services/shared/subscription.ts';
import { type FoundStack, requireOutput } from './stack-outputs.ts';

/** The attributes into which the pipeline writes the URI and the URL of the user's bucket. */
export const { uri: URI_ATTRIBUTE, url: URL_ATTRIBUTE } = RECORDED_ATTRIBUTES;

/** The most keys of one BatchGetItem. */
export const BATCH_SIZE = 100;

type Row = Readonly<Record<string, AttributeValue>>;

/** What came of putting a user's row: made, or refused because there is one, with the URI that it holds. */
export type PutOutcome = { readonly status: 'registered' } | { readonly status: 'exists'; readonly uri?: string };

/** The table whose new rows are sign-ups, as far as operating needs it. */
export class UsersTable {
  readonly name: string;
  readonly userIdAttribute: string;
  readonly #dynamodb: DynamoDBClient;

  constructor(dynamodb: DynamoDBClient, stack: FoundStack) {
    this.#dynamodb = dynamodb;
    this.name = requireOutput(stack, 'UsersTableName');
    this.userIdAttribute = requireOutput(stack, 'UserIdAttribute');
  }

  /** Puts a row that holds nothing but the user's id, unless the user has one. */
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

  /** Whether the user has a row, and the URI that stands in it. */
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
   * The URIs that stand in the rows of these users, by user id; a user without one is left out.
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
