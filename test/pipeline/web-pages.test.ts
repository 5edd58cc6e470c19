import { CreateBucketCommand, GetObjectCommand, PutBucketCorsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pipeline } from '../support/pipeline.ts';
import { sendRaw } from '../support/raw-http.ts';

const PAGE = 'https://app.example';
const Bucket = 'pictures-of-the-app';

let pipeline: Pipeline;
let host: string;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  host = new URL(pipeline.engine.endpoint).host;
});
afterAll(() => pipeline.stop());

const signed = (service: string) =>
  `X-Amz-Credential=a%2F20261128%2Fap-northeast-1%2F${service}%2Faws4_request&X-Amz-Date=20261128T000000Z&X-Amz-Expires=604800&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-SignedHeaders=host&X-Amz-Signature=0`;
const fromPage = (origin: string) => [`Host: ${host}`, `Origin: ${origin}`, 'Sec-Fetch-Site: cross-site'];

describe('a page that the developer has open', () => {
  test('cannot stop the pipe', async () => {
    const [name = ''] = [...pipeline.engine.services.pipes.keys()];
    const target = `/v1/pipes/${name}/stop?${signed('pipes')}`;
    const lines = [`POST ${target} HTTP/1.1`, ...fromPage('https://elsewhere.example'), 'Content-Type: text/plain'];
    expect((await sendRaw(pipeline.engine.endpoint, lines)).status).toBe(403);
    expect(pipeline.engine.services.pipes.get(name)?.describe().DesiredState).toBe('RUNNING');
    expect(pipeline.entries(({ hop }) => hop === 'refused').at(-1)).toMatchObject({
      method: 'POST',
      origin: 'https://elsewhere.example',
    });
  });

  test('cannot purge a queue by a form', async () => {
    const QueueUrl = pipeline.output('PipeDlqUrl');
    await pipeline.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'stays' }));
    const body = `Action=PurgeQueue&QueueUrl=${encodeURIComponent(QueueUrl)}`;
    const form = ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${body.length}`];
    const lines = [`POST /?${signed('sqs')} HTTP/1.1`, ...fromPage('null'), ...form];
    expect((await sendRaw(pipeline.engine.endpoint, lines, body)).status).toBe(403);
    const asked = { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages' as const] };
    const { Attributes } = await pipeline.sqs.send(new GetQueueAttributesCommand(asked));
    expect(Attributes).toEqual({ ApproximateNumberOfMessages: '1' });
  });

  test('cannot read anything under a name that is rebound to this machine', async () => {
    const lines = [`GET /?${signed('s3')} HTTP/1.1`, 'Host: elsewhere.example:4566'];
    const answer = await sendRaw(pipeline.engine.endpoint, lines);
    expect([answer.status, answer.body]).toEqual([403, expect.stringContaining('--allow-host NAME')]);
  });
});

describe("a page that a bucket's CORS rules let at its objects", () => {
  beforeAll(async () => {
    await pipeline.s3.send(new CreateBucketCommand({ Bucket }));
    await pipeline.s3.send(new PutObjectCommand({ Bucket, Key: 'a.txt', Body: 'hello' }));
    const CORSRules = [
      { AllowedOrigins: [PAGE], AllowedMethods: ['GET', 'PUT'], AllowedHeaders: ['*'], ExposeHeaders: ['ETag'] },
    ];
    await pipeline.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  });

  test.each([
    { style: 'path', target: `/${Bucket}/b.txt`, hostOf: () => host },
    { style: 'virtual-hosted', target: '/c.txt', hostOf: () => `${Bucket}.localhost:${host.split(':')[1]}` },
  ])('uploads and reads one in $style style, after a preflight', async ({ target, hostOf }) => {
    const page = [`Host: ${hostOf()}`, `Origin: ${PAGE}`, 'Sec-Fetch-Site: cross-site'];
    const { endpoint } = pipeline.engine;
    const asks = ['Access-Control-Request-Method: PUT', 'Access-Control-Request-Headers: content-type'];
    const preflight = await sendRaw(endpoint, [`OPTIONS ${target} HTTP/1.1`, ...page, ...asks]);
    expect([preflight.status, preflight.body]).toEqual([200, '']);
    expect(preflight.head).toContain('access-control-allow-methods: GET, PUT');
    const put = await sendRaw(
      endpoint,
      [`PUT ${target}?${signed('s3')} HTTP/1.1`, ...page, 'Content-Length: 5'],
      'there',
    );
    expect([put.status, put.head]).toEqual([200, expect.stringContaining(`access-control-allow-origin: ${PAGE}`)]);
    const { Body } = await pipeline.s3.send(new GetObjectCommand({ Bucket, Key: target.split('/').at(-1) ?? '' }));
    expect(await Body?.transformToString()).toBe('there');
    const missing = await sendRaw(endpoint, [`GET ${target}x?${signed('s3')} HTTP/1.1`, ...page]);
    expect([missing.status, missing.head]).toEqual([
      404,
      expect.stringContaining(`access-control-allow-origin: ${PAGE}`),
    ]);
  });

  test.each([
    { what: 'another method', method: 'DELETE', target: `/${Bucket}/a.txt`, service: 's3', origin: PAGE },
    { what: 'the bucket', method: 'GET', target: `/${Bucket}`, service: 's3', origin: PAGE },
    { what: 'the list of buckets', method: 'GET', target: '/', service: 's3', origin: PAGE },
    { what: 'another service', method: 'GET', target: `/${Bucket}/a.txt`, service: 'sqs', origin: PAGE },
    {
      what: 'the same from another page',
      method: 'GET',
      target: `/${Bucket}/a.txt`,
      service: 's3',
      origin: 'https://elsewhere.example',
    },
    {
      what: 'the same from another port of this machine',
      method: 'GET',
      target: `/${Bucket}/a.txt`,
      service: 's3',
      origin: 'http://localhost:3000',
    },
  ])('gets no further: $what', async ({ method, target, service, origin }) => {
    const lines = [`${method} ${target}?${signed(service)} HTTP/1.1`, ...fromPage(origin)];
    expect((await sendRaw(pipeline.engine.endpoint, lines)).status).toBe(403);
    await pipeline.s3.send(new GetObjectCommand({ Bucket, Key: 'a.txt' }));
  });
});
