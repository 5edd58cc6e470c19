import { arnOf } from '../../../../packages/local-engine/core/account.ts';
import { DynamoDbStream } from '../../../../packages/local-engine/dynamodb/dynamodb-stream.ts';
import type { Item, StreamRecord, StreamViewType } from '../../../../packages/local-engine/dynamodb/items.ts';
import { ACCOUNT, type Parts } from './parts.ts';

export const STREAM_ARN = arnOf(ACCOUNT, 'dynamodb', 'table/users/stream/2026-11-22T00:00:00.000');

export function makeStream(
  { clock, journal, storage }: Parts,
  viewType: StreamViewType = 'NEW_AND_OLD_IMAGES',
): DynamoDbStream {
  return new DynamoDbStream({
    arn: STREAM_ARN,
    region: ACCOUNT.region,
    viewType,
    tableName: 'users',
    keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    storage,
    clock,
    journal,
  });
}

export const user = (id: string, more: Item = {}): Item => ({ id: { S: id }, ...more });

/** Appends the change that puts a new user. */
export function register(stream: DynamoDbStream, id: string, more: Item = {}): void {
  stream.append({ keys: user(id), oldImage: undefined, newImage: user(id, more), sizeBytes: 10 });
}

/** Every record that the stream keeps. */
export function recordsOf(stream: DynamoDbStream): readonly StreamRecord[] {
  return stream.read(0, 1_000_000).records;
}

export const idsOf = (records: readonly StreamRecord[]) => records.map(({ dynamodb }) => dynamodb.Keys.id?.S);
