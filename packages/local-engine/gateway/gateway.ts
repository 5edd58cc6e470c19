import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from '../core/aws-error.ts';
import { errorsAsAsked } from '../protocols/error-formats.ts';
import type { ApiRequest, ApiRequestHead, ApiResponse, CorsAnswer, ServiceApi } from '../protocols/http.ts';
import { credentialScope, type Exchange, readBody, sendAnswer } from './exchange.ts';
import { isPreflight, WebOrigin } from './web-origin.ts';

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
  /** Must be asked by what reads the request's members before the operation does. @throws AwsError */
  readonly validate: () => void;
}

/** Stands around each call: it may refuse, delay or note it. */
export type AroundCall = (call: ApiCall, run: () => Promise<ApiResponse>) => Promise<ApiResponse>;

/** Only this machine may call. */
const HOST = '127.0.0.1';

/** How long the gateway's end waits for calls under way. */
const PATIENCE_MS = 1000;

export interface GatewayProps {
  /** Resolves when what a call has done is lasting: then its caller hears of it. */
  readonly lasting: () => Promise<void> | undefined;
  /**
   * Names by which the engine may be called, beside 127.0.0.1, localhost and [::1].
   * @default - none
   */
  readonly allowedHosts?: readonly string[];
}

/** What the gateway is opened with. */
export interface GatewayServices {
  readonly services: ServiceApis;
  readonly around: AroundCall;
  /** The answer to GET / without a signature. */
  readonly greeting: () => string;
  /** Hears of each request that was refused for where it comes from. */
  readonly refused: (incoming: IncomingMessage, reason: string) => void;
  /** Hears of each error that the engine has no name for, which is a bug of its own. */
  readonly failed: (requestId: string, error: unknown) => void;
}

/**
 * One endpoint for every service, in AWS's wire protocols: requests go to the service that their signature names.
 * Signatures are read, not verified.
 */
export class Gateway {
  readonly #server: Server;
  readonly #lasting: GatewayProps['lasting'];
  readonly #webOrigin: WebOrigin;
  readonly #underWay = new Set<Promise<void>>();
  /** Undefined until {@link open}. */
  #opened: GatewayServices | undefined;

  /** @throws Error for an allowed host that is no host name */
  constructor({ lasting, allowedHosts }: GatewayProps) {
    this.#lasting = lasting;
    this.#webOrigin = new WebOrigin(allowedHosts);
    const serve = (request: IncomingMessage, response: ServerResponse) => {
      const served = this.#serve(request, response).finally(() => this.#underWay.delete(served));
      this.#underWay.add(served);
    };
    // A missing Host is refused here, as any other that is wrong.
    this.#server = createServer({ requireHostHeader: false, keepAliveTimeout: 60_000 }, serve);
    // Without this Node.js would ask for the body before the request is judged.
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
    const exchange = { incoming, outgoing, requestId: randomUUID() };
    try {
      const admitted = this.#admit(incoming);
      if (typeof admitted === 'string') this.#refuse(exchange, admitted);
      else await this.#handle(exchange, admitted);
    } catch (error) {
      sendAnswer(exchange, this.#failed(exchange, error));
    }
  }

  /** Says why a request is refused for where it comes from. */
  #refuse(exchange: Exchange, reason: string): void {
    this.#opened?.refused(exchange.incoming, reason);
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
    sendAnswer(exchange, { status: 403, headers, body: `${reason}\n` });
  }

  /** @throws Error for an answer that HTTP cannot carry */
  async #handle(exchange: Exchange, { service, accessKeyId, cors, ...head }: Admitted): Promise<void> {
    const { incoming, outgoing, requestId } = exchange;
    const answer = async () => {
      if (cors !== undefined && isPreflight(head)) return { status: 200, headers: {}, body: '' };
      if (incoming.headers.expect !== undefined) outgoing.writeContinue();
      const body = await readBody(incoming);
      return this.#answer({ service, accessKeyId, request: { ...head, body }, requestId });
    };
    const failed = (error: unknown) => this.#failed(exchange, error, service);
    const response = await answer().catch(failed);
    const lasting = this.#lasting();
    // A call that is refused may have changed something as well.
    const unwritten = lasting && (await lasting.then(() => undefined, failed));
    const sent = unwritten ?? response;
    sendAnswer(exchange, cors === undefined ? sent : { ...sent, headers: { ...sent.headers, ...cors.headers } });
  }

  /** The answer to a request that failed, in the form of its service. */
  #failed({ incoming, requestId }: Exchange, error: unknown, service = ''): ApiResponse {
    const errorOf = this.#opened?.services.get(service)?.errorOf ?? errorsAsAsked;
    return errorOf(this.#asAwsError(error, requestId), { requestId, headers: incoming.headers });
  }

  /** Judges a request by its head, before anything is read or done. @returns why it is refused, in one line */
  #admit(incoming: IncomingMessage): Admitted | string {
    const sender = this.#webOrigin.judge(incoming, incoming.socket.localPort ?? 0);
    if (typeof sender === 'string') return sender;
    const { host, target, bucket: hostBucket, foreign } = sender;
    const { service = '', accessKeyId = '', region = 'us-east-1' } = credentialScope(incoming);
    const { method = 'GET', headers } = incoming;
    const url = new URL(`http://${host}${target}`);
    const head = { method, target, url, headers, region, ...(hostBucket !== undefined && { hostBucket }) };
    const asked = isPreflight(head) ? 's3' : service;
    if (hostBucket !== undefined && asked !== 's3') {
      return `The Host ${host} names a bucket, and the request is not one to S3: sign it for S3, or send it to localhost.`;
    }
    if (foreign === undefined) return { ...head, service, accessKeyId };
    const cors = this.#crossOrigin(asked, head);
    return cors === undefined ? foreign : { ...head, service, accessKeyId, cors };
  }

  /** What cannot be read, such as a path that is no text, is allowed by no rule. */
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
    const { services, around, greeting } = this.#opened;
    const api = services.get(service);
    if (api !== undefined) {
      const operation = api.operationOf(request);
      const validate = () => api.validate?.(operation, request);
      return around({ ...call, operation, validate }, () => api.handle(operation, request));
    }
    if (service === '' && request.method === 'GET' && request.url.pathname === '/') {
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: greeting() };
    }
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

  /** The caller of a bug gets what happened in one line; where in the engine is in the journal. */
  #asAwsError(error: unknown, requestId: string): AwsError {
    if (error instanceof AwsError) return error;
    this.#opened?.failed(requestId, error);
    const [what = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    const message = `The local engine failed, which is a bug: ${what} The journal has more of it under the request id ${requestId}.`;
    return new AwsError('InternalFailure', message, 500);
  }
}

/** A request that may be read and answered. */
interface Admitted extends ApiRequestHead {
  readonly service: string;
  readonly accessKeyId: string;
  /** Of a page of another origin. */
  readonly cors?: CorsAnswer;
}
