import type { IncomingMessage } from 'node:http';
import type { AwsError } from '../core/aws-error.ts';

/** One request to the gateway, read whole, with what its signature says of it. */
export interface ApiRequest {
  readonly method: string;
  /** The target parsed; its path is still percent-encoded. */
  readonly url: URL;
  /** Path and query as they came. */
  readonly target: string;
  /** Of a request in virtual-hosted style: the bucket that its Host names. Only S3 gets such requests. */
  readonly hostBucket?: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Region of the credential scope; clients may name any. */
  readonly region: string;
}

/** What of a request is known before its body is read. */
export type ApiRequestHead = Omit<ApiRequest, 'body'>;

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** How a service's protocol says that a call failed. */
export type ErrorFormat = (
  error: AwsError,
  failed: { readonly requestId: string; readonly headers: ApiRequest['headers'] },
) => ApiResponse;

/** One AWS service behind the gateway. */
export interface ServiceApi {
  /** The operation that a request asks for, such as `PutItem`. */
  operationOf(request: ApiRequest): string;
  /**
   * Refuses what is not as the operation's schema says, before anything else reads it; handle does so too.
   * @throws AwsError
   */
  readonly validate?: (operation: string, request: ApiRequest) => void;
  /** @throws AwsError */
  handle(operation: string, request: ApiRequest): Promise<ApiResponse>;
  readonly errorOf: ErrorFormat;
  /**
   * What the service allows a web page of another origin, which is nothing for most. S3 asks the CORS rules of the bucket, for
   * requests about objects. It is asked before the body is read, for signed requests to this service, and for preflights:
   * OPTIONS with Origin and Access-Control-Request-Method.
   * @returns undefined to refuse
   * @throws AwsError to refuse what cannot be read
   */
  readonly crossOrigin?: (request: ApiRequestHead) => CorsAnswer | undefined;
}

/** A page of another origin may send the request. */
export interface CorsAnswer {
  /** Those that let the page read the answer, on errors too; all there is in the answer to a preflight. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Of AWS's JSON protocol; each service has one, and says so in the content type. */
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
