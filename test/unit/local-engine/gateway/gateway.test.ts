import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import type { GatewayServices } from '../../../../packages/local-engine/gateway/answers.ts';
import { Gateway } from '../../../../packages/local-engine/gateway/gateway.ts';
import { jsonErrors, type ServiceApi } from '../../../../packages/local-engine/protocols/http.ts';
import { sendRaw } from '../../../support/raw-http.ts';
import { settle } from '../support/parts.ts';
import { openedWith } from '../support/requests.ts';

let gateway: Gateway | undefined;
let endpoint: string;
afterEach(() => gateway?.close());

/** A gateway with one service, and one signed call of it. */
async function call(
  handle: ServiceApi['handle'],
  lasting: () => Promise<void> | undefined,
  opened: Partial<GatewayServices> = {},
): Promise<Response> {
  gateway = new Gateway({ lasting });
  endpoint = await gateway.listen(0);
  const api: ServiceApi = { operationOf: () => 'Change', handle, errorOf: jsonErrors('1.0') };
  gateway.open(openedWith({ services: new Map([['test', api]]), ...opened }));
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

describe('a failed request', () => {
  const SIGNED =
    'Authorization: AWS4-HMAC-SHA256 Credential=KEY/20261122/ap-northeast-1/test/aws4_request, Signature=0';

  test('that met a bug of the engine, hears of it in one line; the stack is for the journal', async () => {
    const failures: unknown[] = [];
    const bug = new TypeError('x is not a function\n    at somewhere');
    const answer = await call(
      () => Promise.reject(bug),
      () => undefined,
      { failed: (id, error) => failures.push([id, error]) },
    );
    const body = await answer.text();
    expect(answer.status).toBe(500);
    expect(JSON.parse(body)).toMatchObject({
      __type: 'InternalFailure',
      message: expect.stringMatching(/^[^\n]*x is not a function[^\n]*$/),
    });
    expect(body).not.toMatch(/at somewhere|\.ts:/);
    expect(failures).toEqual([[answer.headers.get('x-amzn-requestid'), bug]]);
  });

  test('with a header that HTTP cannot carry in its answer, hears of that', async () => {
    const headers = { 'x-amz-meta-name': 'a\nb' };
    const answer = await call(
      async () => ({ status: 200, headers, body: '' }),
      () => undefined,
    );
    expect(answer.status).toBe(500);
  });

  test.each([
    ['Content-Length: 999999999', 'x'],
    ['X-Amz-Decoded-Content-Length: 67108865', ''],
  ])('that is too large (%s), is refused as its service refuses', async (line, body) => {
    await call(done, () => undefined);
    const lines = ['PUT / HTTP/1.1', 'Host: localhost', SIGNED, line];
    const answer = await sendRaw(endpoint, line.startsWith('X-') ? [...lines, 'Content-Length: 0'] : lines, body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ __type: 'EntityTooLarge' });
  });

  test('that ends too early, changes nothing, and others are answered', async () => {
    const handled: string[] = [];
    const handle: ServiceApi['handle'] = async (_operation, { body }) => {
      handled.push(body.toString());
      return { status: 200, headers: {}, body: '' };
    };
    await call(handle, () => undefined);
    const socket = connect(Number(new URL(endpoint).port), '127.0.0.1');
    socket.write(`PUT / HTTP/1.1\r\nHost: localhost\r\n${SIGNED}\r\nContent-Length: 10\r\n\r\nhalf`);
    await new Promise((resolve) => socket.once('ready', resolve));
    await new Promise<void>((resolve) => socket.end(() => resolve()));
    await sendRaw(endpoint, ['PUT / HTTP/1.1', 'Host: localhost', SIGNED, 'Content-Length: 4'], 'next');
    expect(handled).toEqual(['{}', 'next']);
  });
});

describe('a request of the same process', () => {
  const request = {
    method: 'POST',
    target: '/',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=KEY/20261122/ap-northeast-1/test/aws4_request, Signature=0',
    },
    body: Buffer.from('{}'),
  };

  /** A gateway that never listens, with one service. */
  function openWith(handle: ServiceApi['handle'], lasting: () => Promise<void> | undefined): Gateway {
    const unheard = new Gateway({ lasting });
    const api: ServiceApi = { operationOf: () => 'Change', handle, errorOf: jsonErrors('1.0') };
    unheard.open(openedWith({ services: new Map([['test', api]]) }));
    return unheard;
  }

  test('is answered as over HTTP, without a socket', async () => {
    const echo: ServiceApi['handle'] = async (operation, { body, region }) => ({
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: `${operation} ${body} ${region}`,
    });
    const answer = await openWith(echo, () => undefined).exchange(request);
    expect([answer.status, String(answer.body)]).toEqual([200, 'Change {} ap-northeast-1']);
    expect(answer.headers).toMatchObject({ 'content-type': 'text/plain', 'content-length': '24' });
    expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('hears of a refusal in the form of the service', async () => {
    const answer = await openWith(refused, () => undefined).exchange(request);
    expect([answer.status, JSON.parse(String(answer.body))]).toMatchObject([400, { __type: 'ValidationException' }]);
  });

  test('hears that what it did cannot be written', async () => {
    const answer = await openWith(done, () => Promise.reject(new Error('disk is full'))).exchange(request);
    expect(answer.status).toBe(500);
    expect(String(answer.body)).toContain('disk is full');
  });

  test('gets no body to HEAD', async () => {
    const answer = await openWith(done, () => undefined).exchange({ ...request, method: 'HEAD' });
    expect([answer.status, answer.body.length, answer.headers['content-length']]).toEqual([200, 0, undefined]);
  });
});
