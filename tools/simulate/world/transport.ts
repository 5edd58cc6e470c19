import { EventEmitter } from 'node:events';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { Readable } from 'node:stream';
import type { DirectAnswer, DirectRequest } from '../../../packages/local-engine/index.ts';
import { currentScope, inScope, outsideScopes, type Scope } from './scope.ts';
import type { World } from './world.ts';

const require = createRequire(import.meta.url);

/** What happens to a call on its way. */
export interface CallFate {
  /** Milliseconds until the call takes effect, and from there until its answer arrives. */
  readonly thereMs: number;
  readonly backMs: number;
  /** The connection breaks before the call, or after its effect; or its answer never comes. @default - it is answered */
  readonly breaks?: 'before' | 'after' | 'silence';
  /** The function that calls hangs before the call, or after its effect, until Lambda ends it. @default - it does not */
  readonly hangs?: 'before' | 'after';
  /** The function that calls dies before the call, or after its effect. @default - it lives on */
  readonly dies?: { readonly when: 'before' | 'after'; readonly errorType: string };
  /** Who calls is asked to end, before the call takes effect. @default - nobody asks */
  readonly interrupts?: boolean;
  /** Answers in the place of AWS, which it may ask. @default - AWS answers */
  readonly instead?: (request: DirectRequest, exchange: Exchange) => Promise<DirectAnswer>;
}

export type Exchange = (request: DirectRequest) => Promise<DirectAnswer>;

/** Answers calls, and decides what happens to them on the way. */
export interface Network {
  readonly exchange: Exchange;
  readonly fateOf: (scope: Scope) => CallFate;
}

interface RequestOptions {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type OnResponse = (response: Readable) => void;

type SendRequest = (options: RequestOptions, onResponse: OnResponse) => SimulatedRequest;

/** The network of a simulated process: what the SDK's own request handler asks of `node:http` ends at the engine. */
export class Transport {
  readonly #world: World;
  /** Replaced with each schedule. */
  network: Network | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** Replaces `request` of `node:http` for the rest of the process. What is asked for from outside of an environment is an error. */
  install(): void {
    const http = require('node:http') as { request: SendRequest };
    http.request = (options: RequestOptions, onResponse: OnResponse) => {
      const scope = currentScope();
      if (scope === undefined) throw new Error('Only functions and commands send requests in a simulation.');
      const request = new SimulatedRequest(options, (sent, body) => void this.#carry(sent, body, scope, onResponse));
      // Who waits for leave to send a body gets it.
      if (headerOf(options, 'expect') !== undefined) this.#world.soon(() => request.emit('continue'));
      return request;
    };
    syncBuiltinESMExports();
    globalThis.fetch = (url) =>
      new Promise((resolve, reject) => {
        const { pathname, search } = new URL(url instanceof Request ? url.url : url);
        const request = http.request({ path: pathname + search }, (response) => {
          clearTimeout(patience);
          resolve(answerOf(response));
        });
        const patience = setTimeout(() => request.destroy(new Error('Headers Timeout Error')), HEADERS_TIMEOUT_MS);
        request.on('error', (cause) => reject(new TypeError('fetch failed', { cause })));
        request.end();
      });
  }

  async #carry(request: SimulatedRequest, body: Buffer, scope: Scope, onResponse: OnResponse): Promise<void> {
    const { network } = this;
    if (network === undefined || !scope.isAlive) return;
    const { method = 'GET', path = '/', headers = {} } = request.options;
    const { thereMs, backMs, breaks, hangs, dies, instead, interrupts } = network.fateOf(scope);
    const target = path;
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const sent = { method, target, headers: lower, body };
    const noted = scope.onCall?.(sent);
    const isOver = () => network !== this.network || !scope.isAlive;
    const answer = await outsideScopes(async () => {
      await this.#world.pass(thereMs);
      if (isOver()) return undefined;
      if (dies?.when === 'before') scope.die(dies.errorType, 'killed by the simulation.');
      if (hangs === 'before') scope.isAlive = false;
      if (interrupts) scope.interrupt?.();
      if (isOver() || breaks === 'before') return undefined;
      const answered = await (instead === undefined ? network.exchange(sent) : instead(sent, network.exchange));
      if (isOver()) return undefined;
      if (hangs === 'after') scope.isAlive = false;
      if (dies?.when === 'after') scope.die(dies.errorType, 'killed by the simulation.');
      await this.#world.pass(backMs);
      return answered;
    });
    if (isOver() || request.destroyed || breaks === 'silence') return;
    inScope(scope, () => {
      if (breaks !== undefined || answer === undefined) request.emit('error', connectionReset());
      else {
        if (noted !== undefined) noted.answer = answer;
        respond(request, answer, new Date(this.#world.clock), onResponse);
      }
      request.emit('close');
    });
  }
}

function headerOf({ headers = {} }: RequestOptions, wanted: string): string | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function connectionReset(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}

/** @param date what the clock of who answers shows */
function respond(request: SimulatedRequest, answer: DirectAnswer, date: Date, onResponse: OnResponse): void {
  const response = new SimulatedResponse({ ...answer, headers: { date: date.toUTCString(), ...answer.headers } });
  request.emit('response', response);
  onResponse(response);
}

/** As much of `IncomingMessage` as the SDK uses. All of the body is there at once. */
class SimulatedResponse extends Readable {
  readonly statusCode: number;
  readonly statusMessage = '';
  readonly headers: DirectAnswer['headers'];
  readonly complete = true;
  readonly #body: Buffer;

  constructor({ status, headers, body }: DirectAnswer) {
    super();
    this.statusCode = status;
    this.headers = headers;
    this.#body = body;
  }

  override _read(): void {
    if (this.#body.length > 0) this.push(this.#body);
    this.push(null);
  }

  /** Without the flow control of a stream, which takes longer than the rest of a small answer. */
  override pipe<T extends NodeJS.WritableStream>(to: T): T {
    if (this.#body.length > 0) to.write(this.#body);
    to.end();
    return to;
  }
}

/** How long `fetch` waits for the head of an answer. Source: undici, Client, `headersTimeout`. */
const HEADERS_TIMEOUT_MS = 300_000;

/** As much of a `fetch` answer as its head: nobody here reads the body of one. */
function answerOf(response: Readable): Response {
  const { statusCode, headers } = response as Readable & { statusCode: number; headers: Record<string, string> };
  return new Response(null, { status: statusCode, headers });
}

/** A connection that is always there. */
const SOCKET = Object.assign(new EventEmitter().setMaxListeners(0), {
  connecting: false,
  setTimeout() {},
  setKeepAlive() {},
  destroy() {},
});

/** So much of `ClientRequest` as the SDK uses. */
class SimulatedRequest extends EventEmitter {
  readonly options: RequestOptions;
  readonly socket = SOCKET;
  destroyed = false;
  readonly #chunks: Buffer[] = [];
  readonly #send: (request: SimulatedRequest, body: Buffer) => void;

  constructor(options: RequestOptions, send: (request: SimulatedRequest, body: Buffer) => void) {
    super();
    this.options = options;
    this.#send = send;
  }

  write(chunk: string | Uint8Array): boolean {
    this.#chunks.push(Buffer.from(chunk as Uint8Array));
    return true;
  }

  end(chunk?: string | Uint8Array): this {
    if (chunk !== undefined) this.write(chunk);
    this.#send(this, Buffer.concat(this.#chunks));
    return this;
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  destroy(error?: Error): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    if (error !== undefined) this.emit('error', error);
    this.emit('close');
    return this;
  }
}
