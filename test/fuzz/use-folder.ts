import type { Engine } from '../../packages/local-engine/engine.ts';
import type { Names } from '../support/malformed/valid-requests.ts';

/** So often the engine's background work gets a turn after its start: deliveries, replays and the pipe continue. */
const TURNS = 20;

type Asked = readonly [service: string, target: string, members: object];

/**
 * Reads everything that an engine has in its data folder, and lets it continue what it was at.
 * @returns which answer was an error of the engine's own
 */
export async function useFolder(engine: Engine, names: Names): Promise<string | undefined> {
  for (let turns = TURNS; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
  for (const [service, operation, members] of calls(names)) {
    const headers = { 'x-amz-target': operation, 'content-type': 'application/x-amz-json-1.0' };
    const failed = await failedRequest(engine, {
      service,
      method: 'POST',
      target: '/',
      headers,
      body: JSON.stringify(members),
    });
    if (failed !== undefined) return `${operation}: ${failed}`;
  }
  for (const [service, target] of reads(names)) {
    const failed = await failedRequest(engine, { service, method: 'GET', target, headers: {}, body: '' });
    if (failed !== undefined) return `GET ${target}: ${failed}`;
  }
  return undefined;
}

/** An engine that was killed may have left anything: then an error says so. */
const DOUBT = /, unless the data in .*, which no engine has closed, is damaged: /;

interface Request {
  readonly service: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function failedRequest(
  engine: Engine,
  { service, headers, body, ...line }: Request,
): Promise<string | undefined> {
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/ap-northeast-1/${service}/aws4_request, Signature=0`;
  const request = { ...line, headers: { host: 'localhost', authorization, ...headers }, body: Buffer.from(body) };
  const answer = await engine.exchange(request);
  return answer.status === 500 && !DOUBT.test(answer.body.toString()) ? answer.body.toString() : undefined;
}

function calls({ table, streamArn, busName, archiveArn, stackName, logGroup, pipeName }: Names): readonly Asked[] {
  const position = Buffer.from(JSON.stringify({ streamArn, position: 0, issuedAt: Date.now() })).toString('base64url');
  const archive = archiveArn.split('/').at(-1);
  const queue = { QueueUrl: 'http://localhost/123456789012/by-client' };
  return [
    ['dynamodb', 'DynamoDB_20120810.Scan', { TableName: table }],
    ['dynamodb', 'DynamoDB_20120810.DescribeTable', { TableName: table }],
    ['dynamodb', 'DynamoDBStreams_20120810.DescribeStream', { StreamArn: streamArn }],
    ['dynamodb', 'DynamoDBStreams_20120810.GetRecords', { ShardIterator: position }],
    ['events', 'AWSEvents.ListRules', { EventBusName: busName }],
    ['events', 'AWSEvents.ListTargetsByRule', { EventBusName: busName, Rule: 'by-client' }],
    ['events', 'AWSEvents.DescribeEventBus', { Name: busName }],
    ['events', 'AWSEvents.DescribeArchive', { ArchiveName: archive }],
    ['events', 'AWSEvents.ListReplays', {}],
    ['events', 'AWSEvents.DescribeReplay', { ReplayName: 'replayed' }],
    ['logs', 'Logs_20140328.DescribeLogGroups', {}],
    ['logs', 'Logs_20140328.FilterLogEvents', { logGroupName: logGroup }],
    ['logs', 'Logs_20140328.FilterLogEvents', { logGroupName: `/local-engine/archives/${archive}` }],
    ['logs', 'Logs_20140328.FilterLogEvents', { logGroupName: `/aws/vendedlogs/pipes/${pipeName}` }],
    ['sqs', 'AmazonSQS.ListQueues', {}],
    ['sqs', 'AmazonSQS.ListQueueTags', queue],
    ['sqs', 'AmazonSQS.GetQueueAttributes', { ...queue, AttributeNames: ['All'] }],
    [
      'sqs',
      'AmazonSQS.ReceiveMessage',
      { ...queue, MaxNumberOfMessages: 10, AttributeNames: ['All'], MessageAttributeNames: ['All'] },
    ],
    ['tagging', 'ResourceGroupsTaggingAPI_20170126.GetResources', {}],
    ['cloudformation', 'CloudFormation.DescribeStacks', { StackName: stackName }],
    [
      'events',
      'AWSEvents.PutEvents',
      { Entries: [{ Source: 'somebody', DetailType: 'a', Detail: '{}', EventBusName: busName }] },
    ],
    ['dynamodb', 'DynamoDB_20120810.PutItem', { TableName: table, Item: { userId: { S: 'later' } } }],
  ];
}

function reads({ bucket, pipeName }: Names): readonly (readonly [service: string, target: string])[] {
  const settings = ['tagging', 'cors', 'location', 'uploads', 'versions', 'list-type=2', 'ownershipControls'];
  return [
    ['s3', '/'],
    ...settings.map((setting) => ['s3', `/${bucket}?${setting}`] as const),
    ['s3', `/${bucket}/a/b.txt`],
    ['s3', `/${bucket}/a/b.txt?attributes`],
    ['pipes', '/v1/pipes'],
    ['pipes', `/v1/pipes/${pipeName}`],
  ];
}
