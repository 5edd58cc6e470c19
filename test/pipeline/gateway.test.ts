import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { DescribeTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeArchiveCommand,
  ListArchivesCommand,
  ListEventBusesCommand,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { DeleteObjectCommand, GetObjectCommand, HeadBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pipeline } from '../support/pipeline.ts';

describe("AWS's own clients at the one endpoint", () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await Pipeline.start();
  });
  afterAll(() => pipeline.stop());

  test('list tables and describe one, with its stream', async () => {
    const { TableNames } = await pipeline.dynamodb.send(new ListTablesCommand({}));
    expect(TableNames).toEqual([pipeline.table]);
    const { Table } = await pipeline.dynamodb.send(new DescribeTableCommand({ TableName: pipeline.table }));
    expect(Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' });
    expect(Table?.LatestStreamArn).toMatch(/^arn:aws:dynamodb:ap-northeast-1:123456789012:table\/.+\/stream\/.+/);
  });

  test('list the buses, put events and hear of each entry by itself', async () => {
    const { EventBuses = [] } = await pipeline.events.send(new ListEventBusesCommand({}));
    expect(EventBuses.map(({ Name }) => Name).sort()).toEqual(['default', pipeline.output('EventBusName')]);
    const EventBusName = pipeline.output('EventBusName');
    const answer = await pipeline.events.send(
      new PutEventsCommand({
        Entries: [
          { EventBusName, Source: 'someone', DetailType: 'Something', Detail: '{}' },
          { EventBusName, Source: 'someone', DetailType: 'Something', Detail: '[]' },
        ],
      }),
    );
    expect(answer).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ EventId: expect.any(String) }, { ErrorCode: 'MalformedDetail' }],
    });
  });

  test('describe the archive, which counts its events', async () => {
    const { Archives = [] } = await pipeline.events.send(new ListArchivesCommand({}));
    expect(Archives).toHaveLength(1);
    const described = await pipeline.events.send(new DescribeArchiveCommand({ ArchiveName: Archives[0]?.ArchiveName }));
    expect(described).toMatchObject({ State: 'ENABLED', RetentionDays: 30, EventCount: expect.any(Number) });
  });

  test("put, get and delete an object in a user's bucket", async () => {
    await pipeline.register('uploader');
    const row = await pipeline.recorded('uploader');
    const Bucket = row.s3_bucket_uri?.S?.replace('s3://', '');
    await pipeline.s3.send(new HeadBucketCommand({ Bucket }));
    await pipeline.s3.send(new PutObjectCommand({ Bucket, Key: 'a folder/안녕.txt', Body: 'hello' }));
    const { Body } = await pipeline.s3.send(new GetObjectCommand({ Bucket, Key: 'a folder/안녕.txt' }));
    expect(await Body?.transformToString()).toBe('hello');
    await pipeline.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a folder/안녕.txt' }));
    await expect(pipeline.s3.send(new GetObjectCommand({ Bucket, Key: 'a folder/안녕.txt' }))).rejects.toThrow(
      /NoSuchKey|exist/,
    );
  });

  test('read the attributes of a queue', async () => {
    const { Attributes } = await pipeline.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: pipeline.output('BucketServiceQueueUrl'), AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({ VisibilityTimeout: '60', QueueArn: expect.stringContaining(':123456789012:') });
    expect(JSON.parse(Attributes?.RedrivePolicy ?? '{}')).toMatchObject({ maxReceiveCount: 5 });
  });

  test('look a queue up by its name', async () => {
    const QueueUrl = pipeline.output('PipeDlqUrl');
    const found = await pipeline.sqs.send(new GetQueueUrlCommand({ QueueName: QueueUrl.split('/').at(-1) }));
    expect(found.QueueUrl).toBe(QueueUrl);
    await expect(pipeline.sqs.send(new GetQueueUrlCommand({ QueueName: 'nowhere' }))).rejects.toThrow(/does not exist/);
  });

  test('a client of another region finds the same table', async () => {
    const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
    const client = new DynamoDBClient({
      endpoint: pipeline.engine.endpoint,
      region: 'eu-west-3',
      credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
    });
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([pipeline.table]);
    client.destroy();
  });

  test('read the SSM parameter that names the bus, and hear of one that does not exist', async () => {
    const call = async (body: object) => {
      const authorization =
        'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=s';
      const headers = { 'x-amz-target': 'AmazonSSM.GetParameter', authorization };
      const response = await fetch(pipeline.engine.endpoint, { method: 'POST', headers, body: JSON.stringify(body) });
      expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
      return { status: response.status, body: await response.json() };
    };
    expect(await call({ Name: '/user-bucket-pipeline/dev/event-bus-arn' })).toMatchObject({
      status: 200,
      body: { Parameter: { Type: 'String', Value: pipeline.output('EventBusArn') } },
    });
    expect(await call({ Name: '/nothing' })).toMatchObject({ status: 400, body: { __type: 'ParameterNotFound' } });
  });

  test('an operation that the engine lacks is refused by name', async () => {
    const response = await fetch(pipeline.engine.endpoint, {
      method: 'POST',
      headers: {
        'x-amz-target': 'DynamoDB_20120810.ExportTableToPointInTime',
        authorization:
          'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=s',
      },
      body: '{}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      message: expect.stringContaining('dynamodb:ExportTableToPointInTime'),
    });
  });

  test('a body that is not JSON is refused, and every call leaves who made it and how it ended', async () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=someone/20260101/us-east-1/events/aws4_request, SignedHeaders=host, Signature=s';
    const headers = { 'x-amz-target': 'AWSEvents.PutEvents', authorization };
    const response = await fetch(pipeline.engine.endpoint, { method: 'POST', headers, body: '{' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'SerializationException' });
    const [call] = pipeline.entries(({ hop, accessKeyId }) => hop === 'api-call' && accessKeyId === 'someone');
    expect(call).toMatchObject({
      service: 'events',
      operation: 'PutEvents',
      status: 400,
      code: 'SerializationException',
    });
  });

  test('an unsigned request is told what to use', async () => {
    const response = await fetch(`${pipeline.engine.endpoint}/some-bucket`);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('AWS SDK');
    expect(await (await fetch(pipeline.engine.endpoint)).text()).toContain('user-bucket-pipeline-dev');
  });

  test('it listens on 127.0.0.1 alone', async () => {
    const port = Number(pipeline.port);
    const others = Object.values(networkInterfaces())
      .flatMap((addresses = []) => addresses)
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => address);
    const answers = (host: string) =>
      new Promise<boolean>((resolve) => {
        const socket = connect({ host, port });
        const end = (answer: boolean) => {
          socket.destroy();
          resolve(answer);
        };
        socket.once('connect', () => end(true)).once('error', () => end(false));
      });
    expect(await answers('127.0.0.1')).toBe(true);
    // A second loopback address is on every machine, so that there is always one to be refused.
    for (const host of ['127.0.0.2', ...others]) expect([host, await answers(host)]).toEqual([host, false]);
  });
});
