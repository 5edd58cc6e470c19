import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ResourceNotFoundException,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { describe, expect, test } from '@jest/globals';
import { StreamReader } from '../../../../operations/dead-letters/stream-records.ts';

const $metadata = {};

/** A stream with one shard, whose records have the numbers `from` to `to`, in pages of `pageSize` at most. */
function stream({ from = 100, to = 120, pageSize = 1000, emptyPages = 0, isClosed = false, shards = [['shard-1']] }) {
  const client = new DynamoDBStreamsClient({ region: 'eu-west-1' });
  const calls: string[] = [];
  let empty = emptyPages;
  client.send = (async (command: { input: object }) => {
    if (command instanceof DescribeStreamCommand) {
      calls.push('describe');
      const page = Number(command.input.ExclusiveStartShardId ?? 0);
      const Shards = shards[page]?.map((ShardId) => ({ ShardId }));
      return {
        StreamDescription: { Shards, ...(page + 1 < shards.length && { LastEvaluatedShardId: String(page + 1) }) },
      };
    }
    if (command instanceof GetShardIteratorCommand) {
      const { ShardIteratorType: type, SequenceNumber } = command.input;
      calls.push(String(type));
      if (type === 'TRIM_HORIZON') return { ShardIterator: String(from) };
      if (Number(SequenceNumber) < from) throw new TrimmedDataAccessException({ $metadata, message: 'trimmed' });
      return { ShardIterator: SequenceNumber };
    }
    if (!(command instanceof GetRecordsCommand)) throw new Error('an unexpected call');
    const { ShardIterator, Limit = 1000 } = command.input;
    calls.push(`read ${Limit}`);
    if (empty-- > 0) return { Records: [], NextShardIterator: ShardIterator };
    const start = Number(ShardIterator);
    const end = Math.min(start + Math.min(Limit, pageSize), to + 1);
    const Records = Array.from({ length: Math.max(0, end - start) }, (_, index) => ({
      eventID: `e${start + index}`,
      eventName: 'INSERT',
      dynamodb: { SequenceNumber: String(start + index) },
    }));
    return { Records, ...(!(isClosed && end > to) && { NextShardIterator: String(end) }) };
  }) as never;
  const read = async (start: number, end: number, more: object = {}) => {
    const { records, lost } = await new StreamReader(client).read({
      streamArn: 'arn:stream',
      shardId: 'shard-1',
      startSequenceNumber: String(start),
      endSequenceNumber: String(end),
      batchSize: end - start + 1,
      ...more,
    });
    return { ids: records.map(({ eventID }) => eventID), lost };
  };
  return { client, calls, read };
}

const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `e${from + index}`);

describe('reading a range of a stream', () => {
  test('gives its records, both ends included, and none beyond', async () => {
    const { read, calls } = stream({});
    expect(await read(103, 107)).toEqual({ ids: ids(103, 107), lost: undefined });
    expect(calls).toEqual(['describe', 'AT_SEQUENCE_NUMBER', 'read 5']);
    expect(await read(110, 110)).toEqual({ ids: ['e110'], lost: undefined });
  });

  test('follows the pages, also empty ones, and leaves out what a page holds beyond the end', async () => {
    const { read } = stream({ pageSize: 3, emptyPages: 20 });
    expect(await read(101, 111)).toEqual({ ids: ids(101, 111), lost: undefined });
  });

  test('holds when more records stand in the range than the batch had', async () => {
    const { read } = stream({});
    expect(await read(103, 107, { batchSize: 2 })).toEqual({ ids: ids(103, 107), lost: undefined });
  });

  test('reads a shard that is closed to its last record', async () => {
    const { read } = stream({ isClosed: true });
    expect(await read(118, 120)).toEqual({ ids: ids(118, 120), lost: undefined });
  });

  test('finds the shard behind the first page of many', async () => {
    const { read, calls } = stream({ shards: [['shard-7'], ['shard-8'], ['shard-1']] });
    expect((await read(100, 100)).ids).toEqual(['e100']);
    expect(calls.filter((call) => call === 'describe')).toHaveLength(3);
  });

  test('asks for the shards of a stream once', async () => {
    const { client, calls } = stream({});
    const reader = new StreamReader(client);
    const range = { streamArn: 'arn:stream', shardId: 'shard-1', endSequenceNumber: '101', batchSize: 1 };
    await reader.read({ ...range, startSequenceNumber: '100' });
    await reader.read({ ...range, startSequenceNumber: '101' });
    expect(calls.filter((call) => call === 'describe')).toHaveLength(1);
  });
});

test('ranges are read one after the other, also behind one that cannot be read', async () => {
  const { client, calls } = stream({});
  const reader = new StreamReader(client);
  const range = { streamArn: 'arn:stream', shardId: 'shard-1', batchSize: 1 };
  const read = (number: string) => reader.read({ ...range, startSequenceNumber: number, endSequenceNumber: number });
  const send = client.send as unknown as (command: object) => Promise<unknown>;
  let running = 0;
  let most = 0;
  client.send = (async (command: { input: { SequenceNumber?: string } }) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    try {
      if (command.input.SequenceNumber === '101') throw new Error('denied');
      return await send(command);
    } finally {
      running -= 1;
    }
  }) as never;
  const ended = await Promise.allSettled(['100', '101', '102'].map(read));
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(most).toBe(1);
  expect(calls.filter((call) => call === 'describe')).toHaveLength(1);
});

describe('records that are lost to the stream', () => {
  test('are named when the whole range was dropped', async () => {
    const { read } = stream({});
    expect(await read(90, 95)).toEqual({ ids: [], lost: 'the stream has dropped them' });
  });

  test('are named when the beginning was dropped; the rest is given', async () => {
    const { read, calls } = stream({});
    expect(await read(95, 103)).toEqual({ ids: ids(100, 103), lost: 'the stream has dropped them' });
    expect(calls).toContain('TRIM_HORIZON');
  });

  test('are named when their shard is no longer listed', async () => {
    const { read } = stream({ shards: [['shard-2']] });
    expect(await read(100, 101)).toEqual({ ids: [], lost: 'their shard has left the stream' });
  });

  test('are named when the shard ends before them, or gives nothing any more', async () => {
    expect(await stream({ isClosed: true }).read(119, 125)).toEqual({
      ids: ids(119, 120),
      lost: 'the stream ends before them',
    });
    expect((await stream({ emptyPages: 1000 }).read(100, 101)).lost).toBe('the stream ends before them');
  });

  test.each([
    [new ResourceNotFoundException({ $metadata, message: 'no' }), 'their stream is gone'],
    [
      Object.assign(new Error('Invalid SequenceNumber'), { name: 'ValidationException' }),
      'no such place: Invalid SequenceNumber',
    ],
  ])('are named given %p', async (error, lost) => {
    const { client, read } = stream({});
    client.send = () => Promise.reject(error);
    expect(await read(100, 101)).toEqual({ ids: [], lost });
  });

  test('are not taken for lost when they may not be read', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    const { client, read } = stream({});
    client.send = () => Promise.reject(denied);
    await expect(read(100, 101)).rejects.toBe(denied);
  });
});
