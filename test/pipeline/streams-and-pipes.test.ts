import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import {
  DescribePipeCommand,
  ListPipesCommand,
  PipesClient,
  StartPipeCommand,
  StopPipeCommand,
} from '@aws-sdk/client-pipes';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { undisturbedAssembly } from '../support/assembly.ts';
import { changedAssembly, ofType } from '../support/changed-assembly.ts';
import { clientSettings } from '../support/client-settings.ts';
import { Pipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
let streams: DynamoDBStreamsClient;
let pipes: PipesClient;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  streams = new DynamoDBStreamsClient(clientSettings(pipeline.engine));
  pipes = new PipesClient(clientSettings(pipeline.engine));
});
afterAll(async () => {
  streams.destroy();
  pipes.destroy();
  await pipeline.stop();
});

describe("DynamoDB Streams, by AWS's own client", () => {
  test('given a registration, its record is read by the stream that the table names', async () => {
    await pipeline.register('ji');
    await pipeline.recorded('ji');
    const { Table } = await pipeline.dynamodb.send(new DescribeTableCommand({ TableName: pipeline.table }));
    const StreamArn = Table?.LatestStreamArn;
    const { Streams } = await streams.send(new ListStreamsCommand({ TableName: pipeline.table }));
    expect(Streams).toEqual([{ StreamArn, TableName: pipeline.table, StreamLabel: Table?.LatestStreamLabel }]);

    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    expect(StreamDescription).toMatchObject({
      StreamStatus: 'ENABLED',
      KeySchema: [{ AttributeName: 'userId', KeyType: 'HASH' }],
      CreationRequestDateTime: expect.any(Date),
    });
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records = [], NextShardIterator } = await streams.send(new GetRecordsCommand({ ShardIterator }));
    expect(Records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY']);
    expect(Records[0]?.dynamodb).toMatchObject({
      Keys: { userId: { S: 'ji' } },
      ApproximateCreationDateTime: expect.any(Date),
    });
    expect(NextShardIterator).toEqual(expect.any(String));

    const SequenceNumber = Records[1]?.dynamodb?.SequenceNumber;
    const at = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, SequenceNumber, ShardIteratorType: 'AT_SEQUENCE_NUMBER' }),
    );
    const again = await streams.send(new GetRecordsCommand({ ShardIterator: at.ShardIterator, Limit: 1 }));
    expect(again.Records?.map(({ eventID }) => eventID)).toEqual([Records[1]?.eventID]);
  });

  test('given a stream that does not exist, the error is AWS’s', async () => {
    const StreamArn = 'arn:aws:dynamodb:ap-northeast-1:123456789012:table/none/stream/2026-11-22T00:00:00.000';
    await expect(streams.send(new DescribeStreamCommand({ StreamArn }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe("Pipes, by AWS's own client", () => {
  test('given that the pipe is stopped, who signs up gets a bucket once it runs again', async () => {
    const Name = pipeline.output('PipeName');
    const { Pipes = [] } = await pipes.send(new ListPipesCommand({}));
    expect(Pipes.map((pipe) => pipe.Name)).toEqual([Name]);
    expect(await pipes.send(new StopPipeCommand({ Name }))).toMatchObject({ Name, DesiredState: 'STOPPED' });
    await pipeline.register('minji');
    expect(await pipes.send(new DescribePipeCommand({ Name }))).toMatchObject({
      CurrentState: 'STOPPED',
      Source: expect.stringContaining('/stream/'),
      Target: pipeline.output('EventBusArn'),
      TargetParameters: { InputTemplate: expect.stringContaining('userId') },
      CreationTime: expect.any(Date),
    });
    expect(await pipes.send(new StartPipeCommand({ Name }))).toMatchObject({ CurrentState: 'RUNNING' });
    expect(await pipeline.recorded('minji')).toMatchObject({ s3_bucket_uri: { S: expect.stringMatching(/^s3:/) } });
  });

  test('given a pipe that does not exist, the error is AWS’s', async () => {
    await expect(pipes.send(new DescribePipeCommand({ Name: 'none' }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});

// The fourth view, NEW_AND_OLD_IMAGES, is the one of the table that the stack makes.
test.each(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE'])(
  'given a table whose stream shows %s, a user gets a bucket and its URI',
  async (StreamViewType) => {
    const assembly = await changedAssembly((resources) => {
      Object.assign(ofType(resources, 'AWS::DynamoDB::Table').StreamSpecification, { StreamViewType });
    }, undisturbedAssembly());
    const other = await Pipeline.start({ assemblies: [assembly.folder] });
    try {
      await other.register('test4', { attributes: { email: { S: 'jane@example.com' } } });
      const row = await other.recorded('test4');
      expect(row.s3_bucket_uri?.S).toMatch(/^s3:\/\/siutest4-/);
      expect(JSON.stringify(other.entries(({ hop }) => hop === 'event'))).not.toContain('jane@');
    } finally {
      await other.stop();
      await assembly.remove();
    }
  },
);
