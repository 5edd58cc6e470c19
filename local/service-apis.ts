import type { Account } from './account.ts';
import { AwsError } from './aws-error.ts';
import { CloudFormation } from './cloudformation.ts';
import { jsonErrors, queryErrors, sqsErrors } from './error-formats.ts';
import type { ServiceApi, ServiceApis } from './gateway.ts';
import { type ApiRequest, type JsonVersion, jsonResponse } from './http.ts';
import { type S3, s3Error } from './s3.ts';
import { operationOf as s3Operation } from './s3-request.ts';
import type { Services } from './services.ts';
import { queryAction, Sqs } from './sqs.ts';
import type { Stacks } from './stacks.ts';
import { answerSts } from './sts.ts';

/** What the gateway answers, by the service name that signatures carry. */
export function serviceApis(services: Services, s3: S3, stacks: Stacks): ServiceApis {
  const { dynamodb, events, parameters, account } = services;
  return new Map<string, ServiceApi>([
    ['cloudformation', cloudFormationApi(stacks)],
    ['dynamodb', jsonService('1.0', (operation, body) => dynamodb.handle(operation, body))],
    ['events', jsonService('1.1', (operation, body) => events.handle(operation, body))],
    ['s3', s3Api(s3)],
    ['sqs', sqsApi(services, s3)],
    ['ssm', jsonService('1.1', (operation, body) => parameters.handle(operation, body))],
    ['sts', stsApi(account)],
  ]);
}

function cloudFormationApi(stacks: Stacks): ServiceApi {
  const cloudformation = new CloudFormation(() => stacks.deployed);
  return {
    operationOf: queryAction,
    handle: async (_operation, { body }) => cloudformation.handle(new URLSearchParams(body.toString())),
    errorOf: queryErrors,
  };
}

function s3Api(s3: S3): ServiceApi {
  return {
    operationOf: s3Operation,
    handle: (_operation, request) => s3.handle(request),
    errorOf: (error, { requestId }) => s3Error(error, requestId),
  };
}

function sqsApi({ account, queues }: Services, s3: S3): ServiceApi {
  const sqs = new Sqs({
    account,
    urlOf: (name) => queues.store.getQueueByName(name)?.url,
    forward: (request) => s3.forward(request),
  });
  return {
    operationOf: (request) => targetOperation(request) || queryAction(request),
    handle: (operation, request) => sqs.handle(operation, request),
    errorOf: sqsErrors,
  };
}

function stsApi(account: Account): ServiceApi {
  return {
    operationOf: queryAction,
    handle: async (operation) => answerSts(operation, account),
    errorOf: queryErrors,
  };
}

type JsonOperation = (operation: string, body: Record<string, unknown>) => object | Promise<object>;

function jsonService(version: JsonVersion, handle: JsonOperation): ServiceApi {
  return {
    operationOf: targetOperation,
    handle: async (operation, { body }) => jsonResponse(await handle(operation, parseBody(body)), { version }),
    errorOf: jsonErrors(version),
  };
}

function parseBody(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch (error) {
    throw new AwsError('SerializationException', `The request is not JSON: ${(error as Error).message}`);
  }
}

/** `X-Amz-Target: DynamoDB_20120810.PutItem` names PutItem. */
function targetOperation({ headers }: ApiRequest): string {
  return (
    String(headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1) ?? ''
  );
}
