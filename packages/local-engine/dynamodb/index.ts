/** DynamoDB and its streams: their APIs, their state, and the resource type of a table. */

import type { Clock } from '../core/clock.ts';
import type { ApiRequest, ServiceApi } from '../protocols/http.ts';
import { jsonBody, jsonService } from '../protocols/json-protocol.ts';
import { RequestSchemas } from '../protocols/request-schema.ts';
import type { DynamoDb } from './dynamodb.ts';
import type { DynamoDbStream } from './dynamodb-stream.ts';
import { DynamoDbStreams } from './dynamodb-streams.ts';
import { checkExpressionSizes } from './expressions.ts';
import type { TableAdministration } from './table-administration.ts';

export { DynamoDb } from './dynamodb.ts';
export { type DynamoDbStream, FIRST_SEQUENCE_NUMBER, SHARD_ID, STREAM_RETENTION_MS } from './dynamodb-stream.ts';
export { dynamoDbTable } from './dynamodb-table.ts';
export type { Item, StreamRecord } from './items.ts';
export { dynamoDbActions, partitionKeyOf } from './required-actions.ts';
export { TableAdministration } from './table-administration.ts';

interface TableServices {
  readonly dynamodb: DynamoDb;
  readonly tables: TableAdministration;
  readonly streams: ReadonlyMap<string, DynamoDbStream>;
  readonly clock: Clock;
}

/** Tables and streams have two APIs with one service name. */
export function dynamoDbApi({ dynamodb, tables, streams, clock }: TableServices): ServiceApi {
  const isEnabled = (stream: DynamoDbStream) => dynamodb.streamOf(stream.tableName) === stream;
  const others = [new DynamoDbStreams({ streams, isEnabled, clock }), tables];
  const schemas = new RequestSchemas('@aws-sdk/client-dynamodb');
  const api = jsonService('1.0', (operation, request) => {
    const other = others.find((it) => it.has(operation));
    if (other === undefined) return dynamodb.handle(operation, request);
    schemas.check(operation, request);
    return other.handle(operation, request);
  });
  // The item API has its own words for a request that does not fit.
  const validate = (operation: string, request: ApiRequest) => {
    const members = jsonBody(request);
    schemas.check(operation, members);
    checkExpressionSizes(members);
  };
  const operations = [...dynamodb.operations, ...others.flatMap((it) => it.operations)];
  return { ...api, validate, operations };
}
