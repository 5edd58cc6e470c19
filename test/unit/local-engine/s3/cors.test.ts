import { describe, expect, test } from '@jest/globals';
import { type CorsRule, corsHeaders } from '../../../../packages/local-engine/s3/cors.ts';
import { apiRequest } from '../support/requests.ts';
import { s3WithBucket } from '../support/s3.ts';

const RULE: CorsRule = { origins: ['https://a.example'], methods: ['GET', 'PUT'], headers: [], exposed: [] };
const ask = (rules: readonly CorsRule[], origin: string, method = 'GET', headers: readonly string[] = []) =>
  corsHeaders(rules, { origin, method, headers });

describe('the answer to a page, as recorded on AWS', () => {
  test('given its origin, all that the rule says comes back', () => {
    const rule = { ...RULE, headers: ['x-amz-*'], exposed: ['x-amz-id-2', 'etag'], maxAge: 3000 };
    expect(ask([rule], 'https://a.example', 'PUT', ['X-Amz-Date', 'x-amz-acl'])).toEqual({
      'access-control-allow-origin': 'https://a.example',
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': 'x-amz-date, x-amz-acl',
      'access-control-expose-headers': 'x-amz-id-2, etag',
      'access-control-max-age': '3000',
      'access-control-allow-credentials': 'true',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    });
  });

  test('given a rule for all origins, there are no credentials', () => {
    expect(ask([{ ...RULE, origins: ['*'] }], 'https://any.example')).toEqual({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, PUT',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    });
  });

  test('given several rules, the first that allows it answers', () => {
    const rules = [
      { ...RULE, methods: ['HEAD'] },
      { ...RULE, maxAge: 1 },
      { ...RULE, maxAge: 2 },
    ];
    expect(ask(rules, 'https://a.example')).toMatchObject({ 'access-control-max-age': '1' });
  });

  test.each([
    ['https://*.example', 'https://a.example', true],
    ['https://*.example', 'https://.example', true],
    ['https://*.example', 'https://a.example.org', false],
    ['https://*', 'http://a', false],
    ['*.example', 'https://a.example', true],
    ['aa*aa', 'aaa', false],
    ['https://a.example', 'https://A.example', false],
    ['', 'https://a.example', false],
  ])('given the pattern %s, %s is let in: %s', (pattern, origin, isAllowed) => {
    expect(ask([{ ...RULE, origins: [pattern] }], origin) !== undefined).toBe(isAllowed);
  });

  test.each([
    ['GET', [], true],
    ['DELETE', [], false],
    ['GET', ['x-other'], false],
    ['GET', ['x-amz-date', 'x-amz-acl'], true],
    ['GET', ['x-amz-date', 'x-other'], false],
    ['GET', ['x-other', 'x-amz-date'], false],
  ])('given %s and the headers %j, it is let in: %s', (method, headers, isAllowed) => {
    const rule = { ...RULE, headers: ['x-amz-*'] };
    expect(ask([rule], 'https://a.example', method, headers) !== undefined).toBe(isAllowed);
  });

  test('given a hostile pattern and origin, it is judged at once', () => {
    const rule = { ...RULE, origins: [`${'a'.repeat(100_000)}*${'a'.repeat(100_000)}b`] };
    expect(ask([rule], 'a'.repeat(1_000_000))).toBeUndefined();
  });
});

describe('which requests of pages S3 lets in', () => {
  const CORS =
    '<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod>' +
    '<AllowedOrigin>https://a.example</AllowedOrigin><AllowedHeader>x-amz-*</AllowedHeader></CORSRule></CORSConfiguration>';
  const origin = 'https://a.example';
  const preflight = (method: string, names = '') => ({
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': names,
  });

  test.each([
    ['GET', '/mine/a', { origin }, true],
    ['PUT', '/mine/a', { origin }, true],
    ['DELETE', '/mine/a', { origin }, false],
    ['OPTIONS', '/mine/a', preflight('PUT', 'x-amz-date, x-amz-acl'), true],
    ['OPTIONS', '/mine/a', preflight('PUT', 'authorization'), false],
    ['OPTIONS', '/mine/a', preflight('DELETE'), false],
    ['GET', '/mine/a', {}, false],
    ['GET', '/mine/a', { origin: 'https://b.example' }, false],
    ['GET', '/mine', { origin }, false],
    ['PUT', '/mine?cors', { origin }, false],
    ['OPTIONS', '/mine', preflight('PUT'), false],
    ['GET', '/other/a', { origin }, false],
    ['GET', '/none/a', { origin }, false],
  ])('given %s %s with %j: %s', async (method, target, headers, isAllowed) => {
    const { s3, ask: call, create } = await s3WithBucket();
    await create('other');
    await call('PUT', '/mine?cors', { body: CORS });
    const answer = s3.crossOrigin(apiRequest(method, target, { headers }));
    expect(answer !== undefined).toBe(isAllowed);
    if (isAllowed) expect(answer?.headers).toMatchObject({ 'access-control-allow-origin': origin });
  });

  test('given the bucket in the Host, its rules count', async () => {
    const { s3, ask: call } = await s3WithBucket();
    await call('PUT', '/mine?cors', { body: CORS });
    const request = (hostBucket: string) => apiRequest('GET', '/a', { headers: { origin }, hostBucket });
    expect([s3.crossOrigin(request('mine')), s3.crossOrigin(request('none'))]).toEqual([expect.anything(), undefined]);
  });

  test('given OPTIONS that is no preflight, the origin is missed', async () => {
    const { ask: call } = await s3WithBucket();
    await expect(call('OPTIONS', '/mine/a')).rejects.toMatchObject({ code: 'BadRequest', status: 400 });
  });
});
