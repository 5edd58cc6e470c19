import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import { s3Error } from '../../../../packages/local-engine/s3/errors.ts';
import { makeS3 } from '../support/s3.ts';
import { xmlElements } from '../support/xml.ts';

const regional = (region: string) => ({
  name: `mine-111122223333-${region}-an`,
  region,
  namespace: 'account-regional',
});
const global = (region: string) => ({ name: 'mine', region, namespace: 'global' });

describe('a new bucket', () => {
  test.each([
    { ...global('ap-northeast-1'), location: 'http://mine.s3.amazonaws.com/' },
    { ...global('us-east-1'), location: '/mine' },
    { ...regional('ap-northeast-1'), location: '/mine-111122223333-ap-northeast-1-an' },
    { ...regional('us-east-1'), location: '/mine-111122223333-us-east-1-an' },
  ])('given a $namespace name in $region, it is made at $location', async ({ name, location, ...where }) => {
    const { ask, create } = makeS3();
    expect(await create(name, where)).toMatchObject({ status: 200, headers: { location }, body: '' });
    expect(xmlElements((await ask('GET', '/')).body, 'Name')).toEqual([name]);
    const constraint = where.region === 'us-east-1' ? '' : where.region;
    expect(xmlElements((await ask('GET', `/${name}?location`)).body, 'LocationConstraint')).toEqual([constraint]);
  });

  test('given no body at all in us-east-1, it is made', async () => {
    const { ask } = makeS3();
    expect(await ask('PUT', '/mine', { region: 'us-east-1' })).toMatchObject({ status: 200 });
  });

  test('given the path with a slash at its end, it is the same bucket', async () => {
    const { ask } = makeS3();
    expect(await ask('PUT', '/mine/', { region: 'us-east-1' })).toMatchObject({ headers: { location: '/mine' } });
    expect(await ask('HEAD', '/mine')).toMatchObject({ status: 200 });
  });

  test('given a dot beside a dash, which S3 allows, it is made', async () => {
    const { create } = makeS3();
    expect(await create('siua.-20240430062715')).toMatchObject({ status: 200 });
  });
});

describe('a bucket that is there already', () => {
  test.each([global('ap-northeast-1'), regional('ap-northeast-1'), regional('us-east-1')])(
    'given $name in $region, the answer is that you own it',
    async ({ name, ...where }) => {
      const { create } = makeS3();
      await create(name, where);
      await expect(create(name, where)).rejects.toMatchObject({
        code: 'BucketAlreadyOwnedByYou',
        status: 409,
        details: { BucketName: name },
      });
    },
  );

  test('given a global name in us-east-1, the answer is 200, and its objects are still there', async () => {
    const { ask, create } = makeS3();
    const where = { region: 'us-east-1' };
    await create('mine', where);
    await ask('PUT', '/mine/key', { body: 'kept' });
    expect(await create('mine', where)).toMatchObject({ status: 200, headers: { location: '/mine' } });
    expect(await ask('GET', '/mine/key')).toMatchObject({ status: 200, body: 'kept' });
  });

  test('given that it was deleted, it can be made again', async () => {
    const { ask, create } = makeS3();
    await create('mine');
    expect(await ask('DELETE', '/mine')).toMatchObject({ status: 204 });
    await expect(ask('GET', '/mine?location')).rejects.toMatchObject({ code: 'NoSuchBucket', status: 404 });
    expect(await create('mine')).toMatchObject({ status: 200 });
  });

  test('given that it still holds an object, it cannot be deleted, and stays', async () => {
    const { ask, create } = makeS3();
    await create('mine');
    await ask('PUT', '/mine/key', { body: 'kept' });
    await expect(ask('DELETE', '/mine')).rejects.toMatchObject({ code: 'BucketNotEmpty', status: 409 });
    expect(await ask('GET', '/mine/key')).toMatchObject({ status: 200, body: 'kept' });
    await expect(create('mine')).rejects.toMatchObject({ code: 'BucketAlreadyOwnedByYou' });
  });
});

describe('what is refused', () => {
  const located = (constraint: string) =>
    `<CreateBucketConfiguration><LocationConstraint>${constraint}</LocationConstraint></CreateBucketConfiguration>`;

  test.each([
    {
      given: 'another region’s constraint',
      region: 'eu-west-1',
      body: located('eu-west-2'),
      code: 'IllegalLocationConstraint',
    },
    { given: 'no constraint outside us-east-1', region: 'eu-west-1', body: '', code: 'IllegalLocationConstraint' },
    {
      given: 'us-east-1 as a constraint',
      region: 'us-east-1',
      body: located('us-east-1'),
      code: 'InvalidLocationConstraint',
    },
    {
      given: 'a Region that is not',
      region: 'us-east-1',
      body: located('nowhere-1'),
      code: 'InvalidLocationConstraint',
    },
    { given: 'no location in the element', region: 'us-east-1', body: located(''), code: 'InvalidLocationConstraint' },
    { given: 'no XML', region: 'us-east-1', body: '<CreateBucket', code: 'MalformedXML' },
    { given: 'another document', region: 'us-east-1', body: '<Other/>', code: 'MalformedXML' },
    {
      given: 'what directory buckets have',
      region: 'us-east-1',
      body: '<CreateBucketConfiguration><Location/></CreateBucketConfiguration>',
      code: 'MalformedXML',
    },
  ])('given $given, the code begins with $code', async ({ region, body, code }) => {
    const { ask } = makeS3();
    await expect(ask('PUT', '/mine', { region, body })).rejects.toMatchObject({
      code: expect.stringMatching(`^${code}`),
      status: 400,
    });
    expect(xmlElements((await ask('GET', '/')).body, 'Name')).toEqual([]);
  });

  test('given EU, it stands for eu-west-1, and stays as it is', async () => {
    const { ask } = makeS3();
    expect(await ask('PUT', '/mine', { region: 'eu-west-1', body: located('EU') })).toMatchObject({ status: 200 });
    expect(xmlElements((await ask('GET', '/mine?location')).body, 'LocationConstraint')).toEqual(['EU']);
    expect(await ask('HEAD', '/mine')).toMatchObject({ headers: { 'x-amz-bucket-region': 'eu-west-1' } });
  });

  const tagged = (...keys: readonly string[]) =>
    `<Tags>${keys.map((key) => `<Tag><Key>${key}</Key><Value>v</Value></Tag>`).join('')}</Tags>`;
  test.each([
    [tagged('a', 'a'), 'InvalidTag'],
    [tagged('aws:a'), 'InvalidTag'],
    [tagged('a,b'), 'InvalidTag'],
    ['<Tags><Tag><Key>a</Key></Tag></Tags>', 'MalformedXML'],
    [tagged(...Array.from({ length: 51 }, (_, index) => `k${index}`)), 'BadRequest'],
  ])('given the tags %s, no bucket is made', async (tags, code) => {
    const { ask, create } = makeS3();
    await expect(create('mine', { tags })).rejects.toMatchObject({ code, status: 400 });
    expect(xmlElements((await ask('GET', '/')).body, 'Name')).toEqual([]);
  });

  test.each([
    [{ 'x-amz-bucket-object-lock-enabled': 'true' }, 'NotImplemented'],
    [{ 'x-amz-acl': 'public-read' }, 'NotImplemented'],
    [{ 'x-amz-grant-read': 'id=x' }, 'NotImplemented'],
    [{ 'x-amz-object-ownership': 'RandomValue' }, 'InvalidArgument'],
    [{ 'x-amz-object-ownership': '' }, 'InvalidArgument'],
    [{ 'x-amz-bucket-namespace': 'mine' }, 'InvalidArgument'],
  ])('given %j, no bucket is made', async (headers, code) => {
    const { ask } = makeS3();
    await expect(ask('PUT', '/mine', { region: 'us-east-1', headers })).rejects.toMatchObject({ code });
    expect(xmlElements((await ask('GET', '/')).body, 'Name')).toEqual([]);
  });

  test('given an ownership, the bucket has it', async () => {
    const { ask } = makeS3();
    const headers = { 'x-amz-object-ownership': 'BucketOwnerPreferred' };
    await ask('PUT', '/mine', { region: 'us-east-1', headers });
    const { body } = await ask('GET', '/mine?ownershipControls');
    expect(xmlElements(body, 'ObjectOwnership')).toEqual(['BucketOwnerPreferred']);
  });

  test.each([
    { given: 'an illegal name', name: 'No_Bucket', namespace: 'global', code: 'InvalidBucketName' },
    {
      given: 'a regional name without its header',
      ...regional('ap-northeast-1'),
      namespace: 'global',
      code: 'MissingNamespaceHeader',
    },
    { given: 'a global name with the header', name: 'mine', namespace: 'account-regional', code: 'InvalidBucketName' },
  ])('given $given, the code is $code', async ({ name, namespace, code }) => {
    await expect(makeS3().create(name, { namespace })).rejects.toMatchObject({ code, status: 400 });
  });

  test('given an error, its document names code, message, details and request', () => {
    const error = new AwsError('BucketAlreadyOwnedByYou', 'Yours & <mine>', 409, { BucketName: 'mine' });
    const { status, headers, body } = s3Error(error, 'request-1');
    expect(status).toBe(409);
    expect(xmlElements(String(body), 'Error')).toEqual([
      '<Code>BucketAlreadyOwnedByYou</Code><Message>Yours &amp; &lt;mine&gt;</Message><BucketName>mine</BucketName>' +
        '<RequestId>request-1</RequestId>' +
        `<HostId>${headers['x-amz-id-2']}</HostId>`,
    ]);
  });
});
