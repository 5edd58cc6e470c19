import { expect, test } from '@jest/globals';
import { SchemaRequests } from '../../fuzz/from-schemas.ts';
import { restRequest } from '../../fuzz/rest-from-schemas.ts';

const S3 = { schemas: new SchemaRequests('@aws-sdk/client-s3'), form: 'xml', first: 'Bucket' } as const;
const PIPES = { schemas: new SchemaRequests('@aws-sdk/client-pipes'), form: 'json' } as const;

test('given members of S3, they are in the path, the query, the headers and the body', () => {
  const Tagging = { TagSet: [{ Key: 'a&b', Value: 'c' }] };
  const members = { Bucket: 'b', Key: 'a/ü', VersionId: 'v', RequestPayer: 'requester', Tagging };
  expect(restRequest(S3, 'PutObjectTagging', members)).toEqual({
    method: 'PUT',
    target: '/b/a/%C3%BC?tagging&versionId=v',
    headers: { 'x-amz-request-payer': 'requester' },
    body: '<Tagging><TagSet><Tag><Key>a&amp;b</Key><Value>c</Value></Tag></TagSet></Tagging>',
  });
});

test('given a list that has no element of its own, its items follow each other', () => {
  const Delete = { Objects: [{ Key: 'a' }, { Key: 'b' }], Quiet: true };
  const { target, body } = restRequest(S3, 'DeleteObjects', { Bucket: 'b', Delete });
  expect(target).toBe('/b?delete');
  expect(body).toBe('<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object><Quiet>true</Quiet></Delete>');
});

test('given members of a service that speaks JSON, those with no other place are the body', () => {
  const members = { Name: 'p', RoleArn: 'r', DesiredState: 'STOPPED' };
  expect(restRequest(PIPES, 'UpdatePipe', members)).toEqual({
    method: 'PUT',
    target: '/v1/pipes/p',
    headers: {},
    body: '{"RoleArn":"r","DesiredState":"STOPPED"}',
  });
});

test('given a member of another kind than its own, it is written as it is', () => {
  const { body } = restRequest(S3, 'PutBucketTagging', { Bucket: 'b', Tagging: { TagSet: 5 } });
  expect(body).toBe('<Tagging><TagSet>5</TagSet></Tagging>');
});
