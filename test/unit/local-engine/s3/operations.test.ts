import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import { operationOf } from '../../../../packages/local-engine/s3/api.ts';
import { journalName, OPERATIONS, type OperationName } from '../../../../packages/local-engine/s3/operations.ts';
import { apiRequest } from '../support/requests.ts';
import { s3WithBucket } from '../support/s3.ts';

interface Sample {
  readonly call: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const CORS =
  '<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>';
const TAGGING = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>';
const POLICY =
  '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::mine","arn:aws:s3:::mine/*"]}]}';
const OWNERSHIP = '<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>';
const LIFECYCLE =
  '<LifecycleConfiguration><Rule><Status>Enabled</Status><Filter/><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>';

const REMOVAL =
  '<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object><Object><Key>up</Key></Object></Delete>';

/** A call of each operation that succeeds, in an order in which each finds what it needs. `UPLOAD` is the id of an upload. */
const SAMPLES: Readonly<Record<OperationName, Sample>> = {
  ListBuckets: { call: 'GET /', status: 200 },
  CreateBucket: {
    call: 'PUT /other',
    status: 200,
    body: '<CreateBucketConfiguration><LocationConstraint>ap-northeast-1</LocationConstraint></CreateBucketConfiguration>',
  },
  HeadBucket: { call: 'HEAD /mine', status: 200 },
  ListObjectsV2: { call: 'GET /mine?list-type=2', status: 200 },
  ListObjects: { call: 'GET /mine', status: 200 },
  PutObject: { call: 'PUT /mine/a', status: 200, body: 'hello' },
  GetObject: { call: 'GET /mine/a', status: 200 },
  HeadObject: { call: 'HEAD /mine/a', status: 200 },
  CopyObject: { call: 'PUT /mine/b', status: 200, headers: { 'x-amz-copy-source': '/mine/a' } },
  GetObjectAttributes: {
    call: 'GET /mine/a?attributes',
    status: 200,
    headers: { 'x-amz-object-attributes': 'ETag,ObjectSize' },
  },
  PutObjectTagging: { call: 'PUT /mine/a?tagging', status: 200, body: TAGGING },
  GetObjectTagging: { call: 'GET /mine/a?tagging', status: 200 },
  DeleteObjectTagging: { call: 'DELETE /mine/a?tagging', status: 204 },
  UploadPart: { call: 'PUT /mine/up?partNumber=1&uploadId=UPLOAD', status: 200, body: 'x' },
  UploadPartCopy: {
    call: 'PUT /mine/up?partNumber=1&uploadId=UPLOAD',
    status: 200,
    headers: { 'x-amz-copy-source': 'mine/a' },
  },
  ListParts: { call: 'GET /mine/up?uploadId=UPLOAD', status: 200 },
  ListMultipartUploads: { call: 'GET /mine?uploads', status: 200 },
  CreateMultipartUpload: { call: 'POST /mine/other?uploads', status: 200 },
  CompleteMultipartUpload: {
    call: 'POST /mine/up?uploadId=UPLOAD',
    status: 200,
    body: '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>5d41402abc4b2a76b9719d911017c592</ETag></Part></CompleteMultipartUpload>',
  },
  AbortMultipartUpload: { call: 'DELETE /mine/second?uploadId=SECOND', status: 204 },
  GetBucketLocation: { call: 'GET /mine?location', status: 200 },
  ListObjectVersions: { call: 'GET /mine?versions', status: 200 },
  GetObjectAcl: { call: 'GET /mine/a?acl', status: 200 },
  GetBucketAcl: { call: 'GET /mine?acl', status: 200 },
  GetBucketAccelerateConfiguration: { call: 'GET /mine?accelerate', status: 200 },
  GetBucketLogging: { call: 'GET /mine?logging', status: 200 },
  GetBucketNotificationConfiguration: { call: 'GET /mine?notification', status: 200 },
  GetBucketRequestPayment: { call: 'GET /mine?requestPayment', status: 200 },
  GetBucketReplication: { call: 'GET /mine?replication', status: 404 },
  GetBucketWebsite: { call: 'GET /mine?website', status: 404 },
  GetObjectLockConfiguration: { call: 'GET /mine?object-lock', status: 404 },
  GetBucketVersioning: { call: 'GET /mine?versioning', status: 200 },
  GetBucketEncryption: { call: 'GET /mine?encryption', status: 200 },
  PutBucketTagging: { call: 'PUT /mine?tagging', status: 204, body: TAGGING },
  GetBucketTagging: { call: 'GET /mine?tagging', status: 200 },
  DeleteBucketTagging: { call: 'DELETE /mine?tagging', status: 204 },
  PutBucketCors: { call: 'PUT /mine?cors', status: 200, body: CORS },
  GetBucketCors: { call: 'GET /mine?cors', status: 200 },
  DeleteBucketCors: { call: 'DELETE /mine?cors', status: 204 },
  PutBucketPolicy: { call: 'PUT /mine?policy', status: 204, body: POLICY },
  GetBucketPolicy: { call: 'GET /mine?policy', status: 200 },
  GetBucketPolicyStatus: { call: 'GET /mine?policyStatus', status: 200 },
  DeleteBucketPolicy: { call: 'DELETE /mine?policy', status: 204 },
  PutPublicAccessBlock: {
    call: 'PUT /mine?publicAccessBlock',
    status: 200,
    body: '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>',
  },
  GetPublicAccessBlock: { call: 'GET /mine?publicAccessBlock', status: 200 },
  DeletePublicAccessBlock: { call: 'DELETE /mine?publicAccessBlock', status: 204 },
  PutBucketOwnershipControls: { call: 'PUT /mine?ownershipControls', status: 200, body: OWNERSHIP },
  GetBucketOwnershipControls: { call: 'GET /mine?ownershipControls', status: 200 },
  DeleteBucketOwnershipControls: { call: 'DELETE /mine?ownershipControls', status: 204 },
  PutBucketLifecycleConfiguration: { call: 'PUT /mine?lifecycle', status: 200, body: LIFECYCLE },
  GetBucketLifecycleConfiguration: { call: 'GET /mine?lifecycle', status: 200 },
  DeleteBucketLifecycle: { call: 'DELETE /mine?lifecycle', status: 204 },
  DeleteObjects: {
    call: 'POST /mine?delete',
    status: 200,
    body: REMOVAL,
    headers: { 'content-md5': createHash('md5').update(REMOVAL).digest('base64') },
  },
  DeleteObject: { call: 'DELETE /mine/none', status: 204 },
  DeleteBucket: { call: 'DELETE /mine', status: 204 },
};

test('each operation is done, in one life of a bucket', async () => {
  const { ask } = await s3WithBucket();
  const begin = async (key: string) =>
    /<UploadId>(.*)<\/UploadId>/.exec((await ask('POST', `/mine/${key}?uploads`)).body)?.[1] ?? '';
  const [upload, second] = [await begin('up'), await begin('second')];
  const answers: Record<string, number> = {};
  for (const [name, { call, headers = {}, body = '' }] of Object.entries(SAMPLES)) {
    const [method = '', target = ''] = call.replace('UPLOAD', upload).replace('SECOND', second).split(' ');
    const { status } = await ask(method, target, { headers, body }).catch((error: AwsError) => error);
    answers[name] = status;
  }
  expect(answers).toEqual(Object.fromEntries(Object.entries(SAMPLES).map(([name, { status }]) => [name, status])));
});

test.each(Object.entries(SAMPLES))('the journal knows %s by the name of its permission', (name, sample) => {
  const [method = '', target = ''] = sample.call.split(' ');
  const request = apiRequest(method, target, { headers: sample.headers ?? {} });
  expect(operationOf(request)).toBe(journalName(name as OperationName));
});

test.each([
  { target: '/', operation: 'ListAllMyBuckets' },
  { target: '/mine?list-type=2', operation: 'ListBucket' },
  { target: '/mine?publicAccessBlock', operation: 'GetBucketPublicAccessBlock' },
  { target: '/mine?lifecycle', operation: 'GetLifecycleConfiguration' },
])('given GET $target, it is $operation', ({ target, operation }) => {
  expect(operationOf(apiRequest('GET', target))).toBe(operation);
});

test('the table in the documents has the operations of the table in the code, and no others', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../../docs/local-engine.md'), 'utf8');
  const section = document.split('## What S3 does here')[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  const names = rows.slice(2).flatMap((row) => (row.split('|')[1] ?? '').split(',').map((name) => name.trim()));
  expect(names.toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
});

describe('what S3 has and the engine does not', () => {
  test.each([
    ['PUT /mine/a?acl', 'PutObjectAcl'],
    ['GET /mine/a?legal-hold', 'GetObjectLegalHold'],
    ['PUT /mine/a?legal-hold', 'PutObjectLegalHold'],
    ['GET /mine/a?retention', 'GetObjectRetention'],
    ['PUT /mine/a?retention', 'PutObjectRetention'],
    ['POST /mine/a?restore', 'RestoreObject'],
    ['POST /mine/a?select&select-type=2', 'SelectObjectContent'],
    ['GET /mine/a?torrent', 'GetObjectTorrent'],
    ['PUT /mine/a?renameObject', 'RenameObject'],
    ['PUT /mine/a?encryption', 'UpdateObjectEncryption'],
    ['POST /mine', 'PostObject'],
    ['PUT /mine?versioning', 'PutBucketVersioning'],
    ['PUT /mine?encryption', 'PutBucketEncryption'],
    ['DELETE /mine?encryption', 'DeleteBucketEncryption'],
    ['PUT /mine?acl', 'PutBucketAcl'],
    ['PUT /mine?notification', 'PutBucketNotificationConfiguration'],
    ['GET /mine?analytics', 'GetBucketAnalyticsConfiguration'],
    ['DELETE /mine?website', 'DeleteBucketWebsite'],
    ['PUT /mine?logging', 'PutBucketLogging'],
    ['PUT /mine?replication', 'PutBucketReplication'],
    ['POST /mine?metadataTable', 'CreateBucketMetadataTableConfiguration'],
    ['GET /mine?session', 'CreateSession'],
  ])('given %s, it is refused as %s, and nothing has changed', async (call, name) => {
    const { ask, put, get } = await s3WithBucket();
    await put('a', 'kept');
    const [method = '', target = ''] = call.split(' ');
    await expect(ask(method, target, { body: '<x/>' })).rejects.toMatchObject({
      code: 'NotImplemented',
      status: 501,
      message: `The local engine does not implement s3:${name}.`,
    });
    expect(operationOf(apiRequest(method, target))).toBe(name);
    expect(await get('a')).toMatchObject({ status: 200, body: 'kept' });
  });

  test.each([
    'PUT /mine/a?newFeature',
    'DELETE /mine/a?newFeature=1',
    'PUT /mine?newFeature',
    'DELETE /mine?newFeature',
  ])('given %s, the unknown parameter is refused', async (call) => {
    const { ask, put, get } = await s3WithBucket();
    await put('a', 'kept');
    const [method = '', target = ''] = call.split(' ');
    const refusal = { code: 'NotImplemented', message: expect.stringContaining('?newFeature') };
    await expect(ask(method, target)).rejects.toMatchObject(refusal);
    expect(await get('a?cache-buster=1')).toMatchObject({ status: 200, body: 'kept' });
  });

  test.each(['DELETE /mine?location', 'POST /mine/a', 'PATCH /mine/a', 'HEAD /mine/a?tagging', 'PUT /'])(
    'given %s, which S3 does not know either, the method is not allowed',
    async (call) => {
      const { ask, put, get } = await s3WithBucket();
      await put('a', 'kept');
      const [method = '', target = ''] = call.split(' ');
      await expect(ask(method, target)).rejects.toMatchObject({ code: 'MethodNotAllowed', status: 405 });
      expect(await get('a')).toMatchObject({ status: 200, body: 'kept' });
    },
  );

  test('given a bucket that does not exist, that error comes first', async () => {
    const { ask } = await s3WithBucket();
    const missing = { code: 'NoSuchBucket', status: 404 };
    await expect(ask('PUT', '/none?versioning')).rejects.toMatchObject(missing);
    await expect(ask('PUT', '/none/a?acl')).rejects.toMatchObject(missing);
    await expect(ask('PUT', '/none?newFeature')).rejects.toMatchObject({ code: 'NotImplemented' });
  });

  test.each([
    ['PUT', '/mine/a?partNumber=1', 'InvalidArgument', 'This operation does not accept partNumber without uploadId'],
    ['PUT', '/mine/a?uploadId=1', 'MethodNotAllowed', 'The specified method is not allowed against this resource.'],
    ['DELETE', '/mine/a?partNumber=1', 'NotImplemented', expect.stringContaining('?partNumber with s3:DeleteObject')],
  ])('given half of what names a part, %s %s changes nothing', async (method, target, code, message) => {
    const { ask, put, get } = await s3WithBucket();
    await put('a', 'kept');
    await expect(ask(method, target, { body: 'x' })).rejects.toMatchObject({ code, message });
    expect(await get('a')).toMatchObject({ body: 'kept' });
  });

  test('given two parameters that ask for something each, it is neither', async () => {
    const { ask, put, get } = await s3WithBucket();
    await put('a', 'kept');
    await expect(ask('DELETE', '/mine/a?tagging&uploadId=1')).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: 'Conflicting query string parameters: tagging, uploadId',
    });
    expect(await get('a')).toMatchObject({ body: 'kept' });
  });
});
