import { describe, expect, test } from '@jest/globals';
import { s3WithBucket } from '../support/s3.ts';
import { xmlElements } from '../support/xml.ts';

async function copying() {
  const made = await s3WithBucket();
  await made.create('other');
  await made.put('source', 'hello', { 'content-type': 'text/x', 'x-amz-meta-a': 'b', 'x-amz-tagging': 'k=v' });
  const copy = (target: string, headers: object = {}) =>
    made.ask('PUT', target, { headers: { 'x-amz-copy-source': 'mine/source', ...headers } });
  const read = async (target: string) => made.ask('GET', target, { headers: { 'x-amz-checksum-mode': 'ENABLED' } });
  return { ...made, copy, read };
}

describe('a copy', () => {
  test('given nothing else, it has all that its source has', async () => {
    const { copy, read } = await copying();
    const { body } = await copy('/other/copy');
    expect(xmlElements(body, 'ETag')).toEqual(['&quot;5d41402abc4b2a76b9719d911017c592&quot;']);
    expect(xmlElements(body, 'ChecksumCRC64NVME')).toEqual(['M3eFcAZSQlc=']);
    expect(body).not.toContain('ChecksumType');
    const [source, copied] = [await read('/mine/source'), await read('/other/copy')];
    // A copy is as old as itself.
    expect(copied).toEqual({
      ...source,
      headers: { ...source?.headers, 'last-modified': expect.stringMatching(/GMT$/) },
    });
    expect(xmlElements((await read('/other/copy?tagging')).body, 'Key')).toEqual(['k']);
  });

  test('given REPLACE, it has what the request says', async () => {
    const { copy, read } = await copying();
    await copy('/other/copy', {
      'x-amz-metadata-directive': 'REPLACE',
      'x-amz-tagging-directive': 'REPLACE',
      'content-type': 'text/y',
      'x-amz-meta-c': 'd',
      'x-amz-tagging': 'l=w',
    });
    const { headers } = await read('/other/copy');
    expect(headers).toMatchObject({ 'content-type': 'text/y', 'x-amz-meta-c': 'd' });
    expect(headers).not.toHaveProperty('x-amz-meta-a');
    expect(xmlElements((await read('/other/copy?tagging')).body, 'Key')).toEqual(['l']);
  });

  test.each([
    [{ 'x-amz-metadata-directive': 'REPLACE' }, 'k', undefined],
    [{ 'x-amz-tagging-directive': 'REPLACE' }, 'l', 'b'],
    [{}, 'k', 'b'],
  ])('given %j, it replaces that and nothing else', async (directive, tag, metadata) => {
    const { copy, read } = await copying();
    await copy('/other/copy', { 'x-amz-tagging': 'l=w', 'x-amz-meta-c': 'd', ...directive });
    expect(xmlElements((await read('/other/copy?tagging')).body, 'Key')).toEqual([tag]);
    const { headers } = await read('/other/copy');
    expect([headers['x-amz-meta-a'], headers['x-amz-meta-c']]).toEqual(
      metadata === undefined ? [undefined, 'd'] : [metadata, undefined],
    );
  });

  test('given another algorithm, the copy has its checksum', async () => {
    const { copy, read } = await copying();
    await copy('/other/copy', { 'x-amz-checksum-algorithm': 'CRC32' });
    expect((await read('/other/copy')).headers).toMatchObject({ 'x-amz-checksum-crc32': 'NhCmhg==' });
  });

  test.each(['/mine/a%20b/%EC%95%88', 'mine/a%20b/%EC%95%88', 'mine/a%20b/%EC%95%88?versionId=null'])(
    'given the source %s, it is found',
    async (source) => {
      const { put, copy, read } = await copying();
      await put('a%20b/%EC%95%88', 'found');
      await copy('/other/copy', { 'x-amz-copy-source': source });
      expect(await read('/other/copy')).toMatchObject({ body: 'found' });
    },
  );

  test('given itself, something must change', async () => {
    const { copy, read } = await copying();
    await expect(copy('/mine/source')).rejects.toMatchObject({ code: 'InvalidRequest', status: 400 });
    await copy('/mine/source', { 'x-amz-storage-class': 'STANDARD_IA' });
    const changed = await read('/mine/source');
    expect(changed).toMatchObject({
      body: 'hello',
      headers: { 'x-amz-storage-class': 'STANDARD_IA', 'x-amz-meta-a': 'b' },
    });
    await copy('/mine/source', { 'x-amz-metadata-directive': 'REPLACE' });
    expect((await read('/mine/source')).headers).not.toHaveProperty('x-amz-meta-a');
  });
});

describe('a copy that is refused', () => {
  const ETAG = '"5d41402abc4b2a76b9719d911017c592"';
  const PAST = 'Thu, 01 Jan 1970 00:00:00 GMT';

  test.each([
    [{ 'x-amz-copy-source-if-match': '"x"' }, 'PreconditionFailed', { Condition: 'x-amz-copy-source-If-Match' }],
    [
      { 'x-amz-copy-source-if-none-match': ETAG },
      'PreconditionFailed',
      { Condition: 'x-amz-copy-source-If-None-Match' },
    ],
    [
      { 'x-amz-copy-source-if-none-match': ETAG.replaceAll('"', '') },
      'PreconditionFailed',
      { Condition: 'x-amz-copy-source-If-None-Match' },
    ],
    [
      { 'x-amz-copy-source-if-unmodified-since': PAST },
      'PreconditionFailed',
      { Condition: 'x-amz-copy-source-If-Unmodified-Since' },
    ],
    [{ 'x-amz-copy-source': 'mine/none' }, 'NoSuchKey', { Key: 'none' }],
    [{ 'x-amz-copy-source': 'none/source' }, 'NoSuchBucket', { BucketName: 'none' }],
    [{ 'x-amz-copy-source': 'mine' }, 'InvalidArgument', { ArgumentName: 'x-amz-copy-source' }],
    [{ 'x-amz-copy-source': 'mine/source?versionId=x' }, 'InvalidArgument', { ArgumentName: 'versionId' }],
    [{ 'x-amz-metadata-directive': 'MOVE' }, 'InvalidArgument', { ArgumentName: 'x-amz-metadata-directive' }],
    [{ 'x-amz-tagging-directive': 'MOVE' }, 'InvalidArgument', { ArgumentName: 'x-amz-tagging-directive' }],
    [{ 'x-amz-source-expected-bucket-owner': '000000000000' }, 'AccessDenied', {}],
    [{ 'if-none-match': '*' }, 'PreconditionFailed', { Condition: 'If-None-Match' }],
  ])('given %j, the code is %s, and the target stays', async (headers, code, details) => {
    const { ask, copy, read } = await copying();
    await ask('PUT', '/other/copy', { body: 'kept' });
    await expect(copy('/other/copy', headers)).rejects.toMatchObject({ code, details });
    expect(await read('/other/copy')).toMatchObject({ body: 'kept' });
  });

  test('given a source in an archive, it must be restored first', async () => {
    const { put, copy } = await copying();
    await put('source', 'hello', { 'x-amz-storage-class': 'DEEP_ARCHIVE' });
    await expect(copy('/other/copy')).rejects.toMatchObject({
      code: 'InvalidObjectState',
      status: 403,
      details: { StorageClass: 'DEEP_ARCHIVE' },
    });
  });

  test('given a time that is still to come, it says nothing', async () => {
    const { copy } = await copying();
    const since = { 'x-amz-copy-source-if-modified-since': 'Thu, 01 Jan 2099 00:00:00 GMT' };
    expect(await copy('/other/copy', since)).toMatchObject({ status: 200 });
  });
});
