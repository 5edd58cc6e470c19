import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { checksumOf } from '../../../../packages/local-engine/s3/checksums.ts';
import { s3WithBucket } from '../support/s3.ts';
import { xmlElements } from '../support/xml.ts';

const MIB = 1024 * 1024;
const md5 = (bytes: string | Uint8Array) => createHash('md5').update(bytes).digest();

async function uploading(headers: object = {}) {
  const made = await s3WithBucket();
  const begin = async (key = 'up') =>
    xmlElements((await made.ask('POST', `/mine/${key}?uploads`, { headers })).body, 'UploadId')[0] ?? '';
  const id = await begin();
  const part = (number: number | string, body: string | Uint8Array, more: object = {}) =>
    made.ask('PUT', `/mine/up?partNumber=${number}&uploadId=${id}`, { body, headers: more });
  const complete = (parts: readonly (readonly [number: number, etag: string, more?: string])[], more: object = {}) => {
    const listed = parts.map(
      ([number, etag, checksum = '']) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag>${checksum}</Part>`,
    );
    const body = `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`;
    return made.ask('POST', `/mine/up?uploadId=${id}`, { body, headers: more });
  };
  const etagOf = (body: string | Uint8Array) => `"${md5(body).toString('hex')}"`;
  return { ...made, id, begin, part, complete, etagOf };
}

describe('a multipart upload', () => {
  test('given parts, the object is all of them in the order of their numbers', async () => {
    const { part, complete, get, etagOf, storage } = await uploading({ 'content-type': 'text/x', 'x-amz-meta-a': 'b' });
    const first = Buffer.alloc(5 * MIB, 'a');
    await part(2, 'last');
    expect((await part(1, first)).headers).toMatchObject({ etag: etagOf(first) });
    const { body } = await complete([
      [1, etagOf(first)],
      [2, etagOf('last')],
    ]);
    const etag = `"${md5(Buffer.concat([md5(first), md5('last')])).toString('hex')}-2"`;
    expect(xmlElements(body, 'ETag')).toEqual([etag.replaceAll('"', '&quot;')]);
    const whole = checksumOf('CRC64NVME', [first, Buffer.from('last')]);
    expect(xmlElements(body, 'ChecksumCRC64NVME')).toEqual([whole]);
    const tail = await get('up', { range: 'bytes=-6' });
    expect(tail).toMatchObject({ body: 'aalast', headers: { etag, 'content-type': 'text/x', 'x-amz-meta-a': 'b' } });
    expect(await get('up?partNumber=2')).toMatchObject({
      status: 206,
      body: 'last',
      headers: { 'x-amz-mp-parts-count': '2', 'content-range': `bytes ${5 * MIB}-${5 * MIB + 3}/${5 * MIB + 4}` },
    });
    await expect(get('up?partNumber=3')).rejects.toMatchObject({ code: 'InvalidPartNumber', status: 416 });
    const left = 'SELECT (SELECT count(*) FROM uploads) + (SELECT count(*) FROM upload_parts) AS rows';
    expect(storage.db.prepare(left).get()).toEqual({ rows: 0 });
  });

  test('given that a part comes again, the later one counts; one that is not named is gone with the upload', async () => {
    const { part, complete, get, etagOf, storage } = await uploading();
    await part(1, 'first');
    await part(1, 'again');
    await part(7, 'not named');
    await complete([[1, etagOf('again')]]);
    expect(await get('up')).toMatchObject({ body: 'again' });
    expect(storage.db.prepare('SELECT count(*) AS chunks FROM object_chunks').get()).toEqual({ chunks: 1 });
  });

  test('given an empty part, the object is empty', async () => {
    const { part, complete, get, etagOf } = await uploading();
    await part(1, '');
    await complete([[1, etagOf('')]]);
    expect(await get('up')).toMatchObject({ status: 200, body: '' });
  });

  test('given that it is aborted, nothing is left of it', async () => {
    const { part, ask, get, id, storage } = await uploading();
    await part(1, 'x');
    expect(await ask('DELETE', `/mine/up?uploadId=${id}`)).toMatchObject({ status: 204 });
    await expect(part(1, 'x')).rejects.toMatchObject({ code: 'NoSuchUpload', status: 404, details: { UploadId: id } });
    await expect(get('up')).rejects.toMatchObject({ code: 'NoSuchKey' });
    expect(storage.db.prepare('SELECT count(*) AS chunks FROM object_chunks').get()).toEqual({ chunks: 0 });
  });

  test('given another key, the upload is not there', async () => {
    const { ask, id } = await uploading();
    await expect(ask('GET', `/mine/other?uploadId=${id}`)).rejects.toMatchObject({ code: 'NoSuchUpload' });
  });

  test('given a bucket that is removed, its uploads go with it', async () => {
    const { ask, create, id, storage } = await uploading();
    expect(await ask('DELETE', '/mine')).toMatchObject({ status: 204 });
    await create('mine');
    await expect(ask('GET', `/mine/up?uploadId=${id}`)).rejects.toMatchObject({ code: 'NoSuchUpload' });
    expect(storage.db.prepare('SELECT count(*) AS uploads FROM uploads').get()).toEqual({ uploads: 0 });
  });

  test.each([0, 10_001, 'x', ''])('given the part number %s, it is refused', async (number) => {
    const { part } = await uploading();
    await expect(part(number, 'x')).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: 'Part number must be an integer between 1 and 10000, inclusive',
    });
  });
});

describe('a completion that is refused', () => {
  test.each([
    ['no parts', [], 'MalformedXML'],
    ['a part that was not uploaded', [[1, 'SMALL'] as const, [9, 'SMALL'] as const], 'InvalidPart'],
    ['another ETag', [[1, '"x"'] as const], 'InvalidPart'],
    ['another order', [[2, 'SMALL'] as const, [1, 'SMALL'] as const], 'InvalidPartOrder'],
    ['a part twice', [[1, 'SMALL'] as const, [1, 'SMALL'] as const], 'InvalidPartOrder'],
    ['a small part that is not the last', [[1, 'SMALL'] as const, [2, 'SMALL'] as const], 'EntityTooSmall'],
  ])('given %s, the upload stays', async (_what, parts, code) => {
    const { part, complete, get, etagOf } = await uploading();
    await part(1, 'small');
    await part(2, 'small');
    const named = parts.map(([number, etag]) => [number, etag.replace('SMALL', etagOf('small'))] as const);
    await expect(complete(named)).rejects.toMatchObject({ code, status: 400 });
    await expect(get('up')).rejects.toMatchObject({ code: 'NoSuchKey' });
    expect(await complete([[1, etagOf('small')]])).toMatchObject({ status: 200 });
    expect(await get('up')).toMatchObject({ body: 'small' });
  });

  test.each([
    [{ 'x-amz-mp-object-size': '6' }, 'InvalidRequest'],
    [{ 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' }, 'BadDigest'],
    [{ 'x-amz-checksum-crc32': 'AAAAAA==' }, 'BadDigest'],
    [{ 'x-amz-checksum-type': 'COMPOSITE' }, 'InvalidRequest'],
  ])('given %j, it is %s', async (headers, code) => {
    const { part, complete, etagOf } = await uploading();
    await part(1, 'hello');
    await expect(complete([[1, etagOf('hello')]], headers)).rejects.toMatchObject({ code });
  });
});

test('given a part before the last that is one byte too small, it is refused, and one of 5 MiB is taken', async () => {
  const { part, complete, get, etagOf } = await uploading();
  const small = Buffer.alloc(5 * MIB - 1);
  const enough = Buffer.alloc(5 * MIB);
  for (const [number, body] of [small, enough, 'last'].entries()) await part(number + 1, body);
  const last = [3, etagOf('last')] as const;
  await expect(complete([[1, etagOf(small)], [2, etagOf(enough)], last])).rejects.toMatchObject({
    code: 'EntityTooSmall',
    details: { PartNumber: 1, ProposedSize: 5 * MIB - 1, MinSizeAllowed: 5 * MIB },
  });
  expect(await complete([[2, etagOf(enough)], last])).toMatchObject({ status: 200 });
  expect((await get('up')).headers).toMatchObject({ 'content-length': String(5 * MIB + 4) });
});

describe('conditions of a completion, as recorded on AWS', () => {
  const parts = async () => {
    const made = await uploading();
    await made.part(1, 'hello');
    const complete = (headers: object) => made.complete([[1, made.etagOf('hello')]], headers);
    return { ...made, complete };
  };

  test('given If-None-Match and an object that is there, the condition has failed', async () => {
    const { put, complete } = await parts();
    await put('up', 'x');
    await expect(complete({ 'if-none-match': '*' })).rejects.toMatchObject({ code: 'PreconditionFailed', status: 412 });
  });

  test('given If-None-Match and an object that came and went, there is a conflict', async () => {
    const { put, ask, complete } = await parts();
    await put('up', 'x');
    await ask('DELETE', '/mine/up');
    await expect(complete({ 'if-none-match': '*' })).rejects.toMatchObject({
      code: 'ConditionalRequestConflict',
      status: 409,
      details: { Condition: 'If-None-Match', Key: 'up' },
    });
    expect(await complete({})).toMatchObject({ status: 200 });
  });

  test('given If-None-Match and an object that was there before and went, there is a conflict', async () => {
    const { put, ask, begin, etagOf } = await uploading();
    await put('there', 'x');
    const id = await begin('there');
    await ask('PUT', `/mine/there?partNumber=1&uploadId=${id}`, { body: 'hello' });
    await ask('DELETE', '/mine/there');
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etagOf('hello')}</ETag></Part></CompleteMultipartUpload>`;
    const completing = ask('POST', `/mine/there?uploadId=${id}`, { body, headers: { 'if-none-match': '*' } });
    await expect(completing).rejects.toMatchObject({ code: 'ConditionalRequestConflict', status: 409 });
  });

  test('given If-Match and an object that was put meanwhile, there is a conflict', async () => {
    const { put, complete, etagOf } = await parts();
    await expect(complete({ 'if-match': etagOf('x') })).rejects.toMatchObject({ code: 'NoSuchKey', status: 404 });
    await put('up', 'x');
    await expect(complete({ 'if-match': '"y"' })).rejects.toMatchObject({ code: 'PreconditionFailed' });
    await expect(complete({ 'if-match': etagOf('x') })).rejects.toMatchObject({ code: 'ConditionalRequestConflict' });
  });
});

describe('checksums of uploads', () => {
  test('given SHA256, the whole has the checksum of the parts’ checksums, and each part must be named with its own', async () => {
    const { part, complete, get, etagOf } = await uploading({ 'x-amz-checksum-algorithm': 'SHA256' });
    const ofPart = checksumOf('SHA256', [Buffer.from('hello')]);
    expect((await part(1, 'hello')).headers).toMatchObject({ 'x-amz-checksum-sha256': ofPart });
    await expect(complete([[1, etagOf('hello')]])).rejects.toMatchObject({ code: 'InvalidRequest' });
    const wrong = checksumOf('SHA256', []);
    const named = (value: string) => complete([[1, etagOf('hello'), `<ChecksumSHA256>${value}</ChecksumSHA256>`]]);
    await expect(named(wrong)).rejects.toMatchObject({ code: 'InvalidPart' });
    await named(ofPart);
    const whole = `${checksumOf('SHA256', [Buffer.from(ofPart, 'base64')])}-1`;
    expect((await get('up', { 'x-amz-checksum-mode': 'ENABLED' })).headers).toMatchObject({
      'x-amz-checksum-sha256': whole,
      'x-amz-checksum-type': 'COMPOSITE',
    });
    expect((await get('up?partNumber=1', { 'x-amz-checksum-mode': 'ENABLED' })).headers).toMatchObject({
      'x-amz-checksum-sha256': ofPart,
    });
    const attributes = await get('up?attributes', { 'x-amz-object-attributes': 'ObjectParts,Checksum' });
    expect(xmlElements(attributes.body, 'ChecksumSHA256')).toEqual([whole, ofPart]);
  });

  test('given CRC32 of the whole, it is that of the bytes', async () => {
    const headers = { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' };
    const { part, complete, etagOf } = await uploading(headers);
    await part(1, 'hello');
    const { body } = await complete([[1, etagOf('hello')]], { 'x-amz-checksum-crc32': 'NhCmhg==' });
    expect(xmlElements(body, 'ChecksumCRC32')).toEqual(['NhCmhg==']);
  });

  test('given a part with another algorithm, it is refused', async () => {
    const { part } = await uploading({ 'x-amz-checksum-algorithm': 'SHA1' });
    await expect(part(1, 'hello', { 'x-amz-checksum-crc32': 'NhCmhg==' })).rejects.toMatchObject({
      message: 'Checksum Type mismatch occurred, expected checksum Type: sha1, actual checksum Type: crc32',
    });
  });

  test.each([
    { 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-type': 'FULL_OBJECT' },
    { 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-type': 'COMPOSITE' },
    { 'x-amz-checksum-type': 'FULL_OBJECT' },
    { 'x-amz-checksum-algorithm': 'CRC16' },
  ])('given %j, no upload begins', async (headers) => {
    await expect(uploading(headers)).rejects.toMatchObject({ code: 'InvalidRequest', status: 400 });
  });
});

describe('lists of uploads and parts', () => {
  test('given parts, pages lead through them', async () => {
    const { part, ask, id } = await uploading();
    for (const number of [3, 1, 2]) await part(number, 'x'.repeat(number));
    const list = async (query: string) => (await ask('GET', `/mine/up?uploadId=${id}${query}`)).body;
    const first = await list('&max-parts=2');
    expect([xmlElements(first, 'PartNumber'), xmlElements(first, 'IsTruncated')]).toEqual([['1', '2'], ['true']]);
    const next = xmlElements(first, 'NextPartNumberMarker')[0];
    const second = await list(`&part-number-marker=${next}`);
    expect([xmlElements(second, 'PartNumber'), xmlElements(second, 'Size')]).toEqual([['3'], ['3']]);
  });

  test('given uploads, pages lead through each once, and prefixes group them', async () => {
    const { begin, get } = await uploading();
    const [a1, a2] = [await begin('a'), await begin('a')];
    await begin('dir/b');
    await begin('dir/c');
    const page = async (query: string) => {
      const { body } = await get(`?uploads&${query}`);
      const next = [xmlElements(body, 'NextKeyMarker')[0] ?? '', xmlElements(body, 'NextUploadIdMarker')[0] ?? ''];
      return {
        keys: xmlElements(body, 'Key'),
        ids: xmlElements(body, 'UploadId'),
        prefixes: xmlElements(body, 'CommonPrefixes'),
        next,
      };
    };
    expect((await page('')).keys).toEqual(['a', 'a', 'dir/b', 'dir/c', 'up']);
    const first = await page('max-uploads=1');
    const second = await page(`max-uploads=1&key-marker=${first.next[0]}&upload-id-marker=${first.next[1]}`);
    expect(new Set([...first.ids, ...second.ids])).toEqual(new Set([a1, a2]));
    const grouped = await page('delimiter=/&key-marker=a');
    expect([grouped.keys, grouped.prefixes]).toEqual([['up'], ['<Prefix>dir/</Prefix>']]);
    expect((await page('prefix=dir/')).keys).toEqual(['dir/b', 'dir/c']);
  });

  test('given that keys are encoded, they are so wherever they stand', async () => {
    const { begin, get } = await uploading();
    for (const key of ['%C3%A9%201/x', '%C3%A9%202', '%C3%A9%203']) await begin(key);
    const asked = { prefix: 'é ', delimiter: '/', 'key-marker': 'é 0', 'max-uploads': '3', 'encoding-type': 'url' };
    const { body } = await get(`?uploads&${new URLSearchParams(asked)}`);
    const said = ['KeyMarker', 'NextKeyMarker', 'Key', 'Prefix'].map((name) => xmlElements(body, name));
    expect(said).toEqual([['%C3%A9+0'], ['%C3%A9+3'], ['%C3%A9+2', '%C3%A9+3'], ['%C3%A9+', '%C3%A9+1/']]);
    expect(body).not.toContain('é');
  });

  test('the next markers are those of the last upload, on the last page too, and empty for a page without one', async () => {
    const { get, id, begin } = await uploading();
    await begin('dir/b');
    const markers = async (query: string) => {
      const { body } = await get(`?uploads&${query}`);
      return ['NextKeyMarker', 'NextUploadIdMarker', 'UploadIdMarker'].map((name) => xmlElements(body, name)[0]);
    };
    expect(await markers('')).toEqual(['up', id, '']);
    expect(await markers('upload-id-marker=alone')).toEqual(['up', id, '']);
    expect(await markers('key-marker=up')).toEqual(['', '', '']);
    expect(await markers('delimiter=/&max-uploads=1')).toEqual(['', '', '']);
  });

  test("given the marker of another key's upload, it is refused", async () => {
    const { get, id } = await uploading();
    await expect(get(`?uploads&key-marker=a&upload-id-marker=${id}`)).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: 'Invalid uploadId marker',
      details: { ArgumentName: 'upload-id-marker', ArgumentValue: id },
    });
  });

  test('a list of uploads has the algorithm and the prefix, if they were requested', async () => {
    const { get, ask } = await uploading();
    expect((await get('?uploads')).body).not.toMatch(/Checksum|<Prefix/);
    await ask('POST', '/mine/b?uploads', { headers: { 'x-amz-checksum-algorithm': 'SHA1' } });
    const { body } = await get('?uploads&prefix=b');
    const said = ['ChecksumAlgorithm', 'ChecksumType', 'Prefix'].map((name) => xmlElements(body, name));
    expect(said).toEqual([['SHA1'], ['COMPOSITE'], ['b']]);
  });
});

describe('a part that is copied', () => {
  test.each([
    [{}, 'hello'],
    [{ 'x-amz-copy-source-range': 'bytes=1-3' }, 'ell'],
    [{ 'x-amz-copy-source-range': 'bytes=0-4' }, 'hello'],
  ])('given %j, it is that of the source', async (headers, expected) => {
    const { put, part, complete, get, etagOf } = await uploading();
    await put('source', 'hello');
    const { body } = await part(1, '', { 'x-amz-copy-source': '/mine/source', ...headers });
    expect(xmlElements(body, 'ETag')).toEqual([etagOf(expected).replaceAll('"', '&quot;')]);
    await complete([[1, etagOf(expected)]]);
    expect(await get('up')).toMatchObject({ body: expected });
  });

  test.each([
    ['bytes=1-5', 'InvalidArgument', 'Range specified is not valid for source object of size: 5'],
    ['bytes=1-9', 'InvalidArgument', 'Range specified is not valid for source object of size: 5'],
    ['bytes=5-9', 'InvalidRequest', 'The specified copy range is invalid for the source object size'],
    ['bytes=3-1', 'InvalidArgument', expect.stringContaining('of the form bytes=first-last')],
    ['bytes=1-', 'InvalidArgument', expect.stringContaining('of the form bytes=first-last')],
    ['1-2', 'InvalidArgument', expect.stringContaining('of the form bytes=first-last')],
  ])('given the range %s, it is refused', async (range, code, message) => {
    const { put, part } = await uploading();
    await put('source', 'hello');
    const copied = part(1, '', { 'x-amz-copy-source': '/mine/source', 'x-amz-copy-source-range': range });
    await expect(copied).rejects.toMatchObject({ code, message });
  });
});
