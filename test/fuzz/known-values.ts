import type { Names } from '../support/malformed/valid-requests.ts';
import type { KnownValues } from './from-schemas.ts';

/**
 * Values for members of S3 and Pipes.
 * @param uploadId of a multipart upload of the key `multi`, with one part
 */
export function restValues({ bucket, pipeName }: Names, uploadId: string): KnownValues {
  const etag = '"900150983cd24fb0d6963f7d28e17f72"';
  return {
    Bucket: [bucket, 'fuzzed-bucket', 'fuzzed-2'],
    Key: ['a/b.txt', 'copy', 'multi', 'ü b+c'],
    UploadId: [uploadId, uploadId, 'x'],
    PartNumber: [1, 2, 10_000],
    CreateBucketConfiguration: [{ LocationConstraint: 'ap-northeast-1' }, { LocationConstraint: 'EU', Tags: [] }],
    LifecycleConfiguration: [
      { Rules: [{ ID: 'a', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }] },
    ],
    MultipartUpload: [{ Parts: [{ PartNumber: 1, ETag: etag }] }],
    Delete: [{ Objects: [{ Key: 'a/b.txt' }, { Key: 'none' }], Quiet: true }],
    ETag: [etag],
    Body: ['abc', ''],
    CopySource: [`/${bucket}/a/b.txt`, `${bucket}/none`, 'x?versionId=null'],
    Range: ['bytes=0-1', 'bytes=-1', 'bytes=5-'],
    IfMatch: [etag, '*'],
    IfNoneMatch: ['*', etag],
    IfModifiedSince: ['Thu, 01 Jan 2026 00:00:00 GMT'],
    IfUnmodifiedSince: ['Thu, 01 Jan 2026 00:00:00 GMT'],
    ContentMD5: ['kAFQmDzST7DWlj99KOF/cg=='],
    ChecksumCRC32: ['NSRBwg=='],
    ChecksumAlgorithm: ['CRC32', 'SHA256'],
    BucketNamespace: ['global', 'account-regional'],
    LocationConstraint: ['ap-northeast-1', 'EU'],
    ObjectOwnership: ['BucketOwnerEnforced', 'ObjectWriter'],
    Policy: [
      JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` },
      }),
    ],
    Tagging: ['a=b&c=d', { TagSet: [{ Key: 'a', Value: 'b' }] }],
    ContinuationToken: ['x', 'YQ=='],
    Days: [1, 30],
    DaysAfterInitiation: [1],
    MaxKeys: [0, 1, 5, 1000],
    ExpectedBucketOwner: ['123456789012'],
    Name: [pipeName, 'none'],
  };
}

/** Values for members, by the names that the SDK's schemas have for them. */
export function knownValues(names: Names): KnownValues {
  const { table, streamArn, busName, ruleName, archiveArn, queueUrl, queueArn, stackName, logGroup } = names;
  const key = { userId: { S: 'fuzzed' } };
  return {
    TableName: [table],
    StreamArn: [streamArn],
    EventBusName: [busName],
    EventBusNames: [[busName]],
    Rule: [ruleName, 'fuzzed'],
    Name: [ruleName, 'fuzzed', 'a', 'QueueName'],
    QueueUrl: [queueUrl],
    QueueName: ['fuzzed', 'fuzzed.fifo'],
    SourceArn: [queueArn],
    DestinationArn: [queueArn],
    TargetArn: [queueArn],
    Arn: [queueArn, archiveArn],
    EventSourceArn: [archiveArn],
    ArchiveName: [archiveArn.split('/').at(-1)],
    ReplayName: ['fuzzed', 'other'],
    StackName: [stackName],
    logGroupName: [logGroup],
    Key: [key],
    Item: [{ ...key, a: { M: { b: { L: [{ N: '1' }] } } } }, key],
    ExclusiveStartKey: [key],
    RequestItems: [{ [table]: { Keys: [key] } }, { [table]: [{ PutRequest: { Item: key } }] }],
    UpdateExpression: [
      'SET #a = :a',
      'REMOVE a[0].b ADD n :a',
      'SET a = list_append(a, :l), #b.c = if_not_exists(b, :a)',
    ],
    ConditionExpression: ['attribute_exists(userId) AND (#a > :a OR size(l) < :a)', 'NOT contains(a, :a)'],
    FilterExpression: ['#a BETWEEN :a AND :a', 'a IN (:a, :l)', 'attribute_type(a, :t)'],
    KeyConditionExpression: ['userId = :u', '#k = :u AND a > :a'],
    ProjectionExpression: ['a, b[0].c', '#a'],
    ExpressionAttributeNames: [{ '#a': 'a' }, { '#a': 'a', '#b': 'b', '#k': 'userId' }],
    ExpressionAttributeValues: [
      { ':a': { N: '1' } },
      { ':u': { S: 'x' } },
      { ':a': { N: '1' }, ':l': { L: [{ S: 'x' }] } },
    ],
    EventPattern: ['{"source":["a"]}', '{"$or":[{"a":["b"]},{"c":[1]}]}'],
    Event: [
      '{"id":"1","account":"1","source":"a","time":"2026-01-01T00:00:00Z","region":"x","resources":[],"detail-type":"b","detail":{}}',
    ],
    Detail: ['{"a":1}', '[]', '{'],
    RedrivePolicy: [JSON.stringify({ deadLetterTargetArn: queueArn, maxReceiveCount: 5 })],
    Policy: ['{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}'],
    filterPattern: ['{ $.hop = "event" }', 'ERROR -x'],
    Namespace: ['AWS/SQS', 'AWS/Events'],
    MetricName: ['NumberOfMessagesSent'],
    Period: [60, 300, 1],
    NextToken: ['x', Buffer.from('{"name":"a"}').toString('base64url'), Buffer.from('null').toString('base64url')],
    nextToken: ['x', 'f/1', Buffer.from('{"name":[]}').toString('base64url')],
    ShardIterator: [Buffer.from(JSON.stringify({ streamArn, position: 0, issuedAt: 0 })).toString('base64url')],
    Id: ['a', 'b'],
    MessageBody: ['b'],
    ReceiptHandle: ['x'],
  };
}
