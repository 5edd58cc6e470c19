import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import { SHARD_ID } from '../../../../packages/local-engine/dynamodb/dynamodb-stream.ts';
import { DynamoDbStreams } from '../../../../packages/local-engine/dynamodb/dynamodb-streams.ts';
import type { StreamRecord } from '../../../../packages/local-engine/dynamodb/items.ts';
import { makeParts } from './parts.ts';
import { makeStream, recordsOf, register, STREAM_ARN } from './stream.ts';

export interface Page {
  readonly Records: readonly StreamRecord[];
  readonly NextShardIterator: string;
}

/** The API of DynamoDB Streams over one stream with these users. */
export function streamsApiWith(...ids: readonly string[]) {
  const parts = makeParts();
  const stream = makeStream(parts);
  for (const id of ids) register(stream, id);
  let isOn = true;
  const api = new DynamoDbStreams({
    streams: new Map([[STREAM_ARN, stream]]),
    isEnabled: () => isOn,
    clock: parts.clock,
  });
  const turnOff = () => {
    isOn = false;
  };
  const iterator = (ShardIteratorType: string, more: object = {}) => {
    const request = { StreamArn: STREAM_ARN, ShardId: SHARD_ID, ShardIteratorType, ...more };
    return (api.handle('GetShardIterator', request) as { ShardIterator: string }).ShardIterator;
  };
  const records = (ShardIterator: string, more: object = {}) =>
    api.handle('GetRecords', { ShardIterator, ...more }) as Page;
  const refusal = (operation: string, request: object) => {
    try {
      api.handle(operation, { ...request });
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
    throw new Error(`${operation} was not refused.`);
  };
  const sequenceNumbers = recordsOf(stream).map(({ dynamodb }) => dynamodb.SequenceNumber);
  return { ...parts, stream, api, turnOff, iterator, records, refusal, sequenceNumbers };
}
