import { AwsError } from '../core/aws-error.ts';
import { type ApiRequest, type ApiResponse, queryErrors, type ServiceApi, xmlResponse } from './http.ts';
import { escapeXml } from './xml.ts';

/** The longest name of a parameter; those of real operations have less than a hundred characters. */
const MOST_NAME_CHARACTERS = 512;

/** A service with AWS's query protocol. @param namespace of its answers */
export function queryService(
  namespace: string,
  handle: (action: string, parameters: URLSearchParams) => object,
): ServiceApi {
  return {
    operationOf: queryAction,
    handle: async (action, request) => queryAnswer(action, namespace, handle(action, queryParameters(request))),
    errorOf: queryErrors,
  };
}

/**
 * The parameters of a request in AWS's query protocol, from its body or its query string.
 * @throws AwsError for a name that is too long to take apart
 */
export function queryParameters({ body, url }: Pick<ApiRequest, 'body' | 'url'>): URLSearchParams {
  const parameters = body.length > 0 ? new URLSearchParams(body.toString('utf8')) : url.searchParams;
  for (const name of parameters.keys()) {
    if (name.length > MOST_NAME_CHARACTERS) {
      throw new AwsError('MalformedInput', `A parameter's name has more than ${MOST_NAME_CHARACTERS} characters.`);
    }
  }
  return parameters;
}

/** The operation of a query request. */
export function queryAction(request: Pick<ApiRequest, 'body' | 'url'>): string {
  return queryParameters(request).get('Action') ?? '';
}

/**
 * The members in the parameters: `Dimensions.member.1.Name=QueueName` is `{ Dimensions: [{ Name: 'QueueName' }] }`.
 * Every value is text. Source: the Smithy specification, AWS query protocol.
 * @param parameters as queryParameters gives them
 */
export function queryMembers(parameters: URLSearchParams): Record<string, unknown> {
  const root: Tree = new Map();
  for (const [name, value] of parameters) {
    if (name === 'Action' || name === 'Version') continue;
    const path = name.split('.');
    const leaf = path.pop() ?? '';
    let node = root;
    for (const part of path) {
      const inner = node.get(part);
      const next: Tree = inner instanceof Map ? inner : new Map();
      node.set(part, next);
      node = next;
    }
    node.set(leaf, value);
  }
  return Object.fromEntries([...root].map(([name, inner]) => [name, plain(inner)]));
}

type Tree = Map<string, Tree | string>;

function plain(node: Tree | string): unknown {
  if (typeof node === 'string') return node;
  const list = node.get('member');
  if (node.size === 1 && list instanceof Map) {
    const items = [...list].sort(([a], [b]) => Number(a) - Number(b));
    return items.map(([, item]) => plain(item));
  }
  return Object.fromEntries([...node].map(([name, inner]) => [name, plain(inner)]));
}

/** An answer in the query protocol, with dates in ISO 8601. Undefined members are left out. */
export function queryAnswer(action: string, namespace: string, result: object): ApiResponse {
  return queryResponse(action, namespace, contentOf(result));
}

/** @param content the result as XML */
export function queryResponse(action: string, namespace: string, content: string): ApiResponse {
  return xmlResponse(
    `<${action}Response xmlns="${namespace}"><${action}Result>${content}</${action}Result>` +
      `<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></${action}Response>`,
  );
}

function xmlOf(name: string, value: unknown): string {
  return value === undefined ? '' : `<${name}>${contentOf(value)}</${name}>`;
}

function contentOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => xmlOf('member', item)).join('');
  if (typeof value !== 'object' || value === null) return escapeXml(String(value));
  return Object.entries(value)
    .map(([name, inner]) => xmlOf(name, inner))
    .join('');
}
