import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import { RequestMembers } from '../protocols/json-protocol.ts';
import { decodeToken, encodeToken } from '../protocols/operations.ts';
import { type DynamoDbStream, FIRST_SEQUENCE_NUMBER, SHARD_ID } from './dynamodb-stream.ts';
import type { StreamRecord } from './items.ts';

type Request = Readonly<Record<string, unknown>>;

/** Of one answer. Source: DynamoDB Streams API reference, GetRecords. */
const MOST_RECORDS = 1000;
const MOST_BYTES = 2 ** 20;

/** An iterator expires then. Source: DynamoDB Streams API reference, GetShardIterator. */
const ITERATOR_LIFE_MS = 15 * 60 * 1000;

const ITERATOR_TYPES = ['TRIM_HORIZON', 'LATEST', 'AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] as const;

/** A place in a stream, as clients carry it around unread. */
interface ShardIterator {
  readonly streamArn: string;
  readonly position: number;
  /** Unix epoch milliseconds. */
  readonly issuedAt: number;
}

interface DynamoDbStreamsProps {
  /** By ARN. */
  readonly streams: ReadonlyMap<string, DynamoDbStream>;
  /** Whether changes of its table still go to a stream. */
  readonly isEnabled: (stream: DynamoDbStream) => boolean;
  readonly clock: Clock;
}

/**
 * The DynamoDB Streams API. Every stream has one shard, which closes when the stream is turned off; it can still be read.
 * Source: DynamoDB Streams API reference; DynamoDB developer guide, Streams.
 */
export class DynamoDbStreams {
  readonly #props: DynamoDbStreamsProps;
  readonly #operations: ReadonlyMap<string, (members: RequestMembers) => object>;

  constructor(props: DynamoDbStreamsProps) {
    this.#props = props;
    this.#operations = new Map([
      ['ListStreams', (members) => this.#listStreams(members)],
      ['DescribeStream', (members) => this.#describeStream(members)],
      ['GetShardIterator', (members) => this.#getShardIterator(members)],
      ['GetRecords', (members) => this.#getRecords(members)],
    ]);
  }

  /** Names of all operations. */
  get operations(): string[] {
    return [...this.#operations.keys()];
  }

  /** Whether an operation is one of this API, which shares its service with the DynamoDB API. */
  has(operation: string): boolean {
    return this.#operations.has(operation);
  }

  /** @throws AwsError what DynamoDB Streams would answer */
  handle(operation: string, request: Request): object {
    const run = this.#operations.get(operation);
    if (run) return run(new RequestMembers(request, 'ValidationException'));
    throw new AwsError('UnknownOperationException', `The local engine does not implement dynamodb:${operation}.`);
  }

  #listStreams(members: RequestMembers): object {
    const tableName = members.text('TableName');
    const after = members.text('ExclusiveStartStreamArn') ?? '';
    const limit = members.wholeNumber('Limit', { least: 1, most: 100 }) ?? 100;
    const left = [...this.#props.streams.values()]
      .filter((stream) => (tableName === undefined || stream.tableName === tableName) && stream.arn > after)
      .sort((a, b) => (a.arn < b.arn ? -1 : 1));
    const page = left.slice(0, limit);
    return {
      Streams: page.map(({ arn, tableName, label }) => ({
        StreamArn: arn,
        TableName: tableName,
        StreamLabel: label,
      })),
      ...(page.length < left.length && { LastEvaluatedStreamArn: page.at(-1)?.arn }),
    };
  }

  #describeStream(members: RequestMembers): object {
    const stream = this.#stream(members.requiredText('StreamArn'));
    members.wholeNumber('Limit', { least: 1, most: 100 });
    // The only shard follows no other one, and has no children.
    const wantsOthers = members.text('ExclusiveStartShardId') !== undefined || members.has('ShardFilter');
    const isEnabled = this.#props.isEnabled(stream);
    const range = {
      StartingSequenceNumber: sequenceNumberAt(0),
      ...(!isEnabled && { EndingSequenceNumber: sequenceNumberAt(Math.max(0, stream.latest - 1)) }),
    };
    return {
      StreamDescription: {
        StreamArn: stream.arn,
        StreamLabel: stream.label,
        StreamStatus: isEnabled ? 'ENABLED' : 'DISABLED',
        StreamViewType: stream.viewType,
        CreationRequestDateTime: stream.createdAt / 1000,
        TableName: stream.tableName,
        KeySchema: stream.keySchema,
        Shards: wantsOthers ? [] : [{ ShardId: SHARD_ID, SequenceNumberRange: range }],
      },
    };
  }

  #getShardIterator(members: RequestMembers): object {
    const type = members.oneOf('ShardIteratorType', ITERATOR_TYPES);
    if (type === undefined) throw members.refusal('ShardIteratorType', 'Member must not be null');
    const stream = this.#stream(members.requiredText('StreamArn'));
    const shardId = members.requiredText('ShardId');
    if (shardId !== SHARD_ID) {
      throw notFound(`Requested resource not found: Shard ${shardId} in Stream ${stream.arn} not found`);
    }
    if (type === 'TRIM_HORIZON') return this.#iterator(stream, stream.oldest);
    if (type === 'LATEST') return this.#iterator(stream, stream.latest);
    const position = stream.positionOf(members.requiredText('SequenceNumber'));
    if (position === undefined) throw members.refusal('SequenceNumber', 'Member must be that of a record of the shard');
    if (position < stream.oldest) throw trimmed();
    return this.#iterator(stream, type === 'AT_SEQUENCE_NUMBER' ? position : position + 1);
  }

  #getRecords(members: RequestMembers): object {
    const limit = members.wholeNumber('Limit', { least: 1, most: MOST_RECORDS }) ?? MOST_RECORDS;
    const token = members.requiredText('ShardIterator');
    const { streamArn, position, issuedAt } = parseIterator(token, members);
    if (this.#props.clock.now() > issuedAt + ITERATOR_LIFE_MS) {
      throw new AwsError('ExpiredIteratorException', 'The provided iterator exceeds the maximum age allowed.');
    }
    const stream = this.#stream(streamArn);
    if (position < stream.oldest) throw trimmed();
    const records = fitting(stream.read(position, limit).records);
    const next = position + records.length;
    const isAtEnd = next >= stream.latest && !this.#props.isEnabled(stream);
    const { ShardIterator: NextShardIterator } = this.#iterator(stream, next);
    return { Records: records.map(withoutSource), ...(!isAtEnd && { NextShardIterator }) };
  }

  #iterator({ arn: streamArn }: DynamoDbStream, position: number): { readonly ShardIterator: string } {
    return {
      ShardIterator: encodeToken({ streamArn, position, issuedAt: this.#props.clock.now() } satisfies ShardIterator),
    };
  }

  #stream(arn: string): DynamoDbStream {
    const stream = this.#props.streams.get(arn);
    if (stream) return stream;
    throw notFound(`Requested resource not found: Stream: ${arn} not found`);
  }
}

function sequenceNumberAt(position: number): string {
  return String(FIRST_SEQUENCE_NUMBER + BigInt(position));
}

function parseIterator(token: string, members: RequestMembers): ShardIterator {
  const { streamArn, position, issuedAt } = (decodeToken(token) ?? {}) as Partial<ShardIterator>;
  if (typeof streamArn === 'string' && Number.isSafeInteger(position) && typeof issuedAt === 'number') {
    return { streamArn, position: position as number, issuedAt };
  }
  throw members.refusal('ShardIterator', 'Member must be an iterator from GetShardIterator or GetRecords');
}

/** As many records as an answer may hold, at least one. */
function fitting(records: readonly StreamRecord[]): readonly StreamRecord[] {
  let bytes = 0;
  const end = records.findIndex(({ dynamodb }, index) => {
    bytes += dynamodb.SizeBytes;
    return bytes > MOST_BYTES && index > 0;
  });
  return end === -1 ? records : records.slice(0, end);
}

/** Lambda and pipes add the stream's ARN to a record; the API does not. */
function withoutSource({ eventSourceARN: _, ...record }: StreamRecord): object {
  return record;
}

function trimmed(): AwsError {
  return new AwsError('TrimmedDataAccessException', 'The data you are trying to access has been trimmed.');
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}
