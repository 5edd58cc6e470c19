import type { IncomingMessage } from 'node:http';
import { AwsError } from '../core/aws-error.ts';
import { escapeXml } from './xml.ts';

/** One request to the gateway, with its whole body and the Region of its signature. */
export interface ApiRequest {
  readonly method: string;
  /** The parsed target; its path is still percent-encoded. */
  readonly url: URL;
  /** Path and query, unchanged. */
  readonly target: string;
  /** The bucket in the Host of a virtual-hosted-style request. Only S3 gets such requests. */
  readonly hostBucket?: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Region of the credential scope; clients may name any. */
  readonly region: string;
}

/** A request before its body is read. */
export type ApiRequestHead = Omit<ApiRequest, 'body'>;

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** How a service reports a failed call. */
export type ErrorFormat = (
  error: AwsError,
  failed: { readonly requestId: string; readonly headers: ApiRequest['headers'] },
) => ApiResponse;

/** One AWS service behind the gateway. */
export interface ServiceApi {
  /** The operation that a request asks for, such as `PutItem`. */
  operationOf(request: ApiRequest): string;
  /** Names of operations for which faults can be set. @default - none */
  readonly operations?: readonly string[];
  /**
   * Refuses a request that does not fit the operation's schema, before anything else reads it. `handle` does so too.
   * @throws AwsError
   */
  readonly validate?: (operation: string, request: ApiRequest) => void;
  /** @throws AwsError */
  handle(operation: string, request: ApiRequest): Promise<ApiResponse>;
  readonly errorOf: ErrorFormat;
  /**
   * Whether a web page of another origin may send a request. S3 applies the CORS rules of the bucket to requests for objects. It is
   * called before the body is read, for signed requests to this service and for preflights: OPTIONS with Origin and
   * Access-Control-Request-Method.
   * @returns undefined to refuse
   * @throws AwsError to refuse a request that cannot be read
   * @default - no page may
   */
  readonly crossOrigin?: (request: ApiRequestHead) => CorsAnswer | undefined;
}

/** A page of another origin may send the request. */
export interface CorsAnswer {
  /** The headers that let the page read the answer, errors included. The answer to a preflight has nothing else. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The version of AWS's JSON protocol, in the content type: each service has one. */
export type JsonVersion = '1.0' | '1.1';

interface JsonResponseOptions {
  /** @default 200 */
  readonly status?: number;
  /** @default '1.0' */
  readonly version?: JsonVersion;
  readonly headers?: Readonly<Record<string, string>>;
}

export function jsonResponse(
  body: object,
  { status = 200, version = '1.0', headers = {} }: JsonResponseOptions = {},
): ApiResponse {
  const contentType = `application/x-amz-json-${version}`;
  return { status, headers: { 'content-type': contentType, ...headers }, body: JSON.stringify(body) };
}

export function xmlResponse(body: string, status = 200, headers: Readonly<Record<string, string>> = {}): ApiResponse {
  const document = body === '' ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body: document };
}

/** For services with AWS's JSON protocol. */
export function jsonErrors(version: JsonVersion): ErrorFormat {
  return ({ code, message, status, details }) =>
    jsonResponse(
      { __type: code, message, Message: message, ...details },
      {
        status,
        version,
        headers: { 'x-amzn-errortype': code },
      },
    );
}

/** For services with AWS's query protocol, whose answers are XML. */
export const queryErrors: ErrorFormat = (error, { requestId }) => queryError('', error, requestId, '');

/**
 * The same with the namespace of a service's answers, and an empty Detail, as SQS answers.
 * @param namespace such as `http://queue.amazonaws.com/doc/2012-11-05/`
 */
export function detailedQueryErrors(namespace: string): ErrorFormat {
  return (error, { requestId }) => queryError(` xmlns="${namespace}"`, error, requestId, '<Detail/>');
}

function queryError(attribute: string, { code, message, status }: AwsError, requestId: string, detail: string) {
  const fields = `<Type>${faultOf(status)}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
  const content = `<Error>${fields}${detail}</Error><RequestId>${requestId}</RequestId>`;
  return xmlResponse(`<ErrorResponse${attribute}>${content}</ErrorResponse>`, status);
}

/**
 * For a service that moved from the query protocol to JSON: it answers in the protocol of the request, since older clients use
 * the older one.
 * @param queryCodes codes of the query protocol that differ, by those of JSON
 * @param inQuery the format of the older protocol
 */
export function queryCompatibleErrors(
  queryCodes: Readonly<Record<string, string>>,
  inQuery: ErrorFormat = queryErrors,
): ErrorFormat {
  return (error, failed) => {
    const { message, status, details } = error;
    const queryCode = queryCodes[error.code] ?? error.code;
    if (failed.headers['x-amz-target'] === undefined) {
      return inQuery(new AwsError(queryCode, message, status, details), failed);
    }
    const answer = jsonErrors('1.0')(error, failed);
    return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': `${queryCode};${faultOf(status)}` } };
  };
}

/**
 * For a service that the engine does not have: in the protocol of the request, so that the AWS CLI and SDKs can read it. Only the
 * query protocol sends a form.
 */
export const errorsAsAsked: ErrorFormat = (error, failed) => {
  const isForm = failed.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  return (isForm ? queryErrors : jsonErrors('1.0'))(error, failed);
};

function faultOf(status: number): 'Sender' | 'Receiver' {
  return status >= 500 ? 'Receiver' : 'Sender';
}

/** A handler's AWS clients send the trace of `_X_AMZN_TRACE_ID` in this header. */
export const TRACE_HEADER = 'x-amzn-trace-id';

const ROOT = /(?:^|;)Root=1-([0-9a-f]{8})-([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})(?:;|$)/;

/**
 * The trace of an invocation, not sampled. On AWS its root is independent of the request id. Here it is made of the id, so
 * a call shows which invocation made it.
 * Source: X-Ray developer guide, tracing header; Lambda developer guide, environment variables.
 * @param requestId a UUID
 */
export function traceHeaderOf(requestId: string): string {
  const digits = requestId.replaceAll('-', '');
  return `Root=1-${digits.slice(0, 8)}-${digits.slice(8)};Sampled=0`;
}

/** The request id of the invocation that made a call, by the call's header; undefined for a call of no function. */
export function requestIdOf(header: string | readonly string[] | undefined): string | undefined {
  const [, ...parts] = (typeof header === 'string' && ROOT.exec(header)) || [];
  return parts.length > 0 ? parts.join('-') : undefined;
}
