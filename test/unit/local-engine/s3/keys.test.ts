import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { s3WithBucket } from '../support/s3.ts';
import { xmlElements } from '../support/xml.ts';

describe('keys', () => {
  test.each([
    ['a/../b', 'a/../b'],
    ['../other/x', '../other/x'],
    ['./a', './a'],
    ['a//b', 'a//b'],
    ['/a', '/a'],
    ['.', '.'],
    ['a%2F..%2Fb', 'a/../b'],
    ['%2e%2e/other/x', '../other/x'],
    ['a+b', 'a+b'],
    ['a%20b%2B', 'a b+'],
    ['%ED%95%9C', '한'],
    ['%F0%9F%98%80', '😀'],
    ['%EF%BB%BFx', '\uFEFFx'],
    ['folder/', 'folder/'],
    ["!'()*", "!'()*"],
    ['a%00b', 'a\0b'],
  ])('given the path /mine/%s, the key is %j, and no other', async (path, key) => {
    const { ask, create, put, get } = await s3WithBucket();
    await create('other');
    await put(path, 'here');
    expect((await get(path)).body).toBe('here');
    const [listed = '', ...more] = xmlElements((await get('?encoding-type=url')).body, 'Key');
    expect(more).toEqual([]);
    expect(new URLSearchParams(`x=${listed}`).get('x')).toBe(key);
    expect(xmlElements((await ask('GET', '/other')).body, 'Key')).toEqual([]);
  });

  test('given any text, what was put under it is found under it alone', async () => {
    const { put, get } = await s3WithBucket();
    const texts = fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(texts, async (keys) => {
        for (const key of keys) await put(encodeURIComponent(key), key);
        for (const key of keys) expect((await get(encodeURIComponent(key))).body).toBe(key);
      }),
      { numRuns: 50 },
    );
  });

  test.each(['%zz', '%', 'a%FF', '%ED%A0%80'])('given /mine/%s, which is no text, it is refused', async (path) => {
    const { put } = await s3WithBucket();
    await expect(put(path, 'x')).rejects.toMatchObject({ code: 'InvalidURI', status: 400 });
  });

  test.each([
    ['a'.repeat(1024), true],
    ['a'.repeat(1025), false],
    ['é'.repeat(512), true],
    [`${'é'.repeat(512)}a`, false],
  ])('given a key of as many bytes, it is taken or refused', async (key, isTaken) => {
    const { put } = await s3WithBucket();
    const answer = put(encodeURIComponent(key));
    if (isTaken) expect(await answer).toMatchObject({ status: 200 });
    else await expect(answer).rejects.toMatchObject({ code: 'KeyTooLongError', status: 400 });
  });
});

describe('the bucket of a request', () => {
  test('given a bucket in the Host, the whole path is the key', async () => {
    const { ask, get } = await s3WithBucket();
    await ask('PUT', '/hello.txt', { hostBucket: 'mine', body: 'hi' });
    await ask('PUT', '/mine/x', { hostBucket: 'mine', body: 'deeper' });
    expect(await get('hello.txt')).toMatchObject({ body: 'hi' });
    expect(await get('mine/x')).toMatchObject({ body: 'deeper' });
    const { body } = await ask('GET', '/');
    expect(xmlElements(body, 'Name')).toEqual(['mine']);
    expect(xmlElements((await ask('GET', '/', { hostBucket: 'mine' })).body, 'Key')).toEqual(['hello.txt', 'mine/x']);
  });

  test('given the Host of a bucket that is not there, it can be made', async () => {
    const { ask } = await s3WithBucket();
    await expect(ask('PUT', '/x', { hostBucket: 'new-one' })).rejects.toMatchObject({ code: 'NoSuchBucket' });
    const region = 'us-east-1';
    expect(await ask('PUT', '/', { hostBucket: 'new-one', region })).toMatchObject({
      headers: { location: '/new-one' },
    });
  });

  test('given a path without a bucket, it is refused', async () => {
    const { ask } = await s3WithBucket();
    await expect(ask('PUT', '//x')).rejects.toMatchObject({ code: 'InvalidURI' });
  });

  test.each(['GET /mine/a', 'GET /mine', 'PUT /mine/a', 'GET /mine?tagging', 'DELETE /mine/a', 'DELETE /mine'])(
    'given %s and an account that is not the owner, it is refused',
    async (call) => {
      const { ask, put, get } = await s3WithBucket();
      await put('a', 'kept');
      const [method = '', target = ''] = call.split(' ');
      const as = (owner: string) => ask(method, target, { headers: { 'x-amz-expected-bucket-owner': owner } });
      await expect(as('000000000000')).rejects.toMatchObject({ code: 'AccessDenied', status: 403 });
      await expect(as('mine')).rejects.toMatchObject({ code: 'InvalidBucketOwnerAWSAccountID', status: 400 });
      expect(await get('a')).toMatchObject({ body: 'kept' });
    },
  );
});
