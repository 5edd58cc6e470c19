import { describe, expect, test } from '@jest/globals';
import { xmlElements } from '../../../local/gateway/http.ts';
import { operationOf } from '../../../local/s3/s3-request.ts';
import { apiRequest } from './support/requests.ts';
import { makeS3 } from './support/s3.ts';

describe('what a new bucket has', () => {
  test('given tags at its creation, GetBucketTagging gives them', async () => {
    const { ask, create } = makeS3();
    const tags = '<Tag><Key>user</Key><Value>a &amp; b</Value></Tag><Tag><Key>stage</Key><Value>dev</Value></Tag>';
    await create('mine', { tags: `<Tags>${tags}</Tags>` });
    const { status, body } = await ask('GET', '/mine?tagging');
    expect(status).toBe(200);
    expect(xmlElements(body, 'TagSet')).toEqual([tags]);
  });

  test('given nothing, all public access is blocked', async () => {
    const { ask, create } = makeS3();
    await create('mine');
    const { body } = await ask('GET', '/mine?publicAccessBlock');
    const switches = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];
    expect(switches.map((name) => xmlElements(body, name))).toEqual(Array(4).fill(['true']));
  });

  test('given nothing, the owner of the bucket owns all objects, and there are no access control lists', async () => {
    const { ask, create } = makeS3();
    await create('mine');
    const { body } = await ask('GET', '/mine?ownershipControls');
    expect(xmlElements(body, 'ObjectOwnership')).toEqual(['BucketOwnerEnforced']);
  });

  test.each([
    { setting: 'tagging', code: 'NoSuchTagSet' },
    { setting: 'cors', code: 'NoSuchCORSConfiguration' },
    { setting: 'policy', code: 'NoSuchBucketPolicy' },
  ])('given nothing, the answer to ?$setting is $code', async ({ setting, code }) => {
    const { ask, create } = makeS3();
    await create('mine');
    await expect(ask('GET', `/mine?${setting}`)).rejects.toMatchObject({ code, status: 404 });
  });
});

describe('settings that are put, read and deleted', () => {
  test.each([
    { setting: 'tagging', document: '<Tagging/>', put: 200, type: 'application/xml', code: 'NoSuchTagSet' },
    { setting: 'cors', document: '<CORS/>', put: 200, type: 'application/xml', code: 'NoSuchCORSConfiguration' },
    { setting: 'policy', document: '{"a":1}', put: 204, type: 'application/json', code: 'NoSuchBucketPolicy' },
    {
      setting: 'publicAccessBlock',
      document: '<P/>',
      put: 200,
      type: 'application/xml',
      code: 'NoSuchPublicAccessBlockConfiguration',
    },
  ])(
    'given ?$setting, it comes back as it was put, until it is deleted',
    async ({ setting, document, put, type, code }) => {
      const { ask, create } = makeS3();
      await create('mine');
      await create('other');
      const target = `/mine?${setting}`;
      expect(await ask('PUT', target, { body: document })).toMatchObject({ status: put, body: '' });
      expect(await ask('GET', target)).toEqual({ status: 200, headers: { 'content-type': type }, body: document });
      expect(await ask('DELETE', target)).toMatchObject({ status: 204 });
      await expect(ask('GET', target)).rejects.toMatchObject({ code });
      expect(await ask('HEAD', '/mine')).toMatchObject({ status: 200 });
    },
  );

  test('given one bucket’s setting, another bucket does not have it', async () => {
    const { ask, create } = makeS3();
    await create('mine');
    await create('other');
    await ask('PUT', '/mine?cors', { body: '<CORS/>' });
    await expect(ask('GET', '/other?cors')).rejects.toMatchObject({ code: 'NoSuchCORSConfiguration' });
  });

  test('given a bucket that was deleted and made again, its settings are gone', async () => {
    const { ask, create } = makeS3();
    await create('mine');
    await ask('PUT', '/mine?cors', { body: '<CORS/>' });
    await ask('DELETE', '/mine');
    await create('mine');
    await expect(ask('GET', '/mine?cors')).rejects.toMatchObject({ code: 'NoSuchCORSConfiguration' });
  });

  test.each(['GET', 'PUT', 'DELETE'])(
    'given %s of a bucket that is not there, the code is NoSuchBucket',
    async (method) => {
      await expect(makeS3().ask(method, '/none?cors')).rejects.toMatchObject({ code: 'NoSuchBucket', status: 404 });
    },
  );
});

describe('settings that the engine does not know', () => {
  test.each(['versioning', 'encryption', 'acl', 'notification', 'metadataTable'])(
    'given ?%s, it says so, and takes it for nothing else',
    async (setting) => {
      const { ask, create } = makeS3();
      for (const method of ['PUT', 'GET', 'DELETE']) {
        const code = 'NotImplemented';
        await expect(ask(method, `/mine?${setting}`)).rejects.toMatchObject({ code, status: 501 });
      }
      expect(await create('mine')).toMatchObject({ status: 200 });
    },
  );

  test('given a lifecycle that is deleted, the bucket is still there', async () => {
    const { ask, create } = makeS3();
    await create('mine');
    await ask('DELETE', '/mine?lifecycle');
    expect(await ask('GET', '/mine?location')).toMatchObject({ status: 200 });
  });
});

describe('the operation that a request asks for', () => {
  test.each([
    { method: 'GET', target: '/', operation: 'ListAllMyBuckets' },
    { method: 'PUT', target: '/mine', operation: 'CreateBucket' },
    { method: 'GET', target: '/mine?list-type=2', operation: 'ListBucket' },
    { method: 'HEAD', target: '/mine/', operation: 'HeadBucket' },
    { method: 'DELETE', target: '/mine', operation: 'DeleteBucket' },
    { method: 'GET', target: '/mine?location', operation: 'GetBucketLocation' },
    { method: 'PUT', target: '/mine?cors', operation: 'PutBucketCors' },
    { method: 'GET', target: '/mine?tagging', operation: 'GetBucketTagging' },
    { method: 'DELETE', target: '/mine?publicAccessBlock', operation: 'DeleteBucketPublicAccessBlock' },
    { method: 'PUT', target: '/mine/a/b', operation: 'PutObject' },
    { method: 'GET', target: '/mine/a/b', operation: 'GetObject' },
    { method: 'HEAD', target: '/mine/a', operation: 'HeadObject' },
    { method: 'DELETE', target: '/mine/a', operation: 'DeleteObject' },
  ])('given $method $target, it is $operation', ({ method, target, operation }) => {
    expect(operationOf(apiRequest(method, target))).toBe(operation);
  });
});
