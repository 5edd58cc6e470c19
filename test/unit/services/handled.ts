import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type CapturedOutput, captureOutput } from './captured-output.ts';
import { lambdaContext, sqsBatch } from './sqs-batch.ts';

/** A request that a service's handler made. */
export interface AwsRequest {
  /** The operation of a JSON protocol, such as `PutEvents`; for S3 the method. */
  readonly operation: string;
  /** Path and query. */
  readonly url: string;
  readonly body: string;
}

export interface AwsAnswer {
  /** @default 200 */
  readonly status?: number;
  /** @default '' */
  readonly body?: string;
}

export type Answer = (request: AwsRequest) => AwsAnswer;

export interface Handled {
  readonly output: CapturedOutput;
  /** How many events failed. */
  readonly failed: number | undefined;
  readonly requests: readonly AwsRequest[];
}

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * An AWS for the tests of this file, which answers as it is told.
 *
 * @returns a function that hands one event to the handler of a service, such as `uri-recorder`, or `bucket-service/handler.ts`, and gives
 * what it did and wrote
 */
export function useAws(): (
  service: string,
  event: object,
  variables: Readonly<Record<string, string>>,
  answer: Answer,
) => Promise<Handled> {
  const before = process.env;
  let server: Server;
  let answering: Answer;
  let requests: AwsRequest[];

  beforeAll(async () => {
    server = createServer(async (incoming, response) => {
      const target = String(incoming.headers['x-amz-target'] ?? incoming.method);
      const request = {
        operation: target.slice(target.indexOf('.') + 1),
        url: incoming.url ?? '',
        body: await text(incoming),
      };
      requests.push(request);
      const { status = 200, body = '' } = answering(request);
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

  return async (service, event, variables, answer) => {
    answering = answer;
    requests = [];
    process.env = {
      ...before,
      AWS_REGION: 'ap-northeast-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      POWERTOOLS_METRICS_NAMESPACE: 'Test',
      POWERTOOLS_SERVICE_NAME: service,
      ...variables,
    };
    const file = service.endsWith('.ts') ? service : `${service}/handler.ts`;
    let response: SQSBatchResponse | undefined;
    const output = await captureOutput(async () => {
      // A composition root reads the environment once, when it is loaded.
      const { handler } = (await import(`../../../services/${file}?${randomUUID()}`)) as { handler: Handler };
      response = await handler(sqsBatch([event]), lambdaContext());
    });
    return { output, failed: response?.batchItemFailures.length, requests };
  };
}
