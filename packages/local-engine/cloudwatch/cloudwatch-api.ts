import { AwsError } from '../core/aws-error.ts';
import { decodeCbor, encodeCbor } from '../protocols/cbor.ts';
import {
  type ApiRequest,
  type ApiResponse,
  type ErrorFormat,
  jsonResponse,
  queryCompatibleErrors,
  type ServiceApi,
} from '../protocols/http.ts';
import { jsonBody, type Operation, targetOperation } from '../protocols/json-protocol.ts';
import { queryAction, queryAnswer, queryMembers, queryParameters } from '../protocols/query-protocol.ts';
import { RequestSchemas } from '../protocols/request-schema.ts';

const NAMESPACE = 'http://monitoring.amazonaws.com/doc/2010-08-01/';
const CBOR = 'rpc-v2-cbor';

/** Codes of the query protocol, where they differ. Source: CloudWatch API reference, errors of each action. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  DashboardNotFoundError: 'ResourceNotFound',
  InvalidParameterCombinationException: 'InvalidParameterCombination',
  InvalidParameterValueException: 'InvalidParameterValue',
  MissingRequiredParameterException: 'MissingParameter',
};

type Headers = ApiRequest['headers'];

/**
 * CloudWatch in the three protocols that its clients speak: CBOR, JSON and query. Source: the Smithy specification,
 * Smithy RPC v2 CBOR.
 */
export function cloudWatchApi(handle: (operation: string, request: Parameters<Operation>[0]) => object): ServiceApi {
  const typed = new RequestSchemas('@aws-sdk/client-cloudwatch');
  const inText = new RequestSchemas('@aws-sdk/client-cloudwatch', 'text');
  const answer = (schemas: RequestSchemas, operation: string, request: Record<string, unknown>) => {
    schemas.check(operation, request);
    return handle(operation, request);
  };
  return {
    operationOf: (request) => {
      if (isCbor(request.headers)) return request.url.pathname.split('/').at(-1) ?? '';
      return targetOperation(request) || queryAction(request);
    },
    handle: async (operation, request) => {
      if (isCbor(request.headers)) return cborResponse(answer(typed, operation, cborBody(request)));
      if (targetOperation(request) !== '') return jsonResponse(inSeconds(answer(typed, operation, jsonBody(request))));
      const members = queryMembers(queryParameters(request));
      return queryAnswer(operation, NAMESPACE, answer(inText, operation, members));
    },
    errorOf,
  };
}

const errorInText = queryCompatibleErrors(QUERY_CODES);

const errorOf: ErrorFormat = (error, failed) => {
  if (!isCbor(failed.headers)) return errorInText(error, failed);
  const { code, message, status } = error;
  const answer = cborResponse({ __type: code, message }, status);
  const fault = status >= 500 ? 'Receiver' : 'Sender';
  const queryError = `${QUERY_CODES[code] ?? code};${fault}`;
  return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': queryError } };
};

function isCbor(headers: Headers): boolean {
  return headers['smithy-protocol'] === CBOR;
}

function cborBody({ body }: ApiRequest): Record<string, unknown> {
  try {
    return body.length === 0 ? {} : (decodeCbor(body) as Record<string, unknown>);
  } catch (error) {
    throw new AwsError('SerializationException', `The request is not CBOR: ${(error as Error).message}`);
  }
}

function cborResponse(answer: object, status = 200): ApiResponse {
  return { status, headers: { 'content-type': 'application/cbor', 'smithy-protocol': CBOR }, body: encodeCbor(answer) };
}

/** JSON has times in seconds since the Unix epoch. */
function inSeconds(value: object): object {
  const inner = (it: unknown): unknown => {
    if (it instanceof Date) return it.getTime() / 1000;
    if (Array.isArray(it)) return it.map(inner);
    if (typeof it !== 'object' || it === null) return it;
    return Object.fromEntries(Object.entries(it).map(([name, member]) => [name, inner(member)]));
  };
  return inner(value) as object;
}
