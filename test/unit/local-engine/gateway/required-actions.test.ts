import { describe, expect, test } from '@jest/globals';
import { requiredActions } from '../../../../packages/local-engine/gateway/service-apis.ts';
import type { CallPlace } from '../../../../packages/local-engine/iam/access.ts';
import { operationOf } from '../../../../packages/local-engine/s3/api.ts';
import { taskHandle } from '../../../../packages/local-engine/sqs/move-tasks.ts';
import { ACCOUNT } from '../support/parts.ts';
import { apiRequest, jsonRequest } from '../support/requests.ts';

const place: CallPlace = {
  account: ACCOUNT,
  partitionKeyOf: (table, index) => (table === 'users' ? (index === undefined ? 'userId' : 'email') : undefined),
};
const arn = (service: string, resource: string) => `arn:aws:${service}:ap-northeast-1:111122223333:${resource}`;
const USERS = arn('dynamodb', 'table/users');

/** Actions and resources, as `action resource`. */
function needs(service: string, operation: string, request: ReturnType<typeof jsonRequest>): string[] | undefined {
  return requiredActions(service, operation, request, place)?.map(({ action, resource }) => `${action} ${resource}`);
}
const json = (service: string, operation: string, body: object) =>
  needs(service, operation, jsonRequest(operation, body));

describe('DynamoDB', () => {
  const contexts = (operation: string, body: object) =>
    requiredActions('dynamodb', operation, jsonRequest(operation, body), place)?.map(({ context }) => context?.());

  test.each(['DeleteItem', 'DescribeTable', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'])(
    'given %s, it is that action on the table, by name or ARN',
    (operation) => {
      const expected = [`dynamodb:${operation} ${USERS}`];
      expect(json('dynamodb', operation, { TableName: 'users' })).toEqual(expected);
      expect(json('dynamodb', operation, { TableName: USERS })).toEqual(expected);
    },
  );

  test.each([
    {
      operation: 'Query',
      body: { TableName: 'users', IndexName: 'ByEmail' },
      needed: [`dynamodb:Query ${USERS}/index/ByEmail`],
    },
    { operation: 'ListTables', body: {}, needed: ['dynamodb:ListTables *'] },
    {
      operation: 'ListTagsOfResource',
      body: { ResourceArn: USERS },
      needed: [`dynamodb:ListTagsOfResource ${USERS}`],
    },
    {
      operation: 'BatchGetItem',
      body: { RequestItems: { users: { Keys: [] }, other: { Keys: [] } } },
      needed: [`dynamodb:BatchGetItem ${USERS}`, `dynamodb:BatchGetItem ${arn('dynamodb', 'table/other')}`],
    },
    {
      operation: 'BatchWriteItem',
      body: { RequestItems: { users: [] } },
      needed: [`dynamodb:BatchWriteItem ${USERS}`],
    },
    {
      operation: 'TransactWriteItems',
      body: {
        TransactItems: [
          { Put: { TableName: 'users' } },
          { Update: { TableName: 'users' } },
          { ConditionCheck: { TableName: 'users' } },
        ],
      },
      needed: ['PutItem', 'UpdateItem', 'ConditionCheckItem'].map((name) => `dynamodb:${name} ${USERS}`),
    },
    {
      operation: 'DescribeStream',
      body: { StreamArn: `${USERS}/stream/1` },
      needed: [`dynamodb:DescribeStream ${USERS}/stream/1`],
    },
  ])('given $operation, it needs $needed', ({ operation, body, needed }) => {
    expect(json('dynamodb', operation, body)).toEqual(needed);
  });

  test('given an update, its condition keys are key, attributes, and what it returns', () => {
    const update = {
      TableName: 'users',
      Key: { userId: { S: 'ji' } },
      UpdateExpression: 'SET uri = :u',
      ReturnValues: 'ALL_NEW',
    };
    expect(contexts('UpdateItem', update)).toEqual([
      {
        'dynamodb:attributes': ['userId', 'uri'],
        'dynamodb:leadingkeys': ['ji'],
        'dynamodb:returnvalues': 'ALL_NEW',
        'dynamodb:select': undefined,
      },
    ]);
  });

  describe('what an update asks to be answered with counts in dynamodb:ReturnValues, each value for itself', () => {
    test.each([
      { asked: {}, values: [undefined] },
      { asked: { ReturnValues: 'UPDATED_OLD' }, values: ['UPDATED_OLD'] },
      { asked: { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }, values: ['ALL_OLD'] },
      {
        asked: { ReturnValues: 'UPDATED_OLD', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
        values: ['UPDATED_OLD', 'ALL_OLD'],
      },
      { asked: { ReturnValues: 'ALL_OLD', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }, values: ['ALL_OLD'] },
    ])('given $asked, alone or in a transaction', ({ asked, values }) => {
      const Update = { TableName: 'users', ...asked };
      const alone = contexts('UpdateItem', Update);
      const together = contexts('TransactWriteItems', { TransactItems: [{ Update }] });
      for (const found of [alone, together]) {
        expect(found?.map((context) => context?.['dynamodb:returnvalues'])).toEqual(values);
      }
    });
  });

  test('given a condition, its attributes and those of the key are among the attributes', () => {
    const update = {
      TableName: 'users',
      Key: { userId: { S: 'ji' } },
      UpdateExpression: 'SET #uri = :u',
      ConditionExpression: 'attribute_exists(email) AND #plan = :p',
      ExpressionAttributeNames: { '#uri': 'uri', '#plan': 'plan' },
    };
    const [context] = contexts('UpdateItem', update) ?? [];
    const attributes = context?.['dynamodb:attributes'] ?? [];
    expect([...attributes].sort()).toEqual(['email', 'plan', 'uri', 'userId']);
  });

  test.each([
    { operation: 'PutItem', body: { TableName: 'users', Item: { userId: { S: 'ji' }, a: { S: 'x' } } }, keys: ['ji'] },
    {
      operation: 'Query',
      body: {
        TableName: 'users',
        IndexName: 'ByEmail',
        KeyConditionExpression: 'email = :e',
        ExpressionAttributeValues: { ':e': { S: 'a@b' } },
      },
      keys: ['a@b'],
    },
    {
      operation: 'BatchGetItem',
      body: { RequestItems: { users: { Keys: [{ userId: { S: 'a' } }, { userId: { N: '2' } }] } } },
      keys: ['a', '2'],
    },
    {
      operation: 'BatchWriteItem',
      body: {
        RequestItems: {
          users: [{ PutRequest: { Item: { userId: { S: 'a' } } } }, { DeleteRequest: { Key: { userId: { S: 'b' } } } }],
        },
      },
      keys: ['a', 'b'],
    },
    { operation: 'Scan', body: { TableName: 'users' }, keys: undefined },
    { operation: 'GetItem', body: { TableName: 'unknown', Key: { userId: { S: 'a' } } }, keys: undefined },
  ])('given $operation, the leading keys are $keys', ({ operation, body, keys }) => {
    expect(contexts(operation, body)?.[0]).toMatchObject({ 'dynamodb:leadingkeys': keys });
  });
});

describe('S3', () => {
  const s3 = (method: string, target: string, more: { headers?: Record<string, string>; body?: string } = {}) => {
    const request = apiRequest(method, target, more);
    return requiredActions('s3', operationOf(request), request, place);
  };
  const BUCKET = 'arn:aws:s3:::mine';

  test.each([
    { call: 'GET /', needed: ['s3:ListAllMyBuckets *'] },
    { call: 'PUT /mine', needed: [`s3:CreateBucket ${BUCKET}`] },
    { call: 'HEAD /mine', needed: [`s3:ListBucket ${BUCKET}`] },
    { call: 'GET /mine?list-type=2&prefix=a', needed: [`s3:ListBucket ${BUCKET}`] },
    { call: 'DELETE /mine', needed: [`s3:DeleteBucket ${BUCKET}`] },
    { call: 'GET /mine?location', needed: [`s3:GetBucketLocation ${BUCKET}`] },
    { call: 'GET /mine?tagging', needed: [`s3:GetBucketTagging ${BUCKET}`] },
    { call: 'PUT /mine?tagging', needed: [`s3:PutBucketTagging ${BUCKET}`] },
    { call: 'DELETE /mine?tagging', needed: [`s3:PutBucketTagging ${BUCKET}`] },
    { call: 'PUT /mine?cors', needed: [`s3:PutBucketCORS ${BUCKET}`] },
    { call: 'DELETE /mine?cors', needed: [`s3:PutBucketCORS ${BUCKET}`] },
    { call: 'PUT /mine?policy', needed: [`s3:PutBucketPolicy ${BUCKET}`] },
    { call: 'PUT /mine?publicAccessBlock', needed: [`s3:PutBucketPublicAccessBlock ${BUCKET}`] },
    { call: 'PUT /mine?lifecycle', needed: [`s3:PutLifecycleConfiguration ${BUCKET}`] },
    { call: 'DELETE /mine?lifecycle', needed: [`s3:PutLifecycleConfiguration ${BUCKET}`] },
    { call: 'PUT /mine/a%20b/c?x-id=PutObject', needed: [`s3:PutObject ${BUCKET}/a b/c`] },
    { call: 'GET /mine/a', needed: [`s3:GetObject ${BUCKET}/a`] },
    { call: 'HEAD /mine/a', needed: [`s3:GetObject ${BUCKET}/a`] },
    { call: 'DELETE /mine/a', needed: [`s3:DeleteObject ${BUCKET}/a`] },
    { call: 'POST /mine/a?uploads', needed: [`s3:PutObject ${BUCKET}/a`] },
    { call: 'DELETE /mine/a?uploadId=1', needed: [`s3:AbortMultipartUpload ${BUCKET}/a`] },
    { call: 'GET /mine/a?tagging', needed: [`s3:GetObjectTagging ${BUCKET}/a`] },
    { call: 'PUT /mine/a?tagging', needed: [`s3:PutObjectTagging ${BUCKET}/a`] },
    { call: 'DELETE /mine/a?tagging', needed: [`s3:DeleteObjectTagging ${BUCKET}/a`] },
    { call: 'GET /mine/a?attributes', needed: [`s3:GetObject ${BUCKET}/a`, `s3:GetObjectAttributes ${BUCKET}/a`] },
    { call: 'GET /mine/a?uploadId=1', needed: [`s3:ListMultipartUploadParts ${BUCKET}/a`] },
    { call: 'PUT /mine/a?uploadId=1&partNumber=1', needed: [`s3:PutObject ${BUCKET}/a`] },
    { call: 'POST /mine/a?uploadId=1', needed: [`s3:PutObject ${BUCKET}/a`] },
    { call: 'GET /mine?uploads', needed: [`s3:ListBucketMultipartUploads ${BUCKET}`] },
    { call: 'GET /mine?versioning', needed: [`s3:GetBucketVersioning ${BUCKET}`] },
    { call: 'GET /mine?encryption', needed: [`s3:GetEncryptionConfiguration ${BUCKET}`] },
    { call: 'PUT /mine/../other/a', needed: [`s3:PutObject ${BUCKET}/../other/a`] },
    { call: 'GET /mine/a?acl', needed: [`s3:GetObjectAcl ${BUCKET}/a`] },
    { call: 'GET /mine?notification', needed: [`s3:GetBucketNotification ${BUCKET}`] },
    { call: 'GET /mine?versions', needed: [`s3:ListBucketVersions ${BUCKET}`] },
    { call: 'PUT /mine/a?acl', needed: undefined },
    { call: 'PUT /mine?versioning', needed: undefined },
    { call: 'PATCH /mine/a', needed: undefined },
  ])('given $call, it needs $needed', ({ call, needed }) => {
    const [method = '', target = ''] = call.split(' ');
    const found = s3(method, target)?.map(({ action, resource }) => `${action} ${resource}`);
    expect(found).toEqual(needed);
  });

  test('given a new bucket with tags, in a namespace, these need leave too and can be asked for', () => {
    const body =
      '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint>' +
      '<Tags><Tag><Key>App</Key><Value>a&amp;b</Value></Tag></Tags></CreateBucketConfiguration>';
    const required = s3('PUT', '/mine', { headers: { 'x-amz-bucket-namespace': 'account-regional' }, body });
    expect(required?.map(({ action }) => action)).toEqual(['s3:CreateBucket', 's3:TagResource']);
    for (const { context } of required ?? []) {
      expect(context?.()).toEqual({
        // It belongs to no account yet, so the request's own account is left out.
        's3:resourceaccount': undefined,
        'aws:resourceaccount': undefined,
        's3:x-amz-bucket-namespace': 'account-regional',
        's3:locationconstraint': 'eu-west-1',
        'aws:tagkeys': ['App'],
        'aws:requesttag/app': 'a&b',
      });
    }
  });

  test.each([
    { headers: { 'x-amz-acl': 'private' }, more: ['s3:PutBucketAcl'] },
    { headers: { 'x-amz-object-ownership': 'ObjectWriter' }, more: ['s3:PutBucketOwnershipControls'] },
    {
      headers: { 'x-amz-bucket-object-lock-enabled': 'true' },
      more: ['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning'],
    },
  ])('given a new bucket with $headers, it needs $more too', ({ headers, more }) => {
    const required = s3('PUT', '/mine', { headers: headers as Record<string, string> });
    expect(required?.map(({ action }) => action)).toEqual(['s3:CreateBucket', ...more]);
  });

  test('given a copy with tags, it needs to read the source', () => {
    const headers = { 'x-amz-copy-source': '/other/a%20b?versionId=1', 'x-amz-tagging': 'a=b' };
    expect(s3('PUT', '/mine/c', { headers })?.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      `s3:PutObject ${BUCKET}/c`,
      's3:GetObject arn:aws:s3:::other/a b',
      `s3:PutObjectTagging ${BUCKET}/c`,
    ]);
  });

  test('given several objects to delete, it needs each', () => {
    const body = '<Delete><Object><Key>a</Key></Object><Object><Key>b&amp;c</Key></Object></Delete>';
    expect(s3('POST', '/mine?delete', { body })?.map(({ resource }) => resource)).toEqual([
      `${BUCKET}/a`,
      `${BUCKET}/b&c`,
    ]);
  });
});

describe('EventBridge', () => {
  test('given PutEvents, it needs it on the bus of each entry, which has its own condition keys', () => {
    const Entries = [{ Source: 'a', DetailType: 'B' }, { EventBusName: 'main' }, { EventBusName: 'arn:of:a:bus' }];
    const required = requiredActions('events', 'PutEvents', jsonRequest('PutEvents', { Entries }), place);
    expect(required?.map(({ resource }) => resource)).toEqual([
      arn('events', 'event-bus/default'),
      arn('events', 'event-bus/main'),
      'arn:of:a:bus',
    ]);
    expect(required?.[0]?.context?.()).toEqual({ 'events:source': 'a', 'events:detail-type': 'B' });
  });

  test('given what no function does, it is not known', () => {
    expect(json('events', 'PutRule', { Name: 'all' })).toBeUndefined();
  });
});

describe('SQS and other services', () => {
  const QUEUE = arn('sqs', 'letters');
  const QueueUrl = 'http://127.0.0.1:4566/111122223333/letters';
  const moving = (action: string) =>
    [action, 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((name) => `sqs:${name} ${QUEUE}`);

  test.each([
    { operation: 'SendMessage', body: { QueueUrl }, needed: [`sqs:SendMessage ${QUEUE}`] },
    { operation: 'SendMessageBatch', body: { QueueUrl }, needed: [`sqs:SendMessage ${QUEUE}`] },
    { operation: 'DeleteMessageBatch', body: { QueueUrl }, needed: [`sqs:DeleteMessage ${QUEUE}`] },
    { operation: 'GetQueueUrl', body: { QueueName: 'letters' }, needed: [`sqs:GetQueueUrl ${QUEUE}`] },
    { operation: 'StartMessageMoveTask', body: { SourceArn: QUEUE }, needed: moving('StartMessageMoveTask') },
    {
      operation: 'StartMessageMoveTask',
      body: { SourceArn: QUEUE, DestinationArn: arn('sqs', 'others') },
      needed: [...moving('StartMessageMoveTask'), `sqs:SendMessage ${arn('sqs', 'others')}`],
    },
    { operation: 'ListMessageMoveTasks', body: { SourceArn: QUEUE }, needed: moving('ListMessageMoveTasks') },
    {
      operation: 'CancelMessageMoveTask',
      body: { TaskHandle: taskHandle('t1', QUEUE) },
      needed: moving('CancelMessageMoveTask'),
    },
    { operation: 'ListQueues', body: {}, needed: ['sqs:ListQueues *'] },
    { operation: 'AddPermission', body: { QueueUrl }, needed: undefined },
  ])('given $operation, it needs $needed', ({ operation, body, needed }) => {
    expect(json('sqs', operation, body)).toEqual(needed);
  });

  test('given the query protocol, the queue is read from it', () => {
    const body = `Action=SendMessage&QueueUrl=${encodeURIComponent(QueueUrl)}&MessageBody=x`;
    expect(needs('sqs', 'SendMessage', apiRequest('POST', '/', { body }))).toEqual([`sqs:SendMessage ${QUEUE}`]);
  });

  test("given a JSON request to a queue's own URL without QueueUrl, it is that queue", () => {
    const headers = { 'x-amz-target': 'AmazonSQS.SendMessage' };
    const request = apiRequest('POST', '/111122223333/letters', { headers, body: '{"MessageBody":"x"}' });
    expect(needs('sqs', 'SendMessage', request)).toEqual([`sqs:SendMessage ${QUEUE}`]);
  });

  test.each([
    {
      service: 'ssm',
      operation: 'GetParameter',
      body: { Name: '/a/b' },
      needed: [`ssm:GetParameter ${arn('ssm', 'parameter/a/b')}`],
    },
    {
      service: 'ssm',
      operation: 'GetParameters',
      body: { Names: ['a', '/b'] },
      needed: ['a', 'b'].map((name) => `ssm:GetParameters ${arn('ssm', `parameter/${name}`)}`),
    },
    { service: 'ssm', operation: 'PutParameter', body: {}, needed: undefined },
    { service: 'monitoring', operation: 'GetMetricData', body: {}, needed: ['cloudwatch:GetMetricData *'] },
    { service: 'sts', operation: 'GetCallerIdentity', body: {}, needed: [] },
    { service: 'sts', operation: 'AssumeRole', body: {}, needed: undefined },
    { service: 'kinesis', operation: 'PutRecord', body: {}, needed: undefined },
  ])('given $service:$operation, it needs $needed', ({ service, operation, body, needed }) => {
    expect(json(service, operation, body)).toEqual(needed);
  });
});
