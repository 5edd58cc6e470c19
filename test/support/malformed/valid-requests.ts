/** Names of what runs, for requests that get as far as the code behind the checks. */
export interface Names {
  readonly table: string;
  readonly streamArn: string;
  readonly busName: string;
  readonly ruleName: string;
  readonly archiveArn: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly pipeName: string;
  readonly stackName: string;
  readonly logGroup: string;
  readonly bucket: string;
}

/** One operation with members that its service takes. */
export interface ValidRequest {
  readonly operation: string;
  readonly members: Readonly<Record<string, unknown>>;
}

const KEY = { userId: { S: 'fuzzed' } };
const NOW = 1_790_000_000;

/** Of the services that take JSON, with the prefix of their targets; every operation that the engine has. */
export function jsonRequests(
  names: Names,
): Readonly<Record<string, { readonly prefix: string; readonly requests: readonly ValidRequest[] }>> {
  const {
    table: TableName,
    streamArn: StreamArn,
    busName: EventBusName,
    ruleName: Rule,
    archiveArn,
    queueUrl: QueueUrl,
  } = names;
  const { queueArn, stackName, logGroup: logGroupName, bucket } = names;
  const expressions = {
    ExpressionAttributeNames: { '#a': 'a' },
    ExpressionAttributeValues: { ':a': { N: '1' }, ':l': { L: [{ S: 'x' }] } },
  };
  const attributes = { a: { DataType: 'String', StringValue: 'x' }, b: { DataType: 'Binary', BinaryValue: 'AAEC' } };
  const metric = {
    Namespace: 'AWS/SQS',
    MetricName: 'NumberOfMessagesSent',
    Dimensions: [{ Name: 'QueueName', Value: 'q' }],
  };
  return {
    dynamodb: {
      prefix: 'DynamoDB_20120810',
      requests: of({
        PutItem: {
          TableName,
          Item: { ...KEY, a: { M: { b: { L: [{ N: '1' }, { NULL: true }, { SS: ['x'] }] } } } },
          ReturnValues: 'ALL_OLD',
        },
        GetItem: { TableName, Key: KEY, ProjectionExpression: 'a, b[0].c', ConsistentRead: true },
        UpdateItem: {
          TableName,
          Key: KEY,
          UpdateExpression: 'SET #a = if_not_exists(#a, :a), l = :l',
          ConditionExpression: 'attribute_exists(userId) AND (#a > :a OR size(l) < :a)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          ...expressions,
        },
        DeleteItem: { TableName, Key: KEY, ConditionExpression: 'contains(l, :a) AND #a IN (:a, :l)', ...expressions },
        Query: {
          TableName,
          KeyConditionExpression: 'userId = :u AND begins_with(s, :u)',
          ExpressionAttributeValues: { ':u': { S: 'x' } },
          Limit: 5,
          ScanIndexForward: false,
          ExclusiveStartKey: KEY,
        },
        Scan: {
          TableName,
          FilterExpression: '#a BETWEEN :a AND :a',
          ...expressions,
          Segment: 0,
          TotalSegments: 2,
          Select: 'COUNT',
        },
        BatchGetItem: {
          RequestItems: { [TableName]: { Keys: [KEY], ProjectionExpression: 'a' } },
          ReturnConsumedCapacity: 'TOTAL',
        },
        BatchWriteItem: {
          RequestItems: {
            [TableName]: [{ PutRequest: { Item: KEY } }, { DeleteRequest: { Key: { userId: { S: 'y' } } } }],
          },
        },
        ListTables: { Limit: 5, ExclusiveStartTableName: 'a' },
        DescribeTable: { TableName },
        DescribeTimeToLive: { TableName },
        ListTagsOfResource: { ResourceArn: streamArnTable(StreamArn), NextToken: 'x' },
        UpdateTable: { TableName: 'none', StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } },
        DeleteTable: { TableName: 'none' },
        RestoreTableToPointInTime: {
          SourceTableName: 'none',
          TargetTableName: 'other',
          RestoreDateTime: NOW,
          UseLatestRestorableTime: false,
        },
        TransactWriteItems: { TransactItems: [{ Put: { TableName, Item: KEY } }] },
        ListStreams: { TableName, Limit: 1, ExclusiveStartStreamArn: StreamArn },
        DescribeStream: { StreamArn, Limit: 1, ExclusiveStartShardId: 'x' },
        GetShardIterator: {
          StreamArn,
          ShardId: 'shardId-00000000000000000001-00000001',
          ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
          SequenceNumber: '100000000000000000001',
        },
        GetRecords: {
          ShardIterator: Buffer.from(
            JSON.stringify({ streamArn: StreamArn, position: 0, issuedAt: NOW * 1000 }),
          ).toString('base64url'),
          Limit: 5,
        },
      }),
    },
    events: {
      prefix: 'AWSEvents',
      requests: of({
        PutEvents: {
          Entries: [
            {
              Source: 'a',
              DetailType: 'b',
              Detail: '{"a":{"b":[1]}}',
              EventBusName,
              Resources: ['r'],
              Time: NOW,
              TraceHeader: 'Root=1',
            },
          ],
        },
        TestEventPattern: {
          EventPattern:
            '{"source":["a",{"prefix":"b"},{"anything-but":{"wildcard":"*x"}},{"numeric":[">",1]}],"$or":[{"a":["b"]},{"c":[{"cidr":"10.0.0.0/8"}]}]}',
          Event:
            '{"id":"1","account":"1","source":"a","time":"2026-01-01T00:00:00Z","region":"x","resources":[],"detail-type":"b","detail":{}}',
        },
        ListEventBuses: { NamePrefix: 'u', Limit: 1, NextToken: 'x' },
        DescribeEventBus: { Name: EventBusName },
        ListArchives: { NamePrefix: 'a', State: 'ENABLED', EventSourceArn: archiveArn, Limit: 2 },
        DescribeArchive: { ArchiveName: archiveArn.split('/').at(-1) },
        PutRule: {
          Name: 'fuzzed',
          EventBusName,
          EventPattern: '{"source":["nobody"]}',
          State: 'DISABLED',
          Description: 'd',
          Tags: [{ Key: 'a', Value: 'b' }],
        },
        DescribeRule: { Name: Rule, EventBusName },
        ListRules: { NamePrefix: 'a', EventBusName, Limit: 1 },
        ListRuleNamesByTarget: { TargetArn: queueArn, EventBusName },
        PutTargets: {
          Rule: 'fuzzed',
          EventBusName,
          Targets: [
            {
              Id: 't',
              Arn: queueArn,
              DeadLetterConfig: { Arn: queueArn },
              RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 },
            },
          ],
        },
        ListTargetsByRule: { Rule, EventBusName, Limit: 1, NextToken: 'x' },
        RemoveTargets: { Rule: 'fuzzed', EventBusName, Ids: ['t'], Force: true },
        EnableRule: { Name: 'fuzzed', EventBusName },
        DisableRule: { Name: 'fuzzed', EventBusName },
        DeleteRule: { Name: 'fuzzed', EventBusName, Force: false },
        StartReplay: {
          ReplayName: 'fuzzed',
          EventSourceArn: archiveArn,
          EventStartTime: NOW,
          EventEndTime: NOW + 60,
          Destination: { Arn: archiveArn, FilterArns: ['x'] },
          Description: 'd',
        },
        DescribeReplay: { ReplayName: 'fuzzed' },
        ListReplays: { NamePrefix: 'f', State: 'RUNNING', EventSourceArn: archiveArn, Limit: 1 },
        CancelReplay: { ReplayName: 'fuzzed' },
      }),
    },
    logs: {
      prefix: 'Logs_20140328',
      requests: of({
        FilterLogEvents: {
          logGroupName,
          filterPattern: '{ $.hop = "event" && ($.a.b[0] > 1 || $.c IS NULL) }',
          startTime: 0,
          endTime: NOW * 1000,
          limit: 5,
          logStreamNames: ['x'],
          nextToken: 'x',
        },
        GetLogEvents: {
          logGroupName,
          logStreamName: 'x',
          startTime: 0,
          limit: 5,
          startFromHead: true,
          nextToken: 'f/1',
        },
        DescribeLogGroups: { logGroupNamePrefix: '/', limit: 5, nextToken: 'x' },
        DescribeLogStreams: { logGroupName, orderBy: 'LogStreamName', limit: 5 },
      }),
    },
    monitoring: {
      prefix: 'GraniteServiceVersion20100801',
      requests: of({
        GetMetricData: {
          MetricDataQueries: [
            {
              Id: 'a',
              MetricStat: { Metric: metric, Period: 60, Stat: 'p99', Unit: 'Count' },
              ReturnData: true,
              Label: 'l',
            },
          ],
          StartTime: NOW - 600,
          EndTime: NOW,
          ScanBy: 'TimestampAscending',
          MaxDatapoints: 5,
          NextToken: 'x',
        },
        DescribeAlarms: {
          AlarmNames: ['a'],
          AlarmTypes: ['MetricAlarm'],
          StateValue: 'ALARM',
          ActionPrefix: 'arn:',
          MaxRecords: 5,
          NextToken: 'x',
        },
        GetMetricStatistics: {
          ...metric,
          StartTime: NOW - 600,
          EndTime: NOW,
          Period: 60,
          Statistics: ['Sum'],
          Unit: 'Count',
        },
        GetDashboard: { DashboardName: 'none' },
      }),
    },
    servicequotas: {
      prefix: 'ServiceQuotasV20190624',
      requests: of({
        GetServiceQuota: { ServiceCode: 's3', QuotaCode: 'L-DC2B2D3D' },
        GetAWSDefaultServiceQuota: { ServiceCode: 's3', QuotaCode: 'L-DC2B2D3D' },
      }),
    },
    sqs: {
      prefix: 'AmazonSQS',
      requests: of({
        SendMessage: {
          QueueUrl,
          MessageBody: '{"a":1}',
          DelaySeconds: 900,
          MessageAttributes: attributes,
          MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1' } },
          MessageGroupId: 'g',
        },
        SendMessageBatch: {
          QueueUrl,
          Entries: [{ Id: 'a', MessageBody: 'b', DelaySeconds: 900, MessageAttributes: attributes }],
        },
        ReceiveMessage: {
          QueueUrl,
          MaxNumberOfMessages: 1,
          WaitTimeSeconds: 0,
          VisibilityTimeout: 0,
          AttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['a.*'],
        },
        DeleteMessage: { QueueUrl, ReceiptHandle: 'x' },
        DeleteMessageBatch: { QueueUrl, Entries: [{ Id: 'a', ReceiptHandle: 'x' }] },
        ChangeMessageVisibility: { QueueUrl, ReceiptHandle: 'x', VisibilityTimeout: 5 },
        ChangeMessageVisibilityBatch: { QueueUrl, Entries: [{ Id: 'a', ReceiptHandle: 'x', VisibilityTimeout: 1 }] },
        CreateQueue: {
          QueueName: 'fuzzed',
          Attributes: {
            VisibilityTimeout: '5',
            RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn, maxReceiveCount: 5 }),
            Policy: '{"Statement":[]}',
          },
          tags: { a: 'b' },
        },
        GetQueueUrl: { QueueName: 'fuzzed', QueueOwnerAWSAccountId: '123456789012' },
        GetQueueAttributes: { QueueUrl, AttributeNames: ['All'] },
        SetQueueAttributes: { QueueUrl, Attributes: { VisibilityTimeout: '60', DelaySeconds: '0' } },
        ListQueues: { QueueNamePrefix: 'a', MaxResults: 5, NextToken: 'x' },
        ListQueueTags: { QueueUrl },
        TagQueue: { QueueUrl, Tags: { a: 'b' } },
        UntagQueue: { QueueUrl, TagKeys: ['a'] },
        ListDeadLetterSourceQueues: { QueueUrl, MaxResults: 1 },
        PurgeQueue: { QueueUrl },
        StartMessageMoveTask: { SourceArn: queueArn, DestinationArn: queueArn, MaxNumberOfMessagesPerSecond: 5 },
        ListMessageMoveTasks: { SourceArn: queueArn, MaxResults: 1 },
        CancelMessageMoveTask: { TaskHandle: 'x' },
        AddPermission: { QueueUrl, Label: 'l', AWSAccountIds: ['1'], Actions: ['SendMessage'] },
      }),
    },
    ssm: {
      prefix: 'AmazonSSM',
      requests: of({
        GetParameter: { Name: '/a', WithDecryption: true },
        GetParameters: { Names: ['/a', '/b'] },
        GetParametersByPath: { Path: '/', Recursive: true, MaxResults: 5, NextToken: '0', ParameterFilters: null },
      }),
    },
    tagging: {
      prefix: 'ResourceGroupsTaggingAPI_20170126',
      requests: of({
        GetResources: {
          TagFilters: [{ Key: 'a', Values: ['b'] }],
          ResourceTypeFilters: ['s3'],
          ResourcesPerPage: 5,
          PaginationToken: '',
        },
        GetTagKeys: { ResourceARNList: [`arn:aws:s3:::${bucket}`] },
      }),
    },
    cloudformation: {
      prefix: 'CloudFormation',
      requests: of({
        DescribeStacks: { StackName: stackName },
        DescribeStackResources: { StackName: stackName, LogicalResourceId: 'x' },
        ListStackResources: { StackName: stackName, NextToken: 'x' },
        GetTemplate: { StackName: stackName, TemplateStage: 'Original' },
      }),
    },
    sts: {
      prefix: 'AWSSecurityTokenServiceV20110615',
      requests: of({ GetCallerIdentity: {}, AssumeRole: { RoleArn: 'x' } }),
    },
  };
}

function of(operations: Readonly<Record<string, Readonly<Record<string, unknown>>>>): ValidRequest[] {
  return Object.entries(operations).map(([operation, members]) => ({ operation, members }));
}

function streamArnTable(streamArn: string): string {
  return streamArn.replace(/\/stream\/.*$/, '');
}
