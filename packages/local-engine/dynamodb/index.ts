/** DynamoDB and its streams: their APIs, their state, and the resource type of a table. */

export { DynamoDb } from './dynamodb.ts';
export { type DynamoDbStream, FIRST_SEQUENCE_NUMBER, SHARD_ID, STREAM_RETENTION_MS } from './dynamodb-stream.ts';
export { DynamoDbStreams } from './dynamodb-streams.ts';
export { dynamoDbTable } from './dynamodb-table.ts';
export { checkExpressionSizes } from './expressions.ts';
export type { Item, StreamRecord } from './items.ts';
export { dynamoDbActions, partitionKeyOf } from './required-actions.ts';
export { TableAdministration } from './table-administration.ts';
