import { describe, expect, test } from '@jest/globals';
import { credentialScope } from '../../../../packages/local-engine/gateway/exchange.ts';
import { makeParts } from '../support/parts.ts';
import { s3WithBucket } from '../support/s3.ts';

const amazonDate = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
const SCOPE = 'local%2F20261128%2Fap-northeast-1%2Fs3%2Faws4_request';

async function presigned() {
  const parts = makeParts();
  const made = await s3WithBucket(parts);
  await made.put('a', 'hello');
  const version4 = (parameters: Readonly<Record<string, string>> = {}) =>
    new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': decodeURIComponent(SCOPE),
      'X-Amz-Date': amazonDate(parts.clock.now()),
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': 'x',
      ...parameters,
    });
  const version2 = (expires: string) =>
    new URLSearchParams({ AWSAccessKeyId: 'local', Signature: 'x', Expires: expires });
  return { ...made, version4, version2 };
}

describe('presigned URLs of version 4', () => {
  test('given one, it works until its time is over', async () => {
    const { get, version4, clock } = await presigned();
    const url = `a?${version4()}`;
    expect(await get(url)).toMatchObject({ body: 'hello' });
    clock.skip(40_000);
    expect(await get(url)).toMatchObject({ body: 'hello' });
    clock.skip(21_000);
    await expect(get(url)).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: 'Request has expired',
      details: { 'X-Amz-Expires': 60 },
    });
  });

  test('given one to put, what is over changes nothing', async () => {
    const { ask, get, version4, clock } = await presigned();
    const url = `/mine/a?${version4()}`;
    expect(await ask('PUT', url, { body: 'new' })).toMatchObject({ status: 200 });
    clock.skip(61_000);
    await expect(ask('PUT', url, { body: 'late' })).rejects.toMatchObject({ message: 'Request has expired' });
    await expect(ask('DELETE', url)).rejects.toMatchObject({ message: 'Request has expired' });
    expect(await get('a')).toMatchObject({ body: 'new' });
  });

  test('given headers in the URL, they count as headers', async () => {
    const { ask, get, version4 } = await presigned();
    await ask('PUT', `/mine/b?${version4({ 'x-amz-meta-user': 'é', 'x-amz-tagging': 'k=v' })}`, { body: 'x' });
    const { headers } = await get('b');
    expect(headers).toMatchObject({
      'x-amz-meta-user': Buffer.from('é').toString('latin1'),
      'x-amz-tagging-count': '1',
    });
    const wrong = ask('PUT', `/mine/c?${version4({ 'x-amz-checksum-crc32': 'AAAAAA==' })}`, { body: 'x' });
    await expect(wrong).rejects.toMatchObject({ code: 'BadDigest' });
  });

  test.each([
    [{ 'X-Amz-Expires': 'x' }, 'X-Amz-Expires should be a number'],
    [{ 'X-Amz-Expires': '-1' }, 'X-Amz-Expires must be non-negative'],
    [{ 'X-Amz-Expires': '604801' }, expect.stringContaining('less than a week')],
    [{ 'X-Amz-Date': 'yesterday' }, expect.stringContaining('X-Amz-Date')],
  ])('given %j, it is refused', async (parameters, message) => {
    const { get, version4 } = await presigned();
    const code = 'AuthorizationQueryParametersError';
    await expect(get(`a?${version4(parameters)}`)).rejects.toMatchObject({ code, status: 400, message });
  });

  test('given one that lacks a parameter, it is refused', async () => {
    const { get, version4 } = await presigned();
    const parameters = version4();
    parameters.delete('X-Amz-Expires');
    await expect(get(`a?${parameters}`)).rejects.toMatchObject({ code: 'AuthorizationQueryParametersError' });
  });

  test('given one that is signed by a clock up to 15 minutes ahead, it works; one of later is not valid yet', async () => {
    const { get, version4, clock } = await presigned();
    const ahead = (minutes: number) => version4({ 'X-Amz-Date': amazonDate(clock.now() + minutes * 60_000) });
    expect(await get(`a?${ahead(14)}`)).toMatchObject({ body: 'hello' });
    for (const minutes of [17, 24 * 60]) {
      await expect(get(`a?${ahead(minutes)}`)).rejects.toMatchObject({
        code: 'AccessDenied',
        message: 'Request is not valid yet',
      });
    }
  });

  test('given a week, which is the longest time, it works until then', async () => {
    const { get, version4, clock } = await presigned();
    const url = `a?${version4({ 'X-Amz-Expires': '604800' })}`;
    clock.skip(604_800_000 - 60_000);
    expect(await get(url)).toMatchObject({ body: 'hello' });
    clock.skip(61_000);
    await expect(get(url)).rejects.toMatchObject({ message: 'Request has expired' });
  });
});

describe('presigned URLs of version 2', () => {
  test('given one, it works until its time', async () => {
    const { get, version2, clock } = await presigned();
    const url = `a?${version2(String(Math.floor(clock.now() / 1000) + 60))}`;
    expect(await get(url)).toMatchObject({ body: 'hello' });
    clock.skip(40_000);
    expect(await get(url)).toMatchObject({ body: 'hello' });
    clock.skip(21_000);
    await expect(get(url)).rejects.toMatchObject({ code: 'AccessDenied', message: 'Request has expired' });
  });

  test.each(['', 'soon', '-1'])('given the time %j, it is refused', async (expires) => {
    const { get, version2 } = await presigned();
    await expect(get(`a?${version2(expires)}`)).rejects.toMatchObject({ code: 'AccessDenied', status: 403 });
  });

  test('given one that lacks a parameter, it is refused', async () => {
    const { get } = await presigned();
    await expect(get('a?AWSAccessKeyId=local&Signature=x')).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});

describe('what a signature says', () => {
  const S3 = { accessKeyId: 'local', region: 'ap-northeast-1', service: 's3' };
  test.each([
    ['', `/mine/a?X-Amz-Credential=${SCOPE}`, S3],
    ['', `/mine/a?x=1&X-Amz-Credential=${decodeURIComponent(SCOPE)}`, S3],
    ['', '/mine/a?AWSAccessKeyId=lo%2Fcal&Signature=x&Expires=1', { accessKeyId: 'lo/cal', service: 's3' }],
    ['AWS local:c2lnbmF0dXJl', '/mine/a', { accessKeyId: 'local', service: 's3' }],
    [
      'AWS4-HMAC-SHA256 Credential=local/20261128/ap-northeast-1/sqs/aws4_request, SignedHeaders=host',
      '/',
      { ...S3, service: 'sqs' },
    ],
    ['Bearer x', '/mine/a', {}],
    ['', '/mine/AWSAccessKeyId=local', {}],
    ['', '/mine/a?AWSAccessKeyId=%zz', { accessKeyId: '%zz', service: 's3' }],
  ])('given %j and %s, it is %j', (authorization, url, scope) => {
    expect(credentialScope({ headers: { authorization }, url })).toEqual(scope);
  });
});
