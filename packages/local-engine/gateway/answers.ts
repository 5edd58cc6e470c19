import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AwsError } from '../core/aws-error.ts';
import {
  type ApiRequest,
  type ApiRequestHead,
  type ApiResponse,
  type CorsAnswer,
  errorsAsAsked,
  type ServiceApi,
} from '../protocols/http.ts';
import { answerHeaders, credentialScope, type Exchange, NOTHING, ReceivedRequest } from './exchange.ts';

export type ServiceApis = ReadonlyMap<string, ServiceApi>;

/** One call of an operation. */
export interface ApiCall {
  /** As the signature names it, such as `s3`. */
  readonly service: string;
  /** Such as `CreateBucket`. */
  readonly operation: string;
  /** The access key of the caller. */
  readonly accessKeyId: string;
  readonly request: ApiRequest;
  readonly requestId: string;
  /** Call this before reading the request's members. @throws AwsError */
  readonly validate: () => void;
}

/** Wraps each call: it may refuse, delay or record it. */
export type AroundCall = (call: ApiCall, run: () => Promise<ApiResponse>) => Promise<ApiResponse>;

/** No bucket can have a name that begins so. */
const CONTROL_PATH = '/_local-engine/';

/** A request of a client in the engine's own process. */
export interface DirectRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Names in lower case; with the client's signature. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The answer to a {@link DirectRequest}. */
export interface DirectAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What the gateway is opened with. */
export interface GatewayServices {
  readonly services: ServiceApis;
  readonly around: AroundCall;
  /** The answer to GET / without a signature. */
  readonly greeting: () => string;
  /** Answers requests to the engine's own API, which are not signed: those whose path begins with {@link CONTROL_PATH}. */
  readonly control: (request: ApiRequest) => Promise<ApiResponse>;
  /** The engine's time, in milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Called for each request that is refused because of its origin. */
  readonly refused: (incoming: IncomingMessage, reason: string) => void;
  /** What else than a bug may be why a call fails, such as "the data of the engine is damaged". @default - nothing */
  readonly doubt?: string;
  /** Called for each unexpected error, which is a bug of the engine. */
  readonly failed: (requestId: string, error: unknown) => void;
}

/** The request that an error is about. */
interface Failed extends Pick<Exchange, 'requestId'> {
  readonly incoming: Pick<IncomingMessage, 'headers'>;
}

/** Answers requests, however they come: the service that a request's signature names, in that service's form. */
export class Answers {
  readonly #lasting: () => Promise<void> | undefined;
  #opened: GatewayServices | undefined;

  /** @param lasting resolves when the effect of a call is committed; only then it is answered */
  constructor(lasting: () => Promise<void> | undefined) {
    this.#lasting = lasting;
  }

  /** Undefined until {@link open}: until then requests are refused. */
  get opened(): GatewayServices | undefined {
    return this.#opened;
  }

  /** Answers requests from now on. */
  open(opened: GatewayServices): void {
    this.#opened = opened;
  }

  /**
   * Answers a request without a socket. No web page can send one, so its Host and Origin are not judged; everything else is as if it
   * had come over HTTP, and the answer leaves only when its effect is committed.
   */
  async exchange({ method, target, headers, body }: DirectRequest): Promise<DirectAnswer> {
    const incoming = { method, url: target, headers };
    const { service = '', accessKeyId = '', region = 'us-east-1' } = credentialScope(incoming);
    const request = new ReceivedRequest(incoming, { host: '127.0.0.1', target, region, hostBucket: undefined });
    request.body = body;
    const requestId = randomUUID();
    const failed = (error: unknown) => this.failed({ incoming, requestId }, error, service);
    const response = await this.answer({ service, accessKeyId, request, requestId }).catch(failed);
    const { status, headers: ofService, body: content } = (await this.unwritten(failed)) ?? response;
    const hasBody = method !== 'HEAD' && status !== 204;
    return {
      status,
      headers: { ...answerHeaders(requestId, method === 'HEAD' ? undefined : content), ...ofService },
      body: hasBody ? Buffer.from(content) : NOTHING,
    };
  }

  /** The answer if what a call has changed cannot be committed. A refused call may have changed something too. */
  async unwritten(failed: (error: unknown) => ApiResponse): Promise<ApiResponse | undefined> {
    return this.#lasting()?.then(() => undefined, failed);
  }

  /** The answer to a request that failed, in the form of its service. */
  failed({ incoming, requestId }: Failed, error: unknown, service = ''): ApiResponse {
    const errorOf = this.#opened?.services.get(service)?.errorOf ?? errorsAsAsked;
    return errorOf(this.#asAwsError(error, requestId), { requestId, headers: incoming.headers });
  }

  /** No rule allows a request that cannot be read, such as one whose path is not text. */
  crossOrigin(service: string, head: ApiRequestHead): CorsAnswer | undefined {
    try {
      return this.#opened?.services.get(service)?.crossOrigin?.(head);
    } catch (error) {
      if (error instanceof AwsError) return undefined;
      throw error;
    }
  }

  /** @throws AwsError for what is refused, and whatever an operation throws */
  async answer(call: Omit<ApiCall, 'operation' | 'validate'>): Promise<ApiResponse> {
    const { service, request } = call;
    if (this.#opened === undefined) {
      throw new AwsError('ServiceUnavailable', 'The local engine is starting. Try again.', 503);
    }
    const { services, around, greeting, control } = this.#opened;
    const api = services.get(service);
    if (api !== undefined) {
      const operation = api.operationOf(request);
      const validate = () => api.validate?.(operation, request);
      return around({ ...call, operation, validate }, () => api.handle(operation, request));
    }
    if (service === '' && request.method === 'GET' && request.url.pathname === '/') {
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: greeting() };
    }
    if (service === '' && request.target.startsWith(CONTROL_PATH)) return control(request);
    if (service === '') {
      throw new AwsError(
        'MissingAuthenticationToken',
        'The request is not signed. Use an AWS SDK or the AWS CLI.',
        403,
      );
    }
    const known = [...services.keys()].join(', ');
    throw new AwsError('UnknownService', `The local engine has no service ${service}; it has ${known}.`, 501);
  }

  /** For a bug of the engine, the caller gets the message, and the journal the stack. */
  #asAwsError(error: unknown, requestId: string): AwsError {
    if (error instanceof AwsError) return error;
    this.#opened?.failed(requestId, error);
    const [what = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    const doubt = this.#opened?.doubt === undefined ? '' : `, unless ${this.#opened.doubt}`;
    const message = `The local engine failed, which is a bug${doubt}: ${what} The journal has the stack, under the request id ${requestId}.`;
    return new AwsError('InternalFailure', message, 500);
  }
}
