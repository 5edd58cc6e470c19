import { arnOf } from '../../../../packages/local-engine/core/account.ts';
import { DynamoDb } from '../../../../packages/local-engine/dynamodb/dynamodb.ts';
import type { DynamoDbStream } from '../../../../packages/local-engine/dynamodb/dynamodb-stream.ts';
import { ACCOUNT, makeParts, type Parts } from './parts.ts';
import { makeStream } from './stream.ts';

export const TableName = 'users';
export const TABLE_ARN = arnOf(ACCOUNT, 'dynamodb', `table/${TableName}`);

export interface UsersTable extends Parts {
  readonly dynamodb: DynamoDb;
  readonly stream: DynamoDbStream;
}

/** DynamoDB with one table, whose key is `id`, and its stream. */
export async function makeTable(parts: Parts = makeParts()): Promise<UsersTable> {
  const stream = makeStream(parts);
  const dynamodb = new DynamoDb(ACCOUNT, parts.storage);
  await createTable(dynamodb, TableName, stream);
  return { ...parts, dynamodb, stream };
}

export function createTable(dynamodb: DynamoDb, name: string, stream?: DynamoDbStream): Promise<void> {
  const definition = {
    name,
    keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    attributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    billingMode: 'PAY_PER_REQUEST',
    pointInTimeRecovery: true,
  } as const;
  return dynamodb.createTable(definition, stream);
}
