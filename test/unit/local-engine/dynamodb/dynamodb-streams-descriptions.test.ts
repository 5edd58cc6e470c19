import { describe, expect, test } from '@jest/globals';
import { SHARD_ID } from '../../../../packages/local-engine/dynamodb/dynamodb-stream.ts';
import { DynamoDbStreams } from '../../../../packages/local-engine/dynamodb/dynamodb-streams.ts';
import { makeParts } from '../support/parts.ts';
import { makeStream, STREAM_ARN } from '../support/stream.ts';
import { streamsApiWith } from '../support/streams-api.ts';

describe('DescribeStream and ListStreams', () => {
  test('given a stream, it is described with its table and its one shard', () => {
    const { api, sequenceNumbers } = streamsApiWith('a');
    expect(api.handle('DescribeStream', { StreamArn: STREAM_ARN })).toEqual({
      StreamDescription: {
        StreamArn: STREAM_ARN,
        StreamLabel: '2026-11-22T00:00:00.000',
        StreamStatus: 'ENABLED',
        StreamViewType: 'NEW_AND_OLD_IMAGES',
        CreationRequestDateTime: Date.parse('2026-11-22T00:00:00.000Z') / 1000,
        TableName: 'users',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        Shards: [{ ShardId: SHARD_ID, SequenceNumberRange: { StartingSequenceNumber: sequenceNumbers[0] } }],
      },
    });
  });

  test.each([{ ExclusiveStartShardId: SHARD_ID }, { ShardFilter: { Type: 'CHILD_SHARDS', ShardId: SHARD_ID } }])(
    'given %j, there are no further shards',
    (more) => {
      const described = streamsApiWith().api.handle('DescribeStream', { StreamArn: STREAM_ARN, ...more });
      expect(described).toMatchObject({ StreamDescription: { Shards: [] } });
    },
  );

  test('given several streams, they are listed by table and in pages', () => {
    const parts = makeParts();
    const stream = makeStream(parts);
    const names = ['c', 'a', 'b'].map((name) => STREAM_ARN.replace('users', name));
    const streams = new Map(names.map((arn) => [arn, Object.assign(Object.create(stream), { arn, label: 'label' })]));
    const api = new DynamoDbStreams({ streams, isEnabled: () => true, clock: parts.clock });
    const list = (request: object) =>
      api.handle('ListStreams', { ...request }) as {
        Streams: { StreamArn: string }[];
        LastEvaluatedStreamArn?: string;
      };
    expect(list({}).Streams.map(({ StreamArn }) => StreamArn)).toEqual(names.toSorted());
    const first = list({ Limit: 2 });
    expect(first.LastEvaluatedStreamArn).toBe(first.Streams[1]?.StreamArn);
    const rest = list({ ExclusiveStartStreamArn: first.LastEvaluatedStreamArn });
    expect(rest.Streams).toEqual([{ StreamArn: names[0], TableName: 'users', StreamLabel: 'label' }]);
    expect(rest).not.toHaveProperty('LastEvaluatedStreamArn');
    expect(list({ TableName: 'other' }).Streams).toEqual([]);
    expect(list({ TableName: 'users' }).Streams).toHaveLength(3);
  });
});

describe('what is refused', () => {
  const asked = { StreamArn: STREAM_ARN, ShardId: SHARD_ID, ShardIteratorType: 'TRIM_HORIZON' };
  const unknownArn = STREAM_ARN.replace('users', 'none');
  test.each([
    { operation: 'DescribeStream', request: { StreamArn: unknownArn }, code: 'ResourceNotFoundException' },
    { operation: 'DescribeStream', request: {}, code: 'ValidationException' },
    { operation: 'DescribeStream', request: { StreamArn: STREAM_ARN, Limit: 101 }, code: 'ValidationException' },
    { operation: 'ListStreams', request: { Limit: 0 }, code: 'ValidationException' },
    { operation: 'GetShardIterator', request: { ...asked, StreamArn: unknownArn }, code: 'ResourceNotFoundException' },
    { operation: 'GetShardIterator', request: { ...asked, ShardId: 'shardId-2' }, code: 'ResourceNotFoundException' },
    { operation: 'GetShardIterator', request: { ...asked, ShardIteratorType: 'NOW' }, code: 'ValidationException' },
    { operation: 'GetShardIterator', request: { ...asked, ShardIteratorType: null }, code: 'ValidationException' },
    {
      operation: 'GetShardIterator',
      request: { ...asked, ShardIteratorType: 'AT_SEQUENCE_NUMBER' },
      code: 'ValidationException',
    },
    {
      operation: 'GetShardIterator',
      request: { ...asked, ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: '9'.repeat(30) },
      code: 'ValidationException',
    },
    { operation: 'GetRecords', request: { ShardIterator: 'mine' }, code: 'ValidationException' },
    { operation: 'GetRecords', request: { ShardIterator: 'mine', Limit: 1001 }, code: 'ValidationException' },
    { operation: 'GetRecords', request: {}, code: 'ValidationException' },
    { operation: 'UpdateStream', request: {}, code: 'UnknownOperationException' },
  ])('given $operation of $request, the code is $code', ({ operation, request, code }) => {
    expect(streamsApiWith('a').refusal(operation, request)).toMatchObject({ code, status: 400 });
  });

  test('given the iterator of a stream that is gone, it is not found', () => {
    const { iterator } = streamsApiWith('a');
    const gone = new DynamoDbStreams({ streams: new Map(), isEnabled: () => true, clock: makeParts().clock });
    const ask = () => gone.handle('GetRecords', { ShardIterator: iterator('TRIM_HORIZON') });
    expect(ask).toThrow(expect.objectContaining({ code: 'ResourceNotFoundException' }));
  });
});
