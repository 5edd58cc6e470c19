import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PermanentError, RetryableError } from '../shared/errors.ts';
import { describeServiceFailure, readServiceFailure } from '../shared/service-failure.ts';
import { RECORDED_ATTRIBUTES } from '../shared/subscription.ts';

/** Of a user's row, whether it is there, and which bucket it names. */
export interface UserRow {
  /** @default - the row names no bucket */
  readonly uri?: string;
}

/** Reads the row of a user; undefined for a user without one. */
export type ReadUserRow = (userId: string) => Promise<UserRow | undefined>;

/** Reads key and bucket of a row, and nothing else of it, as it is now. */
export function userRows(
  client: DynamoDBClient,
  table: { readonly tableName: string; readonly userIdAttribute: string },
): ReadUserRow {
  return async (userId) => {
    try {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: table.tableName,
          Key: { [table.userIdAttribute]: { S: userId } },
          ConsistentRead: true,
          ProjectionExpression: '#userId, #uri',
          ExpressionAttributeNames: { '#userId': table.userIdAttribute, '#uri': RECORDED_ATTRIBUTES.uri },
        }),
      );
      if (Item === undefined) return undefined;
      const uri = Item[RECORDED_ATTRIBUTES.uri]?.S;
      return uri === undefined ? {} : { uri };
    } catch (cause) {
      const failure = readServiceFailure(cause);
      const message = `the user's row could not be read, ${describeServiceFailure(failure)}`;
      throw failure.transient
        ? new RetryableError(message, { hint: 'nothing to do unless it lasts', cause, userId })
        : new PermanentError(message, { hint: "check the role's dynamodb:GetItem grant", cause, userId });
    }
  };
}
