import { AwsError } from '../core/aws-error.ts';
import { isObject, JsonTextError, parseJson } from '../core/json-text.ts';
import { jsonErrors } from './error-formats.ts';
import { type ApiRequest, type JsonVersion, jsonResponse, type ServiceApi } from './http.ts';
import type { RequestSchemas } from './request-schema.ts';

/** One operation of a service: its request's members in, its answer's out. @throws AwsError */
export type Operation = (request: Record<string, unknown>) => object | Promise<object>;

type JsonService = (
  operation: string,
  members: Record<string, unknown>,
  request: ApiRequest,
) => object | Promise<object>;

/**
 * A service with AWS's JSON protocol.
 * @param schemas refuse requests that do not fit the operation's schema. @default - every JSON object is handled
 */
export function jsonService(version: JsonVersion, handle: JsonService, schemas?: RequestSchemas): ServiceApi {
  return {
    operationOf: targetOperation,
    validate: (operation, request) => schemas?.check(operation, jsonBody(request)),
    handle: async (operation, request) => {
      const members = jsonBody(request);
      schemas?.check(operation, members);
      return jsonResponse(await handle(operation, members, request), { version });
    },
    errorOf: jsonErrors(version),
  };
}

/** @throws AwsError for a body that is not a JSON object, or is nested too deep */
export function jsonBody({ body }: Pick<ApiRequest, 'body'>): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const members = parseJson(body);
    if (isObject(members)) return members;
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw new AwsError('SerializationException', `The request is not JSON: ${error.message}`);
  }
  throw new AwsError('SerializationException', 'The request is not a JSON object.');
}

/** `X-Amz-Target: DynamoDB_20120810.PutItem` names PutItem. */
export function targetOperation({ headers }: Pick<ApiRequest, 'headers'>): string {
  return (
    String(headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1) ?? ''
  );
}
