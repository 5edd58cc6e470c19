import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  type GetRecordsOutput,
  GetShardIteratorCommand,
  type ShardIteratorType,
  type _Record as StreamRecord,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { isNotFound } from '../aws/aws-failure.ts';

export type { StreamRecord };

/** A range of one shard, both ends included. */
export interface StreamRange {
  readonly streamArn: string;
  readonly shardId: string;
  readonly startSequenceNumber: string;
  readonly endSequenceNumber: string;
  /** How many records it probably holds; one read asks for this many. */
  readonly batchSize: number;
}

export interface FoundRecords {
  /** In the stream's order. */
  readonly records: readonly StreamRecord[];
  /** Why some or all of the range is no longer there. @default - all was found */
  readonly lost?: string;
}

/** The most of one GetRecords. */
const MOST_RECORDS = 1000;

/** Reads of an open shard may come back empty before its end, but not this many in a row. */
const MOST_EMPTY_READS = 100;

/**
 * Reads records of DynamoDB streams again, by their place, one range at a time: a shard can be read five times a second, and the
 * pipe reads it as well. A stream keeps a record for 24 hours.
 */
export class StreamReader {
  readonly #streams: DynamoDBStreamsClient;
  /** Ids of shards by stream; DescribeStream is allowed 10 times a second. */
  readonly #shards = new Map<string, Promise<ReadonlySet<string>>>();

  #last: Promise<unknown> = Promise.resolve();

  constructor(streams: DynamoDBStreamsClient) {
    this.#streams = streams;
  }

  /** The records of a range, as far as the stream has them. */
  read(range: StreamRange): Promise<FoundRecords> {
    const read = () => this.#read(range);
    const found = this.#last.then(read, read);
    this.#last = found;
    return found;
  }

  async #read(range: StreamRange): Promise<FoundRecords> {
    try {
      const shards = await this.#shardsOf(range.streamArn);
      if (!shards.has(range.shardId)) return { records: [], lost: 'their shard has left the stream' };
      return await this.#readUntilEnd(range, await this.#iterator(range, 'AT_SEQUENCE_NUMBER'));
    } catch (error) {
      const lost = reasonOfLoss(error);
      return { records: error instanceof TrimmedDataAccessException ? await this.#readRest(range) : [], lost };
    }
  }

  /** Reads the rest of a range whose beginning has left the stream: it is now at the stream's oldest end. */
  async #readRest(range: StreamRange): Promise<readonly StreamRecord[]> {
    try {
      const { records } = await this.#readUntilEnd(range, await this.#iterator(range, 'TRIM_HORIZON'));
      return records;
    } catch (error) {
      reasonOfLoss(error);
      return [];
    }
  }

  async #readUntilEnd(range: StreamRange, iterator: string | undefined): Promise<FoundRecords> {
    const end = BigInt(range.endSequenceNumber);
    const records: StreamRecord[] = [];
    let next = iterator;
    for (let empty = 0; next !== undefined && empty < MOST_EMPTY_READS; ) {
      const { Records = [], NextShardIterator }: GetRecordsOutput = await this.#streams.send(
        new GetRecordsCommand({ ShardIterator: next, Limit: Math.min(MOST_RECORDS, range.batchSize) }),
      );
      records.push(...Records.filter((record) => sequenceNumberOf(record) <= end));
      const last = Records.at(-1);
      if (last !== undefined && sequenceNumberOf(last) >= end) return { records };
      empty = last === undefined ? empty + 1 : 0;
      next = NextShardIterator;
    }
    return { records, lost: 'the stream ends before them' };
  }

  async #iterator(range: StreamRange, type: ShardIteratorType): Promise<string | undefined> {
    const { ShardIterator } = await this.#streams.send(
      new GetShardIteratorCommand({
        StreamArn: range.streamArn,
        ShardId: range.shardId,
        ShardIteratorType: type,
        ...(type === 'AT_SEQUENCE_NUMBER' && { SequenceNumber: range.startSequenceNumber }),
      }),
    );
    return ShardIterator;
  }

  #shardsOf(streamArn: string): Promise<ReadonlySet<string>> {
    const known = this.#shards.get(streamArn) ?? this.#listShards(streamArn);
    this.#shards.set(streamArn, known);
    return known;
  }

  async #listShards(streamArn: string): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    let from: string | undefined;
    do {
      const { StreamDescription } = await this.#streams.send(
        new DescribeStreamCommand({
          StreamArn: streamArn,
          ...(from && { ExclusiveStartShardId: from }),
        }),
      );
      for (const { ShardId = '' } of StreamDescription?.Shards ?? []) ids.add(ShardId);
      from = StreamDescription?.LastEvaluatedShardId;
    } while (from);
    return ids;
  }
}

function sequenceNumberOf({ dynamodb }: StreamRecord): bigint {
  return BigInt(dynamodb?.SequenceNumber ?? '0');
}

/**
 * Why records cannot be read again, according to an error.
 * @throws the error, if it is about something else
 */
function reasonOfLoss(error: unknown): string {
  if (error instanceof TrimmedDataAccessException) return 'the stream has dropped them';
  if (isNotFound(error)) return 'their stream is gone';
  // The SDK has no class for this error: the shard never had that sequence number.
  if (error instanceof Error && error.name === 'ValidationException') return `no such place: ${error.message}`;
  throw error;
}
