import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiResponse, CorsAnswer } from '../protocols/http.ts';
import type { WebOrigin } from '../web-origin/index.ts';
import { Answers, type DirectAnswer, type DirectRequest, type GatewayServices } from './answers.ts';
import { credentialScope, type Exchange, ReceivedRequest, readBody, sendAnswer } from './exchange.ts';
import { engineOrigin, isPreflight } from './web-origin.ts';

// An import would read every export of the module, and so load the WebSocket client: a tenth of the engine's start.
const { createServer } = process.getBuiltinModule('node:http');

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

/**
 * One endpoint for all services, in AWS's wire protocols: a request goes to the service that its signature names.
 * Signatures are read, not verified.
 */
export class Gateway {
  readonly #server: Server;
  readonly #answers: Answers;
  readonly #webOrigin: WebOrigin;
  /** Calls that are not answered. */
  #running = 0;
  /** Called whenever no call is left. */
  #whenIdle = () => {};

  /** @throws Error for an invalid host name */
  constructor({ lasting, allowedHosts }: GatewayProps) {
    this.#answers = new Answers(lasting);
    this.#webOrigin = engineOrigin(allowedHosts);
    const serve = (request: IncomingMessage, response: ServerResponse) => {
      this.#running += 1;
      void this.#serve(request, response).finally(ended);
    };
    const ended = () => {
      this.#running -= 1;
      if (this.#running === 0) this.#whenIdle();
    };
    // A request without a Host is refused, as one with a wrong Host. Without `checkContinue`, Node.js asks for the body before the request is admitted.
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
    this.#answers.open(opened);
  }

  /** Answers a request without a socket: see {@link Answers.exchange}. */
  exchange(request: DirectRequest): Promise<DirectAnswer> {
    return this.#answers.exchange(request);
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
      this.#send(exchange, this.#answers.failed(exchange, error));
    }
  }

  /** Refuses a request because of its origin. */
  #refuse(exchange: Exchange, reason: string): void {
    this.#answers.opened?.refused(exchange.incoming, reason);
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
    this.#send(exchange, { status: 403, headers, body: `${reason}\n` });
  }

  #send(exchange: Exchange, answer: ApiResponse): void {
    sendAnswer(exchange, answer, this.#answers.opened?.now());
  }

  /** @throws Error for an answer that HTTP cannot carry */
  async #handle(exchange: Exchange, { service, accessKeyId, cors, request }: Admitted): Promise<void> {
    const { incoming, outgoing, requestId } = exchange;
    const answer = async () => {
      if (cors !== undefined && isPreflight(request)) return { status: 200, headers: {}, body: '' };
      if (incoming.headers.expect !== undefined) outgoing.writeContinue();
      request.body = await readBody(incoming);
      return this.#answers.answer({ service, accessKeyId, request, requestId });
    };
    const failed = (error: unknown) => this.#answers.failed(exchange, error, service);
    const response = await answer().catch(failed);
    const sent = (await this.#answers.unwritten(failed)) ?? response;
    this.#send(exchange, cors === undefined ? sent : { ...sent, headers: { ...sent.headers, ...cors.headers } });
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
    const cors = this.#answers.crossOrigin(asked, request);
    return cors === undefined ? foreign : { request, service, accessKeyId, cors };
  }
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
