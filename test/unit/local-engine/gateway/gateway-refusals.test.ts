import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import { Gateway } from '../../../../packages/local-engine/gateway/gateway.ts';
import { RefusalLog } from '../../../../packages/local-engine/gateway/web-origin.ts';
import {
  type ApiRequest,
  type ApiRequestHead,
  jsonErrors,
  type ServiceApi,
} from '../../../../packages/local-engine/protocols/http.ts';
import { sendRaw } from '../../../support/raw-http.ts';
import { entriesOf, makeParts, type Parts } from '../support/parts.ts';
import { openedWith } from '../support/requests.ts';

const signedFor = (service: string) =>
  `Authorization: AWS4-HMAC-SHA256 Credential=KEY/20261122/ap-northeast-1/${service}/aws4_request, Signature=0`;

let parts: Parts;
let gateway: Gateway;
let endpoint: string;
let host: string;
let handled: ApiRequest[];
let askedForCors: ApiRequestHead[];

/** A service that notes what reaches it; as S3 it lets pages of https://app.example at objects in the bucket `open`. */
function service(): ServiceApi {
  return {
    operationOf: () => 'Do',
    handle: async (_operation, request) => {
      handled.push(request);
      return { status: 200, headers: {}, body: 'done' };
    },
    errorOf: jsonErrors('1.0'),
  };
}

beforeEach(async () => {
  parts = makeParts();
  handled = [];
  askedForCors = [];
  const s3: ServiceApi = {
    ...service(),
    crossOrigin: (head) => {
      askedForCors.push(head);
      if (head.url.pathname.includes('%')) throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
      const isAllowed = head.headers.origin === 'https://app.example' && /^\/open\/./.test(head.url.pathname);
      return isAllowed ? { headers: { 'access-control-allow-origin': 'https://app.example' } } : undefined;
    },
  };
  const refusals = new RefusalLog(parts.journal, parts.clock);
  gateway = new Gateway({ lasting: () => undefined, allowedHosts: ['pipeline.test'] });
  endpoint = await gateway.listen(0);
  host = new URL(endpoint).host;
  gateway.open(
    openedWith({
      services: new Map([
        ['s3', s3],
        ['sqs', service()],
      ]),
      refused: (incoming, reason) => refusals.note(incoming, reason),
    }),
  );
});
afterEach(() => gateway.close());

describe('a request that a web page can send', () => {
  test.each([
    { what: 'from another origin', lines: () => [`Host: ${host}`, 'Origin: https://elsewhere.example'] },
    { what: 'from a page without an origin', lines: () => [`Host: ${host}`, 'Origin: null'] },
    { what: 'of a kind that has no Origin', lines: () => [`Host: ${host}`, 'Sec-Fetch-Site: cross-site'] },
    { what: 'under a rebound name', lines: () => ['Host: elsewhere.example'] },
    { what: 'without a Host', lines: () => [] },
    { what: 'with two Hosts', lines: () => [`Host: ${host}`, 'Host: elsewhere.example'] },
  ])('$what is refused in one line, reaches no service, and is in the journal', async ({ lines }) => {
    const target = '/v1/pipes/p/stop?X-Amz-Credential=a%2F20261128%2Fap-northeast-1%2Fsqs%2Faws4_request';
    const answer = await sendRaw(endpoint, [`POST ${target} HTTP/1.1`, ...lines(), 'Content-Length: 2'], '{}');
    expect(answer.status).toBe(403);
    expect(answer.head).toContain('content-type: text/plain');
    expect(answer.body).toMatch(/^[^\n]+\.\n$/);
    expect(handled).toEqual([]);
    const reason = answer.body.trim();
    expect(entriesOf(parts, 'refused')).toEqual([
      expect.objectContaining({ reason, method: 'POST', path: '/v1/pipes/p/stop' }),
    ]);
  });

  test('is refused before its body is asked for', async () => {
    const lines = ['POST / HTTP/1.1', 'Host: elsewhere.example', 'Expect: 100-continue', 'Content-Length: 5'];
    const answer = await sendRaw(endpoint, lines);
    expect([answer.status, answer.head.includes('100 Continue')]).toEqual([403, false]);
  });

  test('with a large body hears of it, although no service gets the body', async () => {
    const body = Buffer.alloc(8_000_000);
    const lines = [
      'PUT /open/a HTTP/1.1',
      'Host: elsewhere.example',
      signedFor('s3'),
      `Content-Length: ${body.length}`,
    ];
    const answer = await sendRaw(endpoint, lines, body);
    expect([answer.status, handled]).toEqual([403, []]);
  });

  test('cannot push everything else out of the journal', async () => {
    const note = new RefusalLog(parts.journal, parts.clock);
    const incoming = { method: 'GET', url: `/${'x'.repeat(50_000)}?secret`, headers: { host: 'h'.repeat(9000) } };
    for (let time = 0; time < 5000; time++) note.note(incoming as Parameters<RefusalLog['note']>[0], 'No.');
    expect(entriesOf(parts, 'refused')).toHaveLength(1000);
    parts.clock.skip(20_000);
    for (let time = 0; time < 5; time++) note.note(incoming as Parameters<RefusalLog['note']>[0], 'No.');
    const entries = entriesOf(parts, 'refused');
    expect(entries).toHaveLength(1002);
    expect(entries.at(-2)).toMatchObject({ notNoted: 4000 });
    expect(entries.at(-1)).not.toHaveProperty('notNoted');
    expect(JSON.stringify(entries.at(-1)).length).toBeLessThan(1000);
  });
});

describe("requests of AWS's clients", () => {
  test.each(['127.0.0.1', 'localhost', '[::1]', 'pipeline.test'])('to %s reach the service', async (name) => {
    const answer = await sendRaw(endpoint, ['GET /photos/a HTTP/1.1', `Host: ${name}:4566`, signedFor('sqs')]);
    expect([answer.status, handled.map(({ url }) => url.pathname)]).toEqual([200, ['/photos/a']]);
  });

  test('that ask before they send a body hear that they may', async () => {
    const lines = [
      'PUT /open/a HTTP/1.1',
      `Host: ${host}`,
      signedFor('s3'),
      'Expect: 100-continue',
      'Content-Length: 5',
    ];
    const answer = await sendRaw(endpoint, lines, 'hello');
    expect(answer.head).toContain('100 Continue');
    expect(handled.map(({ body }) => body.toString())).toEqual(['hello']);
  });

  test('given a whole URL as target, are read by its path', async () => {
    const lines = [`GET http://${host}/photos/a?b=1 HTTP/1.1`, `Host: ${host}`, signedFor('s3')];
    await sendRaw(endpoint, lines);
    expect(handled.map(({ target }) => target)).toEqual(['/photos/a?b=1']);
  });
});

describe('a Host that names a bucket', () => {
  test('reaches S3, with the bucket', async () => {
    await sendRaw(endpoint, ['GET /a HTTP/1.1', 'Host: my.photos.localhost:4566', signedFor('s3')]);
    expect(handled).toEqual([expect.objectContaining({ hostBucket: 'my.photos', target: '/a' })]);
  });

  test.each([signedFor('sqs'), 'X-Unsigned: yes'])('reaches nothing else (%s)', async (line) => {
    const answer = await sendRaw(endpoint, ['GET / HTTP/1.1', 'Host: photos.localhost:4566', line]);
    expect([answer.status, handled]).toEqual([403, []]);
    expect(entriesOf(parts, 'refused')).toHaveLength(1);
  });
});

describe("a bucket's CORS rules", () => {
  const page = (origin = 'https://app.example') => [`Host: ${host}`, `Origin: ${origin}`, 'Sec-Fetch-Site: cross-site'];
  const allowed = 'access-control-allow-origin: https://app.example';

  test('let a page at an object, and at the answer', async () => {
    const answer = await sendRaw(endpoint, ['GET /open/a HTTP/1.1', ...page(), signedFor('s3')]);
    expect([answer.status, handled.length]).toEqual([200, 1]);
    expect(answer.head).toContain(allowed);
  });

  test('answer a preflight, which reaches no service', async () => {
    const preflight = ['OPTIONS /open/a HTTP/1.1', ...page(), 'Access-Control-Request-Method: PUT'];
    const answer = await sendRaw(endpoint, preflight);
    expect([answer.status, answer.body, handled]).toEqual([200, '', []]);
    expect(answer.head).toContain(allowed);
    expect(askedForCors.map(({ method }) => method)).toEqual(['OPTIONS']);
  });

  test.each([
    { what: 'another page', target: '/open/a', origin: 'https://elsewhere.example', service: 's3' },
    { what: 'a path that is no text', target: '/open/%zz', origin: 'https://app.example', service: 's3' },
    { what: 'the bucket itself', target: '/open', origin: 'https://app.example', service: 's3' },
    { what: 'another service', target: '/open/a', origin: 'https://app.example', service: 'sqs' },
  ])('do not let at $what', async ({ target, origin, service }) => {
    const answer = await sendRaw(endpoint, [`GET ${target} HTTP/1.1`, ...page(origin), signedFor(service)]);
    expect([answer.status, handled]).toEqual([403, []]);
  });

  test.each([
    { what: 'is signed for another service', lines: [signedFor('sqs'), 'Access-Control-Request-Method: PUT'] },
    { what: 'asks for no method', lines: [] },
  ])('answer no preflight that $what', async ({ lines }) => {
    const answer = await sendRaw(endpoint, ['OPTIONS /open/a HTTP/1.1', ...page(), ...lines]);
    expect([answer.status, askedForCors]).toEqual([403, []]);
  });
});
