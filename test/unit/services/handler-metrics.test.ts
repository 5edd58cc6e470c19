import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { captureOutput } from './captured-output.ts';
import { createdBucket, registrationEvent } from './registrations.ts';
import { lambdaContext, sqsBatch } from './sqs-batch.ts';

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
type Answer = (target: string) => { readonly status?: number; readonly body: string };

const before = process.env;
let server: Server;
let answer: Answer;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    request.resume();
    await once(request, 'end');
    const { status = 200, body } = answer(String(request.headers['x-amz-target'] ?? request.method));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
afterEach(() => {
  process.env = before;
});

/** Hands an event to the handler of a service whose AWS answers so, and gives what it wrote. */
async function handled(service: string, event: object, variables: Record<string, string>, answers: Answer) {
  answer = answers;
  process.env = {
    ...before,
    ...variables,
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    POWERTOOLS_METRICS_NAMESPACE: 'Test',
    POWERTOOLS_SERVICE_NAME: service,
  };
  let response: SQSBatchResponse | undefined;
  const output = await captureOutput(async () => {
    const { handler } = (await import(`../../../services/${service}/handler.ts?${randomUUID()}`)) as {
      handler: Handler;
    };
    response = await handler(sqsBatch([event]), lambdaContext());
  });
  return { output, failed: response?.batchItemFailures.length };
}

describe('the metrics of uri-recorder, by their units', () => {
  const event = { ...registrationEvent(), 'detail-type': 'BucketCreated', source: 'bucket-service' };
  const variables = { USERS_TABLE_NAME: 'users', USER_ID_ATTRIBUTE: 'userId' };
  const told = (registeredAt: number) => {
    const { metadata, data } = createdBucket();
    return { ...event, detail: { metadata, data: { ...data, registeredAt } } };
  };

  it('given a registration of seven seconds ago, tells that wait in milliseconds', async () => {
    const registeredAt = Math.floor(Date.now() / 1000) - 7;
    const { output, failed } = await handled('uri-recorder', told(registeredAt), variables, () => ({ body: '{}' }));
    expect(failed).toBe(0);
    expect(output.units()).toEqual({
      EventsHandled: 'Count',
      UrisRecorded: 'Count',
      RegistrationToUri: 'Milliseconds',
    });
    const wait = output.metric('RegistrationToUri');
    expect(wait).toBeGreaterThanOrEqual(7000);
    expect(wait).toBeLessThanOrEqual(Date.now() - registeredAt * 1000);
  });

  it('given a row that is gone, counts it', async () => {
    const body = '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"x"}';
    const { output } = await handled('uri-recorder', told(1), variables, () => ({ status: 400, body }));
    expect(output.units()).toEqual({ EventsHandled: 'Count', RowsGone: 'Count' });
  });

  it('given a refusal, counts it', async () => {
    const body = '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"x"}';
    const { output, failed } = await handled('uri-recorder', told(1), variables, () => ({ status: 400, body }));
    expect(failed).toBe(1);
    expect(output.units()).toEqual({ EventsFailed: 'Count' });
  });
});

describe('the metrics of bucket-service, by their units', () => {
  const variables = {
    EVENT_BUS_NAME: 'bus',
    BUCKET_ACCOUNT_ID: '123456789012',
    BUCKET_CORS: 'false',
    BUCKET_LIFECYCLE: '{}',
    BUCKET_NAMESPACE: 'account-regional',
    BUCKET_NAME_PREFIX: 'siu',
    BUCKET_PUBLIC_LISTING: 'false',
    BUCKET_TAGS: '{}',
    BUCKET_TLS_ONLY: 'false',
  };
  let puts = 0;
  const onBus = '{"FailedEntryCount":0,"Entries":[{"EventId":"id"}]}';
  const answers =
    (status: number, body: string): Answer =>
    (target) =>
      target.endsWith('PutEvents') ? { body: onBus } : { status: target === 'PUT' ? status : 200, body };
  const tags = '<Tagging><TagSet></TagSet></Tagging>';
  const ours = '<Error><Code>BucketAlreadyOwnedByYou</Code><Message>x</Message></Error>';

  it.each([
    ['a new bucket', 'BucketsCreated', answers(200, '')],
    [
      'one that is there',
      'BucketsAlreadyThere',
      ((target) => {
        if (target.endsWith('PutEvents')) return { body: onBus };
        if (target === 'GET') return { body: tags };
        return puts++ === 0 ? { status: 409, body: ours } : { body: '' };
      }) as Answer,
    ],
  ])('given %s, counts %s', async (_given, metric, answering) => {
    puts = 0;
    const { output, failed } = await handled('bucket-service', registrationEvent(), variables, answering);
    expect(failed).toBe(0);
    expect(output.units()).toEqual({ EventsHandled: 'Count', [metric]: 'Count' });
    expect(output.metric(metric)).toBe(1);
  });
});
