import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from '../core/aws-error.ts';
import {
  type ApiRequest,
  type ApiRequestHead,
  type ApiResponse,
  type CorsAnswer,
  errorsAsAsked,
  type ServiceApi,
} from '../protocols/http.ts';
import type { WebOrigin } from '../web-origin/index.ts';
import {
  answerHeaders,
  credentialScope,
  type Exchange,
  NOTHING,
  ReceivedRequest,
  readBody,
  sendAnswer,
} from './exchange.ts';
import { engineOrigin, isPreflight } from './web-origin.ts';

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

// An import would read every export of the module, and so load the WebSocket client: a tenth of the engine's start.
const { createServer } = process.getBuiltinModule('node:http');

/** No bucket can have a name that begins so. */
const CONTROL_PATH = '/_local-engine/';

/** Only this machine may call. */
const HOST = '127.0.0.1';

/** How long closing waits for running calls. */
const PATIENCE_MS = 1000;

interface GatewayProps {
  /** Resolves when the effect of a call is committed; only then it is answered. */
  readonly lasting: () => Promise<void> | undefined;
  /**
   * Further host names for the engine, in addition to 127.0.0.1, localhost and [::1].
   * @default - none
   */
  readonly allowedHosts?: readonly string[];
}

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

/**
 * One endpoint for all services, in AWS's wire protocols: a request goes to the service that its signature names.
 * Signatures are read, not verified.
 */
export class Gateway {
  readonly #server: Server;
  readonly #lasting: GatewayProps['lasting'];
  readonly #webOrigin: WebOrigin;
  /** Calls that are not answered. */
  #running = 0;
  /** Called whenever no call is left. */
  #whenIdle = () => {};
  /** Undefined until {@link open}. */
  #opened: GatewayServices | undefined;

  /** @throws Error for an invalid host name */
  constructor({ lasting, allowedHosts }: GatewayProps) {
    this.#lasting = lasting;
    this.#webOrigin = engineOrigin(allowedHosts);
    const serve = (request: IncomingMessage, response: ServerResponse) => {
      this.#running += 1;
      void this.#serve(request, response).finally(ended);
    };
    const ended = () => {
      this.#running -= 1;
      if (this.#running === 0) this.#whenIdle();
    };
    // A missing Host is refused as any wrong one. Without `checkContinue`, Node.js asks for the body before the request is admitted.
    this.#server = createServer({ requireHostHeader: false, keepAliveTimeout: 60_000 }, serve);
    this.#server.on('checkContinue', serve);
  }

  /**
   * Opens the endpoint; requests are refused until {@link open} is called.
   * @param port 0 takes any free one
   * @returns the endpoint's URL
   * @throws Error with a code such as EADDRINUSE
   */
  listen(port: number): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, HOST, () => {
        this.#server.off('error', reject);
        resolve(`http://${HOST}:${(this.#server.address() as AddressInfo).port}`);
      });
    });
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
    const request = new ReceivedRequest(incoming, { host: HOST, target, region, hostBucket: undefined });
    request.body = body;
    const requestId = randomUUID();
    const failed = (error: unknown) => this.#failed({ incoming, requestId }, error, service);
    const response = await this.#answer({ service, accessKeyId, request, requestId }).catch(failed);
    const { status, headers: ofService, body: content } = (await this.#unwritten(failed)) ?? response;
    const hasBody = method !== 'HEAD' && status !== 204;
    return {
      status,
      headers: { ...answerHeaders(requestId, method === 'HEAD' ? undefined : content), ...ofService },
      body: hasBody ? Buffer.from(content) : NOTHING,
    };
  }

  /**
   * Refuses new calls and closes all connections at once. Resolves when the running calls are finished, or after a second: a fault
   * may hold a call forever.
   */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => {
      const patience = setTimeout(resolve, PATIENCE_MS);
      this.#whenIdle = () => {
        clearTimeout(patience);
        resolve();
      };
    });
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const exchange = { incoming, outgoing, requestId: randomUUID() };
    try {
      const admitted = this.#admit(incoming);
      if (typeof admitted === 'string') this.#refuse(exchange, admitted);
      else await this.#handle(exchange, admitted);
    } catch (error) {
      this.#send(exchange, this.#failed(exchange, error));
    }
  }

  /** Refuses a request because of its origin. */
  #refuse(exchange: Exchange, reason: string): void {
    this.#opened?.refused(exchange.incoming, reason);
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
    this.#send(exchange, { status: 403, headers, body: `${reason}\n` });
  }

  #send(exchange: Exchange, answer: ApiResponse): void {
    sendAnswer(exchange, answer, this.#opened?.now());
  }

  /** @throws Error for an answer that HTTP cannot carry */
  async #handle(exchange: Exchange, { service, accessKeyId, cors, request }: Admitted): Promise<void> {
    const { incoming, outgoing, requestId } = exchange;
    const answer = async () => {
      if (cors !== undefined && isPreflight(request)) return { status: 200, headers: {}, body: '' };
      if (incoming.headers.expect !== undefined) outgoing.writeContinue();
      request.body = await readBody(incoming);
      return this.#answer({ service, accessKeyId, request, requestId });
    };
    const failed = (error: unknown) => this.#failed(exchange, error, service);
    const response = await answer().catch(failed);
    const sent = (await this.#unwritten(failed)) ?? response;
    this.#send(exchange, cors === undefined ? sent : { ...sent, headers: { ...sent.headers, ...cors.headers } });
  }

  /** The answer if what a call has changed cannot be committed. A refused call may have changed something too. */
  async #unwritten(failed: (error: unknown) => ApiResponse): Promise<ApiResponse | undefined> {
    return this.#lasting()?.then(() => undefined, failed);
  }

  /** The answer to a request that failed, in the form of its service. */
  #failed({ incoming, requestId }: Failed, error: unknown, service = ''): ApiResponse {
    const errorOf = this.#opened?.services.get(service)?.errorOf ?? errorsAsAsked;
    return errorOf(this.#asAwsError(error, requestId), { requestId, headers: incoming.headers });
  }

  /** Decides by the head of a request, before its body is read. @returns the request, or one line that says why it is refused */
  #admit(incoming: IncomingMessage): Admitted | string {
    const sender = this.#webOrigin.judge(incoming, incoming.socket.localPort ?? 0);
    if (typeof sender === 'string') return sender;
    const { host, target, bucket: hostBucket, foreign } = sender;
    const { service = '', accessKeyId = '', region = 'us-east-1' } = credentialScope(incoming);
    const request = new ReceivedRequest(incoming, { host, target, region, hostBucket });
    const asked = isPreflight(request) ? 's3' : service;
    if (hostBucket !== undefined && asked !== 's3') {
      return `The Host ${host} names a bucket, but the request is not for S3. Sign it for S3, or send it to localhost.`;
    }
    if (foreign === undefined) return { request, service, accessKeyId };
    const cors = this.#crossOrigin(asked, request);
    return cors === undefined ? foreign : { request, service, accessKeyId, cors };
  }

  /** No rule allows a request that cannot be read, such as one whose path is not text. */
  #crossOrigin(service: string, head: ApiRequestHead): CorsAnswer | undefined {
    try {
      return this.#opened?.services.get(service)?.crossOrigin?.(head);
    } catch (error) {
      if (error instanceof AwsError) return undefined;
      throw error;
    }
  }

  async #answer(call: Omit<ApiCall, 'operation' | 'validate'>): Promise<ApiResponse> {
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

/** The request that an error is about. */
interface Failed extends Pick<Exchange, 'requestId'> {
  readonly incoming: Pick<IncomingMessage, 'headers'>;
}

/** A request that is answered. */
interface Admitted {
  /** Its body is read later. */
  readonly request: ReceivedRequest;
  readonly service: string;
  readonly accessKeyId: string;
  /** For a page of another origin. */
  readonly cors?: CorsAnswer;
}
