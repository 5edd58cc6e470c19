import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { s3WithBucket } from '../support/s3.ts';
import { xmlElements } from '../support/xml.ts';

const HELLO = '"5d41402abc4b2a76b9719d911017c592"';
const EMPTY = '"d41d8cd98f00b204e9800998ecf8427e"';

describe('an object', () => {
  test('given a body, it comes back with what S3 says of it', async () => {
    const { put, get, ask } = await s3WithBucket();
    const put1 = await put('a', 'hello');
    expect(put1).toEqual({
      status: 200,
      headers: {
        etag: HELLO,
        'x-amz-server-side-encryption': 'AES256',
        'x-amz-checksum-crc64nvme': 'M3eFcAZSQlc=',
        'x-amz-checksum-type': 'FULL_OBJECT',
      },
      body: '',
    });
    const headers = {
      etag: HELLO,
      'content-type': 'binary/octet-stream',
      'content-length': '5',
      'accept-ranges': 'bytes',
      'last-modified': expect.stringMatching(/GMT$/),
      'x-amz-server-side-encryption': 'AES256',
    };
    expect(await get('a')).toEqual({ status: 200, headers, body: 'hello' });
    expect(await ask('HEAD', '/mine/a')).toEqual({ status: 200, headers, body: '' });
  });

  test.each(['', 'folder/', 'a'])('given no bytes under %s…, it is an object', async (key) => {
    const { put, get } = await s3WithBucket();
    expect((await put(`${key}x/`)).headers).toMatchObject({ etag: EMPTY });
    expect(await get(`${key}x/`)).toMatchObject({ status: 200, body: '', headers: { 'content-length': '0' } });
  });

  test('given headers, the object gives them back, and no encoding that was of the request alone', async () => {
    const { put, get } = await s3WithBucket();
    const kept = {
      'content-type': 'multipart/form-data; boundary=x',
      'cache-control': 'no-cache',
      'content-disposition': 'attachment',
      'content-language': 'ko',
      expires: 'Thu, 01 Jan 2026 00:00:00 GMT',
      'x-amz-meta-a': 'b',
      'x-amz-meta-empty': '',
      'x-amz-storage-class': 'STANDARD_IA',
    };
    await put('a', 'x', { ...kept, 'content-encoding': 'gzip' });
    expect((await get('a')).headers).toMatchObject({ ...kept, 'content-encoding': 'gzip' });
  });

  test('given another put, nothing of the first is left', async () => {
    const { put, get, storage } = await s3WithBucket();
    await put('a', 'first', { 'x-amz-meta-a': 'b', 'x-amz-tagging': 'a=b' });
    await put('a', 'hello');
    const { headers, body } = await get('a');
    expect([body, headers['x-amz-meta-a'], headers['x-amz-tagging-count']]).toEqual(['hello', undefined, undefined]);
    expect(storage.db.prepare('SELECT count(*) AS chunks FROM object_chunks').get()).toEqual({ chunks: 1 });
  });

  test('given 64 MiB, it is taken whole', async () => {
    const { put, get } = await s3WithBucket();
    await put('big', Buffer.alloc(64 * 1024 * 1024, 'x'));
    expect(await get('big', { range: 'bytes=-3' })).toMatchObject({
      status: 206,
      body: 'xxx',
      headers: { 'content-range': 'bytes 67108861-67108863/67108864' },
    });
  });

  test('given that it is removed, its bytes are gone, and removing it again says nothing', async () => {
    const { put, get, ask, storage } = await s3WithBucket();
    await put('a', 'hello');
    expect(await ask('DELETE', '/mine/a')).toMatchObject({ status: 204 });
    expect(await ask('DELETE', '/mine/a')).toMatchObject({ status: 204 });
    await expect(get('a')).rejects.toMatchObject({ code: 'NoSuchKey', status: 404, details: { Key: 'a' } });
    await expect(ask('HEAD', '/mine/a')).rejects.toMatchObject({ status: 404 });
    expect(storage.db.prepare('SELECT count(*) AS chunks FROM object_chunks').get()).toEqual({ chunks: 0 });
  });

  test.each([
    'GET /none/a',
    'PUT /none/a',
    'DELETE /none/a',
    'GET /none',
    'GET /none/a?tagging',
    'POST /none/a?uploads',
  ])('given %s of a bucket that is not there, the code is NoSuchBucket', async (call) => {
    const { ask } = await s3WithBucket();
    const [method = '', target = ''] = call.split(' ');
    await expect(ask(method, target)).rejects.toMatchObject({
      code: 'NoSuchBucket',
      status: 404,
      details: { BucketName: 'none' },
    });
  });

  test.each(['GET', 'DELETE', 'HEAD'])('given %s of a version, there is the one called null alone', async (method) => {
    const { put, ask, get } = await s3WithBucket();
    await put('a', 'hello');
    const asked = ask(method, '/mine/a?versionId=HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD');
    await expect(asked).rejects.toMatchObject({ code: 'InvalidArgument', message: 'Invalid version id specified' });
    expect(await get('a?versionId=null')).toMatchObject({ body: 'hello' });
  });

  test.each([
    [{ 'x-amz-server-side-encryption': 'aws:kms' }, 'NotImplemented'],
    [{ 'x-amz-server-side-encryption-customer-key': 'x' }, 'NotImplemented'],
    [{ 'x-amz-grant-read': 'id=x' }, 'NotImplemented'],
    [{ 'x-amz-write-offset-bytes': '1' }, 'NotImplemented'],
    [{ 'x-amz-object-lock-mode': 'GOVERNANCE' }, 'InvalidRequest'],
    [{ 'x-amz-acl': 'public-read' }, 'AccessControlListNotSupported'],
    [{ 'x-amz-bypass-governance-retention': 'false' }, 'InvalidArgument'],
    [{ 'x-amz-storage-class': 'COLD' }, 'InvalidStorageClass'],
    [{ 'x-amz-meta-a': 'x'.repeat(1000), 'x-amz-meta-b': 'x'.repeat(1047) }, 'MetadataTooLarge'],
    [{ 'x-amz-tagging': 'a=b&a=c' }, 'InvalidArgument'],
  ])('given %j, it is refused as %s and nothing is kept', async (headers, code) => {
    const { put, get } = await s3WithBucket();
    await expect(put('a', 'x', headers)).rejects.toMatchObject({ code });
    await expect(get('a')).rejects.toMatchObject({ code: 'NoSuchKey' });
  });

  test('given metadata of 2 KB, names and values together, it is kept', async () => {
    const { put, get } = await s3WithBucket();
    await put('a', 'x', { 'x-amz-meta-a': 'x'.repeat(1000), 'x-amz-meta-b': 'y'.repeat(1046) });
    expect((await get('a')).headers).toMatchObject({ 'x-amz-meta-b': 'y'.repeat(1046) });
  });

  test('given a bucket that allows access control lists, it is said that they are not here', async () => {
    const { put, ask } = await s3WithBucket();
    await ask('DELETE', '/mine?ownershipControls');
    const refused = put('a', 'x', { 'x-amz-acl': 'public-read' });
    await expect(refused).rejects.toMatchObject({ code: 'NotImplemented', details: { Header: 'x-amz-acl' } });
    expect(await put('a', 'x', { 'x-amz-acl': 'private' })).toMatchObject({ status: 200 });
  });

  test('given the class of an archive, its head can be read and its bytes cannot', async () => {
    const { put, get, ask } = await s3WithBucket();
    await put('a', 'x', { 'x-amz-storage-class': 'GLACIER' });
    expect((await ask('HEAD', '/mine/a')).headers).toMatchObject({ 'x-amz-storage-class': 'GLACIER' });
    await expect(get('a')).rejects.toMatchObject({ code: 'InvalidObjectState', status: 403 });
  });
});

describe('ranges, as recorded on AWS', () => {
  test.each([
    ['bytes=0-8', 206, '012345678', 'bytes 0-8/10'],
    ['bytes=1-1', 206, '1', 'bytes 1-1/10'],
    ['bytes=1-', 206, '123456789', 'bytes 1-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=-15', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=0-100', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=1-0', 200, '0123456789', undefined],
    ['bytes=-1-', 200, '0123456789', undefined],
    ['bytes=0--1', 200, '0123456789', undefined],
    ['bytes=0-1,3-4', 200, '0123456789', undefined],
    ['0-9', 200, '0123456789', undefined],
    ['bytes=-', 200, '0123456789', undefined],
  ])('given %s, the answer is %i with %s', async (range, status, body, contentRange) => {
    const { put, get } = await s3WithBucket();
    await put('a', '0123456789');
    const answer = await get('a', { range, 'x-amz-checksum-mode': 'ENABLED' });
    expect([answer.status, answer.body, answer.headers['content-range']]).toEqual([status, body, contentRange]);
    const checksum = body.length === 10 ? expect.any(String) : undefined;
    expect(answer.headers['x-amz-checksum-crc64nvme']).toEqual(checksum);
  });

  test.each(['bytes=-0', 'bytes=100-200', 'bytes=10-'])('given %s, it cannot be satisfied', async (range) => {
    const { put, get } = await s3WithBucket();
    await put('a', '0123456789');
    await expect(get('a', { range })).rejects.toMatchObject({
      code: 'InvalidRange',
      status: 416,
      details: { RangeRequested: range, ActualObjectSize: 10 },
    });
  });
});

describe('conditions of a read', () => {
  const PAST = 'Thu, 01 Jan 1970 00:00:00 GMT';
  const FUTURE = 'Thu, 01 Jan 2099 00:00:00 GMT';

  test.each([
    [{ 'if-match': HELLO }, 200],
    [{ 'if-match': HELLO.replaceAll('"', '') }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-none-match': EMPTY }, 200],
    [{ 'if-none-match': HELLO }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-modified-since': PAST }, 200],
    [{ 'if-modified-since': FUTURE }, 200],
    [{ 'if-modified-since': 'never' }, 200],
    [{ 'if-unmodified-since': FUTURE }, 200],
    [{ 'if-match': HELLO, 'if-unmodified-since': PAST }, 200],
    [{ 'if-none-match': EMPTY, 'if-modified-since': FUTURE }, 200],
  ])('given %j, the status is %i', async (headers, status) => {
    const { put, get } = await s3WithBucket();
    await put('a', 'hello');
    expect(await get('a', headers)).toMatchObject({ status, body: status === 200 ? 'hello' : '' });
  });

  test('given the time of its last change, it is unchanged since', async () => {
    const { put, get, clock } = await s3WithBucket();
    await put('a', 'hello');
    const { headers } = await get('a');
    clock.skip(5000);
    expect(await get('a', { 'if-modified-since': headers['last-modified'] })).toMatchObject({ status: 304 });
    expect(await get('a', { 'if-unmodified-since': headers['last-modified'] })).toMatchObject({ status: 200 });
    // An ETag says more than a time.
    const other = { 'if-none-match': EMPTY, 'if-modified-since': headers['last-modified'] };
    expect(await get('a', other)).toMatchObject({ status: 200 });
  });

  test.each([
    [{ 'if-match': EMPTY }, 'If-Match'],
    [{ 'if-unmodified-since': PAST }, 'If-Unmodified-Since'],
  ])('given %j, the condition %s has failed', async (headers, Condition) => {
    const { put, get } = await s3WithBucket();
    await put('a', 'hello');
    await expect(get('a', headers)).rejects.toMatchObject({
      code: 'PreconditionFailed',
      status: 412,
      details: { Condition },
    });
  });
});

describe('conditions of a write', () => {
  test('given If-None-Match: *, only the first put is taken', async () => {
    const { put, get } = await s3WithBucket();
    expect(await put('a', 'hello', { 'if-none-match': '*' })).toMatchObject({ status: 200 });
    await expect(put('a', 'other', { 'if-none-match': '*' })).rejects.toMatchObject({
      code: 'PreconditionFailed',
      status: 412,
      details: { Condition: 'If-None-Match' },
    });
    expect(await get('a')).toMatchObject({ body: 'hello' });
  });

  test('given If-Match, only a put over that ETag is taken', async () => {
    const { put, get } = await s3WithBucket();
    await expect(put('a', 'x', { 'if-match': HELLO })).rejects.toMatchObject({ code: 'NoSuchKey', status: 404 });
    await put('a', 'hello');
    await expect(put('a', 'x', { 'if-match': EMPTY })).rejects.toMatchObject({
      code: 'PreconditionFailed',
      status: 412,
    });
    expect(await get('a')).toMatchObject({ body: 'hello' });
    expect(await put('a', 'x', { 'if-match': HELLO })).toMatchObject({ status: 200 });
  });

  test.each([
    [{ 'if-none-match': HELLO }, 'If-None-Match'],
    [{ 'if-match': '*' }, 'If-Match'],
    [{ 'if-match': HELLO, 'if-none-match': '*' }, 'If-Match,If-None-Match'],
  ])('given %j, S3 has no such condition', async (headers, Header) => {
    const { put } = await s3WithBucket();
    await put('a', 'hello');
    await expect(put('a', 'x', headers)).rejects.toMatchObject({
      code: 'NotImplemented',
      status: 501,
      details: { Header },
    });
  });

  test('given If-Match, only that object is removed', async () => {
    const { put, get, ask } = await s3WithBucket();
    await put('a', 'hello');
    const remove = (etag: string) => ask('DELETE', '/mine/a', { headers: { 'if-match': etag } });
    await expect(remove(EMPTY)).rejects.toMatchObject({ code: 'PreconditionFailed' });
    expect(await get('a')).toMatchObject({ body: 'hello' });
    expect(await remove(HELLO)).toMatchObject({ status: 204 });
  });
});

describe('overrides of an answer', () => {
  test('given response-…, the headers are those', async () => {
    const { put, get } = await s3WithBucket();
    await put('a', 'x', { 'cache-control': 'no-cache' });
    const query = new URLSearchParams({
      'response-content-type': 'text/x',
      'response-content-disposition': 'attachment; filename="é"',
      'response-cache-control': 'max-age=1',
    });
    expect((await get(`a?${query}`)).headers).toMatchObject({
      'content-type': 'text/x',
      'content-disposition': Buffer.from('attachment; filename="é"').toString('latin1'),
      'cache-control': 'max-age=1',
    });
    expect((await get('a')).headers).toMatchObject({ 'cache-control': 'no-cache' });
  });

  test('given a line break in one, it is refused', async () => {
    const { put, get } = await s3WithBucket();
    await put('a', 'x');
    await expect(get('a?response-content-type=a%0D%0Ab')).rejects.toMatchObject({
      code: 'InvalidArgument',
      status: 400,
    });
  });
});

describe('tags of an object', () => {
  const tagging = (tags: string) => `<Tagging><TagSet>${tags}</TagSet></Tagging>`;
  const tag = (key: string, value = 'v') => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`;

  test('given tags that are put, read and removed, the bytes stay as they are', async () => {
    const { put, get, ask } = await s3WithBucket();
    await put('a', 'hello', { 'content-type': 'text/plain' });
    const before = await get('a');
    expect(await ask('PUT', '/mine/a?tagging', { body: tagging(tag('k') + tag('l', '')) })).toMatchObject({
      status: 200,
    });
    expect(xmlElements((await get('a?tagging')).body, 'Key')).toEqual(['k', 'l']);
    expect(await get('a')).toMatchObject({ body: 'hello', headers: { ...before.headers, 'x-amz-tagging-count': '2' } });
    expect(await ask('DELETE', '/mine/a?tagging')).toMatchObject({ status: 204 });
    expect(xmlElements((await get('a?tagging')).body, 'TagSet')).toEqual(['']);
    expect(await get('a')).toEqual(before);
  });

  test('given x-amz-tagging, a key may stand alone', async () => {
    const { put, get } = await s3WithBucket();
    await put('a', 'x', { 'x-amz-tagging': 'tag1=tag1&tag2=a%20b&tag' });
    const { body } = await get('a?tagging');
    expect([xmlElements(body, 'Key'), xmlElements(body, 'Value')]).toEqual([
      ['tag1', 'tag2', 'tag'],
      ['tag1', 'a b', ''],
    ]);
  });

  test.each([
    ['GET', 'mine/none'],
    ['PUT', 'none'],
    ['DELETE', 'none'],
  ])('given %s of an object that is not there, the key is %s', async (method, Key) => {
    const { ask } = await s3WithBucket();
    const asked = ask(method, '/mine/none?tagging', { body: tagging(tag('k')) });
    await expect(asked).rejects.toMatchObject({ code: 'NoSuchKey', status: 404, details: { Key } });
  });

  test.each([
    [tag('Key1') + tag('Key1'), 'InvalidTag', 'Cannot provide multiple Tags with the same key'],
    [tag('Key1,Key2'), 'InvalidTag', 'The TagKey you have provided is invalid'],
    [tag(''), 'InvalidTag', 'The TagKey you have provided is invalid'],
    [tag('k'.repeat(129)), 'InvalidTag', 'The TagKey you have provided is invalid'],
    [tag('k', 'a,b'), 'InvalidTag', 'The TagValue you have provided is invalid'],
    [tag('k', 'v'.repeat(257)), 'InvalidTag', 'The TagValue you have provided is invalid'],
    [tag('aws:x'), 'InvalidTag', 'Your TagKey cannot be prefixed with aws:'],
    [
      Array.from({ length: 11 }, (_, index) => tag(`k${index}`)).join(''),
      'BadRequest',
      'Object tags cannot be greater than 10',
    ],
    ['<Tag><Key>k</Key></Tag>', 'MalformedXML', expect.any(String)],
  ])('given %s, it is refused as %s', async (tags, code, message) => {
    const { put, ask, get } = await s3WithBucket();
    await put('a', 'hello');
    await expect(ask('PUT', '/mine/a?tagging', { body: tagging(tags) })).rejects.toMatchObject({ code, message });
    expect(xmlElements((await get('a?tagging')).body, 'TagSet')).toEqual(['']);
  });
});

describe('several objects that are removed at once', () => {
  const remove = (objects: string, more = '') => `<Delete>${more}${objects}</Delete>`;
  const object = (key: string, more = '') => `<Object><Key>${key}</Key>${more}</Object>`;
  const sent = (body: string) => ({
    body,
    headers: { 'content-md5': createHash('md5').update(body).digest('base64') },
  });

  test('given objects that are there, that are not, and a version, each has its own answer', async () => {
    const { put, ask } = await s3WithBucket();
    for (const key of ['a', 'b', 'c']) await put(key, 'hello');
    const body = remove(
      object('a') + object('none') + object('b', '<VersionId>x</VersionId>') + object('c', `<ETag>${EMPTY}</ETag>`),
    );
    const answer = (await ask('POST', '/mine?delete', sent(body))).body;
    expect(xmlElements(answer, 'Deleted')).toEqual(['<Key>a</Key>', '<Key>none</Key>']);
    expect(xmlElements(answer, 'Code')).toEqual(['NoSuchVersion', 'PreconditionFailed']);
    expect(xmlElements((await ask('GET', '/mine')).body, 'Key')).toEqual(['b', 'c']);
  });

  test('given Quiet, the answer has errors only', async () => {
    const { put, ask } = await s3WithBucket();
    await put('a', 'x');
    const body = remove(object('a'), '<Quiet>true</Quiet>');
    expect(xmlElements((await ask('POST', '/mine?delete', sent(body))).body, 'DeleteResult')).toEqual(['']);
  });

  test.each([
    ['', 'MalformedXML'],
    [remove(''), 'MalformedXML'],
    [remove(object('')), 'MalformedXML'],
    [remove(object('a').repeat(1001)), 'MalformedXML'],
    [remove(`${object('a')}<Object/>`), 'MalformedXML'],
    [remove(object('a', '<Size>1</Size>')), 'NotImplemented'],
  ])('given %s, nothing is removed', async (body, code) => {
    const { put, get, ask } = await s3WithBucket();
    await put('a', 'kept');
    await expect(ask('POST', '/mine?delete', sent(body))).rejects.toMatchObject({ code });
    expect(await get('a')).toMatchObject({ body: 'kept' });
  });
});

test('given several objects and nothing that vouches for the request, none is removed', async () => {
  const { put, get, ask } = await s3WithBucket();
  await put('a', 'kept');
  const body = '<Delete><Object><Key>a</Key></Object></Delete>';
  await expect(ask('POST', '/mine?delete', { body })).rejects.toMatchObject({
    code: 'InvalidRequest',
    message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
  });
  expect(await get('a')).toMatchObject({ body: 'kept' });
  const headers = { 'x-amz-checksum-sha1': createHash('sha1').update(body).digest('base64') };
  expect(await ask('POST', '/mine?delete', { body, headers })).toMatchObject({ status: 200 });
});

describe('attributes of an object', () => {
  test('given attributes, those come back', async () => {
    const { put, get } = await s3WithBucket();
    await put('a', 'hello');
    const wanted = { 'x-amz-object-attributes': 'ETag,Checksum,StorageClass,ObjectSize,ObjectParts' };
    const { body } = await get('a?attributes', wanted);
    expect(xmlElements(body, 'ETag')).toEqual([HELLO.replaceAll('"', '')]);
    expect(xmlElements(body, 'ChecksumCRC64NVME')).toEqual(['M3eFcAZSQlc=']);
    expect([xmlElements(body, 'ObjectSize'), xmlElements(body, 'StorageClass')]).toEqual([['5'], ['STANDARD']]);
    expect(body).not.toContain('ObjectParts');
  });

  test.each([
    [{}, 'InvalidRequest'],
    [{ 'x-amz-object-attributes': 'Size' }, 'InvalidArgument'],
  ])('given %j, it is refused', async (headers, code) => {
    const { put, get } = await s3WithBucket();
    await put('a', 'hello');
    await expect(get('a?attributes', headers)).rejects.toMatchObject({ code });
  });
});
