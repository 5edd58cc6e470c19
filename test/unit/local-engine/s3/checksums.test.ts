import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ALGORITHMS, checksumOf, headerOf } from '../../../../packages/local-engine/s3/checksums.ts';
import { decodeChunks } from '../../../../packages/local-engine/s3/payload.ts';
import { s3WithBucket } from '../support/s3.ts';

describe('checksums', () => {
  // Source: the check values of the CRC catalogue for "123456789"; the others by any other tool.
  test.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['MD5', '25f9e794323b453885f5181f1b624d0b'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ] as const)('given 123456789, %s is %s', (algorithm, hex) => {
    expect(Buffer.from(checksumOf(algorithm, [Buffer.from('123456789')]), 'base64').toString('hex')).toBe(hex);
  });

  test.each(ALGORITHMS)('given bytes in pieces, %s is the same', (algorithm) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 5 }), (pieces) => {
        expect(checksumOf(algorithm, pieces)).toBe(checksumOf(algorithm, [Buffer.concat(pieces)]));
      }),
    );
  });

  test.each(ALGORITHMS)(
    'given %s in a header, it is compared, kept and in the answers that ask for it',
    async (algorithm) => {
      const { put, get } = await s3WithBucket();
      const value = checksumOf(algorithm, [Buffer.from('hello')]);
      const wrong = checksumOf(algorithm, [Buffer.from('other')]);
      await expect(put('a', 'hello', { [headerOf(algorithm)]: wrong })).rejects.toMatchObject({
        code: 'BadDigest',
        status: 400,
      });
      await expect(get('a')).rejects.toMatchObject({ code: 'NoSuchKey' });
      const expected = { [headerOf(algorithm)]: value, 'x-amz-checksum-type': 'FULL_OBJECT' };
      expect((await put('a', 'hello', { [headerOf(algorithm)]: value })).headers).toMatchObject(expected);
      expect((await get('a', { 'x-amz-checksum-mode': 'ENABLED' })).headers).toMatchObject(expected);
      expect((await get('a')).headers).not.toHaveProperty(headerOf(algorithm));
    },
  );

  test.each([
    [{ 'x-amz-checksum-crc32': 'x' }, 'InvalidRequest', 'Value for x-amz-checksum-crc32 header is invalid.'],
    [{ 'x-amz-checksum-sha256': 'AAAAAA==' }, 'InvalidRequest', 'Value for x-amz-checksum-sha256 header is invalid.'],
    [{ 'x-amz-checksum-crc16': 'AAAA' }, 'InvalidRequest', expect.stringContaining('unsupported')],
    [{ 'x-amz-checksum-xxhash64': 'AAAAAAAAAAA=' }, 'NotImplemented', expect.stringContaining('XXHASH64')],
    [
      { 'x-amz-checksum-crc32': 'NhCmhg==', 'x-amz-checksum-sha1': 'qvTGHdzF6KLavt4PO0gs2a6pQ00=' },
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    ],
    [
      { 'x-amz-checksum-crc32': 'NhCmhg==', 'x-amz-sdk-checksum-algorithm': 'SHA1' },
      'InvalidRequest',
      'Value for x-amz-sdk-checksum-algorithm header is invalid.',
    ],
    [{ 'x-amz-sdk-checksum-algorithm': 'SHA1' }, 'InvalidRequest', expect.stringContaining('no corresponding')],
    [{ 'content-md5': 'x' }, 'InvalidDigest', 'The Content-MD5 you specified was invalid.'],
    [
      { 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' },
      'BadDigest',
      'The Content-MD5 you specified did not match what we received.',
    ],
    [{ 'x-amz-content-sha256': '0'.repeat(64) }, 'XAmzContentSHA256Mismatch', expect.any(String)],
  ])('given %j, it is refused as %s', async (headers, code, message) => {
    const { put, get } = await s3WithBucket();
    await expect(put('a', 'hello', headers)).rejects.toMatchObject({ code, message });
    await expect(get('a')).rejects.toMatchObject({ code: 'NoSuchKey' });
  });

  test('given promises that are kept, it is taken', async () => {
    const { put } = await s3WithBucket();
    const headers = {
      'content-md5': createHash('md5').update('hello').digest('base64'),
      'x-amz-content-sha256': createHash('sha256').update('hello').digest('hex'),
    };
    expect(await put('a', 'hello', headers)).toMatchObject({ status: 200 });
  });
});

describe('bodies in chunks', () => {
  const chunked = (pieces: readonly string[], trailer = '', extension = '') =>
    `${pieces.map((piece) => `${Buffer.byteLength(piece).toString(16)}${extension}\r\n${piece}\r\n`).join('')}0${extension}\r\n${trailer}\r\n`;
  const headers = (kind: string, length: number, more: object = {}) => ({
    'x-amz-content-sha256': kind,
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': String(length),
    ...more,
  });
  const SIGNED = `;chunk-signature=${'a'.repeat(64)}`;
  const TRAILER = { 'x-amz-trailer': 'x-amz-checksum-crc32' };

  test.each([
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', '', SIGNED, {}],
    ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'x-amz-checksum-crc32:NhCmhg==\r\n', '', TRAILER],
    [
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
      `x-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:${'a'.repeat(64)}\r\n`,
      SIGNED,
      TRAILER,
    ],
  ])('given %s, the object is what the chunks hold', async (kind, trailer, extension, more) => {
    const { put, get } = await s3WithBucket();
    const answer = await put('a', chunked(['hel', 'lo'], trailer, extension), headers(kind, 5, more));
    expect(answer.headers.etag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    const object = await get('a', { 'x-amz-checksum-mode': 'ENABLED' });
    expect(object.body).toBe('hello');
    expect(object.headers).not.toHaveProperty('content-encoding');
    if (trailer !== '') expect(object.headers).toMatchObject({ 'x-amz-checksum-crc32': 'NhCmhg==' });
  });

  test.each([
    ['a wrong checksum', chunked(['hello'], 'x-amz-checksum-crc32:AAAAAA==\r\n'), 5, 'BadDigest'],
    ['no checksum that was announced', chunked(['hello']), 5, 'MalformedTrailerError'],
    ['another length', chunked(['hello'], 'x-amz-checksum-crc32:NhCmhg==\r\n'), 6, 'IncompleteBody'],
    ['a chunk that is cut', '5\r\nhel', 5, 'IncompleteBody'],
    ['no end', '5\r\nhello\r\n', 5, 'IncompleteBody'],
    ['no size', 'hello\r\n', 5, 'InvalidRequest'],
    ['a size without end', `${'0'.repeat(5000)}`, 5, 'IncompleteBody'],
  ])('given %s, nothing is kept', async (_what, body, length, code) => {
    const { put, get } = await s3WithBucket();
    const asked = put('a', body, headers('STREAMING-UNSIGNED-PAYLOAD-TRAILER', length, TRAILER));
    await expect(asked).rejects.toMatchObject({ code, status: 400 });
    await expect(get('a')).rejects.toMatchObject({ code: 'NoSuchKey' });
  });

  test('given any bytes in any chunks, they come back', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 6 }), (pieces) => {
        const framed = pieces.flatMap((piece) => [
          Buffer.from(`${piece.length.toString(16)}\r\n`),
          piece,
          Buffer.from('\r\n'),
        ]);
        const body = Buffer.concat([...framed, Buffer.from('0\r\n\r\n')]);
        expect(decodeChunks(body, undefined).bytes.equals(Buffer.concat(pieces))).toBe(true);
      }),
    );
  });
});
