import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { BucketCreatedV1 } from '../../schemas/generated/bucket-created.v1.ts';
import { RECORDED_ATTRIBUTES } from '../shared/subscription.ts';

export interface UsersTable {
  readonly tableName: string;
  /** Name of the partition key, a string attribute. */
  readonly userIdAttribute: string;
}

/** The attribute that decides whether a URI is recorded already. */
export const URI_ATTRIBUTE = RECORDED_ATTRIBUTES.uri;
const URL_ATTRIBUTE = RECORDED_ATTRIBUTES.url;

/**
 * Writes a bucket's addresses into its user's row, on two conditions: the row is there (an update would make a
 * ghost of a deleted user otherwise), and it holds no bucket URI, or this one. Where they fail, DynamoDB answers with
 * the row, so that the reason can be told without a second read. Where they hold, it answers with what the two attributes were
 * before, and so whether the URI is new.
 */
export function uriUpdate({ data }: BucketCreatedV1, table: UsersTable): UpdateItemCommandInput {
  return {
    TableName: table.tableName,
    Key: { [table.userIdAttribute]: { S: data.userId } },
    UpdateExpression: 'SET #uri = :uri, #url = :url',
    // AND binds before OR; the second half needs no row check, since a missing row's URI equals nothing.
    ConditionExpression: 'attribute_exists(#userId) AND attribute_not_exists(#uri) OR #uri = :uri',
    ExpressionAttributeNames: { '#userId': table.userIdAttribute, '#uri': URI_ATTRIBUTE, '#url': URL_ATTRIBUTE },
    ExpressionAttributeValues: { ':uri': { S: data.bucketUri }, ':url': { S: data.bucketUrl } },
    ReturnValues: 'UPDATED_OLD',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}
