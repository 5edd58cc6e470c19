import { afterEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../../local/aws-error.ts';
import { jsonErrors } from '../../../local/gateway/error-formats.ts';
import { Gateway, type ServiceApi } from '../../../local/gateway/gateway.ts';
import { settle } from './support/parts.ts';

let gateway: Gateway | undefined;
afterEach(() => gateway?.close());

/** A gateway with one service, and one signed call of it. */
async function call(handle: ServiceApi['handle'], lasting: () => Promise<void> | undefined): Promise<Response> {
  gateway = new Gateway(lasting);
  const endpoint = await gateway.listen(0);
  const api: ServiceApi = { operationOf: () => 'Change', handle, errorOf: jsonErrors('1.0') };
  gateway.open(
    new Map([['test', api]]),
    (_call, run) => run(),
    () => '',
  );
  const authorization = 'AWS4-HMAC-SHA256 Credential=KEY/20261122/ap-northeast-1/test/aws4_request, Signature=0';
  return fetch(endpoint, { method: 'POST', body: '{}', headers: { authorization } });
}

const done: ServiceApi['handle'] = async () => ({ status: 200, headers: {}, body: '{}' });
const refused: ServiceApi['handle'] = async () => {
  throw new AwsError('ValidationException', 'No.');
};

describe('an answer', () => {
  test.each([
    { outcome: 'done', handle: done, status: 200 },
    { outcome: 'refused', handle: refused, status: 400 },
  ])('given a call that is $outcome, leaves when what it did is lasting', async ({ handle, status }) => {
    let isLasting = false;
    const answer = await call(handle, async () => {
      await settle();
      isLasting = true;
    });
    expect([answer.status, isLasting]).toEqual([status, true]);
  });

  test.each([
    { outcome: 'done', handle: done },
    { outcome: 'refused', handle: refused },
  ])('given a call that is $outcome and cannot be written, says so', async ({ handle }) => {
    const answer = await call(handle, () => Promise.reject(new Error('disk is full')));
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain('disk is full');
  });

  test('given an engine in memory, leaves at once', async () => {
    expect((await call(done, () => undefined)).status).toBe(200);
  });
});
