import { describe, expect, test } from '@jest/globals';
import { SHARD_ID, STREAM_RETENTION_MS } from '../../../../packages/local-engine/dynamodb/dynamodb-stream.ts';
import { DynamoDbStreams } from '../../../../packages/local-engine/dynamodb/dynamodb-streams.ts';
import type { StreamRecord } from '../../../../packages/local-engine/dynamodb/items.ts';
import { allPages } from '../../../support/pages.ts';
import { makeParts } from '../support/parts.ts';
import { idsOf, makeStream, recordsOf, register, STREAM_ARN, user } from '../support/stream.ts';
import { type Page, streamsApiWith } from '../support/streams-api.ts';

describe('GetRecords', () => {
  test.each([
    { type: 'TRIM_HORIZON', ids: ['a', 'b', 'c', 'd'] },
    { type: 'LATEST', ids: ['d'] },
    { type: 'AT_SEQUENCE_NUMBER', at: 1, ids: ['b', 'c', 'd'] },
    { type: 'AFTER_SEQUENCE_NUMBER', at: 1, ids: ['c', 'd'] },
    { type: 'AFTER_SEQUENCE_NUMBER', at: 2, ids: ['d'] },
  ])('given an iterator $type $at, it gives $ids', ({ type, at, ids }) => {
    const { stream, iterator, records, sequenceNumbers } = streamsApiWith('a', 'b', 'c');
    const from = iterator(type, at === undefined ? {} : { SequenceNumber: sequenceNumbers[at] });
    register(stream, 'd');
    expect(idsOf(records(from).Records)).toEqual(ids);
  });

  test('given a record, it is as the stream has it, without what only pipes add', () => {
    const { stream, iterator, records } = streamsApiWith('a');
    const [record] = recordsOf(stream);
    const { eventSourceARN, ...expected } = record as StreamRecord;
    expect(records(iterator('TRIM_HORIZON')).Records).toEqual([expected]);
  });

  test('given a limit, the next iterators lead through all records, and on to those that come', () => {
    const { stream, iterator, records } = streamsApiWith('a', 'b', 'c');
    const first = records(iterator('TRIM_HORIZON'), { Limit: 2 });
    const second = records(first.NextShardIterator, { Limit: 2 });
    const third = records(second.NextShardIterator, { Limit: 2 });
    expect([first, second, third].map(({ Records }) => idsOf(Records))).toEqual([['a', 'b'], ['c'], []]);
    register(stream, 'd');
    expect(idsOf(records(third.NextShardIterator).Records)).toEqual(['d']);
  });

  test('given very many records, 1,000 come at a time', () => {
    const ids = Array.from({ length: 1001 }, (_, index) => `user-${index}`);
    const { iterator, records } = streamsApiWith(...ids);
    const { Records, NextShardIterator } = records(iterator('TRIM_HORIZON'));
    expect(Records).toHaveLength(1000);
    expect(idsOf(records(NextShardIterator).Records)).toEqual(['user-1000']);
  });

  test('given large records, a megabyte comes at a time, and at least one record', () => {
    const { stream, iterator, records } = streamsApiWith();
    for (const [id, sizeBytes] of [
      ['a', 2_000_000],
      ['b', 600_000],
      ['c', 400_000],
      ['d', 100_000],
    ] as const) {
      stream.append({ keys: user(id), oldImage: undefined, newImage: user(id), sizeBytes });
    }
    // The shard stays open: it has no last page, and an empty one is the end.
    const pages = allPages<Page, string>(
      (next) => records(next ?? iterator('TRIM_HORIZON')),
      ({ Records, NextShardIterator }) => (Records.length > 0 ? NextShardIterator : undefined),
    );
    expect(pages.map(({ Records }) => idsOf(Records))).toEqual([['a'], ['b', 'c'], ['d'], []]);
  });

  test('given an iterator of more than 15 minutes, it has expired', () => {
    const { clock, iterator, records, refusal } = streamsApiWith('a');
    const ShardIterator = iterator('TRIM_HORIZON');
    clock.skip(14 * 60_000);
    const { NextShardIterator } = records(ShardIterator);
    clock.skip(2 * 60_000);
    expect(refusal('GetRecords', { ShardIterator })).toMatchObject({ code: 'ExpiredIteratorException', status: 400 });
    expect(records(NextShardIterator).Records).toEqual([]);
  });
});

describe('records that the stream no longer has', () => {
  test('given the sequence number of one, the data is trimmed; that of a kept one still works', () => {
    const { clock, stream, iterator, records, refusal, sequenceNumbers } = streamsApiWith('a', 'b');
    clock.skip(STREAM_RETENTION_MS + 2000);
    register(stream, 'c');
    for (const ShardIteratorType of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER']) {
      const SequenceNumber = sequenceNumbers[1];
      const request = { StreamArn: STREAM_ARN, ShardId: SHARD_ID, ShardIteratorType, SequenceNumber };
      expect(refusal('GetShardIterator', request).code).toBe('TrimmedDataAccessException');
    }
    expect(idsOf(records(iterator('TRIM_HORIZON')).Records)).toEqual(['c']);
    const SequenceNumber = recordsOf(stream)[0]?.dynamodb.SequenceNumber;
    expect(idsOf(records(iterator('AT_SEQUENCE_NUMBER', { SequenceNumber })).Records)).toEqual(['c']);
  });

  test('given an iterator to a record that is trimmed before it is used, the data is trimmed', () => {
    const { clock, iterator, refusal } = streamsApiWith('a');
    clock.skip(STREAM_RETENTION_MS - 60_000);
    const ShardIterator = iterator('TRIM_HORIZON');
    clock.skip(120_000);
    expect(refusal('GetRecords', { ShardIterator }).code).toBe('TrimmedDataAccessException');
  });
});

describe('a stream that was turned off', () => {
  test('given its records, they are still read, to the end of its shard', () => {
    const { turnOff, iterator, records } = streamsApiWith('a', 'b', 'c');
    turnOff();
    const first = records(iterator('TRIM_HORIZON'), { Limit: 2 });
    const rest = records(first.NextShardIterator);
    expect([...idsOf(first.Records), ...idsOf(rest.Records)]).toEqual(['a', 'b', 'c']);
    expect(rest).not.toHaveProperty('NextShardIterator');
  });

  test('given its description, it is disabled, and its shard is closed', () => {
    const { api, turnOff, sequenceNumbers } = streamsApiWith('a', 'b');
    turnOff();
    const [StartingSequenceNumber, EndingSequenceNumber] = sequenceNumbers;
    expect(api.handle('DescribeStream', { StreamArn: STREAM_ARN })).toMatchObject({
      StreamDescription: {
        StreamStatus: 'DISABLED',
        Shards: [{ SequenceNumberRange: { StartingSequenceNumber, EndingSequenceNumber } }],
      },
    });
  });
});

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
