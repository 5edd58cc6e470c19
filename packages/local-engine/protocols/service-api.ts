import type { ErrorFormat } from './error-formats.ts';
import type { ApiRequest, ApiRequestHead, ApiResponse } from './http.ts';

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
