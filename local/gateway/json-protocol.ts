import { AwsError } from '../aws-error.ts';
import { jsonErrors } from './error-formats.ts';
import type { ServiceApi } from './gateway.ts';
import { type ApiRequest, type JsonVersion, jsonResponse } from './http.ts';

/** One operation of a service: its request's members in, its answer's out. @throws AwsError */
export type Operation = (request: Record<string, unknown>) => object | Promise<object>;

type JsonService = (operation: string, request: Record<string, unknown>) => object | Promise<object>;

/** A service that speaks AWS's JSON protocol. */
export function jsonService(version: JsonVersion, handle: JsonService): ServiceApi {
  return {
    operationOf: targetOperation,
    handle: async (operation, request) => jsonResponse(await handle(operation, jsonBody(request)), { version }),
    errorOf: jsonErrors(version),
  };
}

/** @throws AwsError for a body that is no JSON */
export function jsonBody({ body }: Pick<ApiRequest, 'body'>): Record<string, unknown> {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch (error) {
    throw new AwsError('SerializationException', `The request is not JSON: ${(error as Error).message}`);
  }
}

/** `X-Amz-Target: DynamoDB_20120810.PutItem` names PutItem. */
export function targetOperation({ headers }: Pick<ApiRequest, 'headers'>): string {
  return (
    String(headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1) ?? ''
  );
}
