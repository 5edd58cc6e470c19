import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from '../aws-error.ts';
import { credentialScope } from './credential-scope.ts';
import { type ErrorFormat, errorsAsAsked } from './error-formats.ts';
import type { ApiRequest, ApiResponse } from './http.ts';

/** One AWS service behind the gateway. */
export interface ServiceApi {
  /** The operation that a request asks for, such as `PutItem`. */
  operationOf(request: ApiRequest): string;
  /** @throws AwsError */
  handle(operation: string, request: ApiRequest): Promise<ApiResponse>;
  readonly errorOf: ErrorFormat;
}

export type ServiceApis = ReadonlyMap<string, ServiceApi>;

/** One call of an operation, as faults and permissions judge it. */
export interface ApiCall {
  /** As the signature names it, such as `s3`. */
  readonly service: string;
  /** Such as `CreateBucket`. */
  readonly operation: string;
  /** Whose call it is. */
  readonly accessKeyId: string;
  readonly request: ApiRequest;
  readonly requestId: string;
}

/** Stands around each call: it may refuse, delay or note it. */
export type AroundCall = (call: ApiCall, run: () => Promise<ApiResponse>) => Promise<ApiResponse>;

/** Only this machine may call. */
const HOST = '127.0.0.1';

/** An S3 object of that size is the largest request that the engine takes. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** How long the gateway's end waits for calls under way. */
const PATIENCE_MS = 1000;

/**
 * One endpoint for every service, in AWS's wire protocols: requests go to the service that their signature names.
 * Signatures are read, not verified.
 */
export class Gateway {
  readonly #server: Server;
  readonly #lasting: () => Promise<void> | undefined;
  readonly #underWay = new Set<Promise<void>>();
  /** Undefined until {@link open}. */
  #services: ServiceApis | undefined;
  #around: AroundCall = (_call, run) => run();
  #greeting: () => string = () => '';

  /** @param lasting resolves when what a call has done is lasting: then its caller hears of it */
  constructor(lasting: () => Promise<void> | undefined) {
    this.#lasting = lasting;
    this.#server = createServer((request, response) => {
      const served = this.#serve(request, response).finally(() => this.#underWay.delete(served));
      this.#underWay.add(served);
    });
    this.#server.keepAliveTimeout = 60_000;
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

  /** Answers requests from now on; who asks for nothing is greeted. */
  open(services: ServiceApis, around: AroundCall, greeting: () => string): void {
    this.#services = services;
    this.#around = around;
    this.#greeting = greeting;
  }

  /**
   * Takes no more calls, at once. Resolves when those under way are finished, whose callers are gone; one that is held up,
   * as faults can do, is waited for in vain and not for long.
   */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
    let patience: NodeJS.Timeout | undefined;
    const given = new Promise<void>((resolve) => {
      patience = setTimeout(resolve, PATIENCE_MS);
    });
    await Promise.race([Promise.all(this.#underWay), given]);
    clearTimeout(patience);
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const credential = credentialScope(incoming);
    const { service = '', accessKeyId = '' } = credential;
    const refusal = (error: unknown) => {
      const errorOf = this.#services?.get(service)?.errorOf ?? errorsAsAsked;
      return errorOf(asAwsError(error), { requestId, headers: incoming.headers });
    };
    const answer = async () => {
      const request = await readRequest(incoming, credential.region ?? 'us-east-1');
      return this.#answer({ service, accessKeyId, request, requestId });
    };
    const response = await answer().catch(refusal);
    const lasting = this.#lasting();
    // A call that is refused may have changed something as well.
    const unwritten = lasting && (await lasting.then(() => undefined, refusal));
    send(outgoing, unwritten ?? response, requestId, incoming.method);
  }

  async #answer(call: Omit<ApiCall, 'operation'>): Promise<ApiResponse> {
    const { service, request } = call;
    if (this.#services === undefined) {
      throw new AwsError('ServiceUnavailable', 'The local engine is starting. Try again.', 503);
    }
    const api = this.#services.get(service);
    if (api !== undefined) {
      const operation = api.operationOf(request);
      return this.#around({ ...call, operation }, () => api.handle(operation, request));
    }
    if (service === '' && request.method === 'GET' && request.url.pathname === '/') {
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: this.#greeting() };
    }
    if (service === '') {
      throw new AwsError(
        'MissingAuthenticationToken',
        'The request is not signed. Use an AWS SDK or the AWS CLI.',
        403,
      );
    }
    const known = [...this.#services.keys()].join(', ');
    throw new AwsError('UnknownService', `The local engine has no service ${service}; it has ${known}.`, 501);
  }
}

async function readRequest(incoming: IncomingMessage, region: string): Promise<ApiRequest> {
  const { method = 'GET', url: target = '/', headers } = incoming;
  const body = await readBody(incoming);
  return { method, target, url: new URL(target, `http://${headers.host ?? HOST}`), headers, body, region };
}

/** By listeners: the stream's async iterator costs a third of a small request's time. */
function readBody(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
      else reject(new AwsError('EntityTooLarge', `A request may have ${MAX_BODY_BYTES} bytes at most.`, 413));
    });
    incoming.on('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
    incoming.on('error', reject);
  });
}

function send(
  outgoing: ServerResponse,
  { status, headers, body }: ApiResponse,
  requestId: string,
  method?: string,
): void {
  outgoing.writeHead(status, {
    'x-amzn-requestid': requestId,
    'x-amz-request-id': requestId,
    ...(method !== 'HEAD' && { 'content-length': Buffer.byteLength(body) }),
    ...headers,
  });
  outgoing.end(method === 'HEAD' || status === 204 ? undefined : body);
}

/** A bug of the engine's own: the caller gets what happened, as AWS's 500 never would. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  return new AwsError('InternalFailure', (error as Error).stack ?? String(error), 500);
}
