import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { timeAt } from '../../operations/aws/pipeline-time.ts';
import { chooseTarget, type TargetOptions } from '../../operations/aws/target.ts';
import { CommandFailure, UsageError } from '../../operations/messages/errors.ts';
import { Admission } from './admission.ts';
import { failStream, postponeStream, refuse, type StreamItem, sendJson, sendStream } from './answers.ts';
import { readJson, UnreadableBody } from './body.ts';
import { Jobs } from './jobs.ts';
import { pageRoute } from './page-files.ts';
import type { Asked, Route } from './route.ts';
import { Turns } from './turns.ts';

export interface ConsoleOptions {
  /** The options that choose the pipeline. */
  readonly target: TargetOptions;
  /** Whether the page may change something. */
  readonly isWritable: boolean;
  /** Where to listen; if that port is in use, at any free one. 0 takes any free one. */
  readonly port: number;
  /** Called for each unexpected error, which is a bug of the console. */
  readonly onBug: (error: unknown) => void;
}

export interface RunningConsole {
  /** Such as `http://127.0.0.1:5566`. */
  readonly url: string;
  /** Ends all connections, and stops all jobs: each ends what it has begun. */
  close(): Promise<void>;
}

// An import would load the WebSocket client with it, as in the engine's gateway.
const { createServer } = process.getBuiltinModule('node:http');

/** An address may contain a whole event that is tried. */
const MOST_HEADER_BYTES = 2 ** 17;

/** Only this machine may call. */
const HOST = '127.0.0.1';

/**
 * Serves the console. What it shows is loaded at the first request, and without a request it does nothing.
 * @throws Error with a code such as EACCES
 */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const console = new ConsoleServer(options);
  const { port } = options;
  await console.listen(port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return console.listen(0);
  });
  return console;
}

/** Items of a stream, each with the time where the pipeline is, unless it has another one: the page counts ages by it. */
async function* withTime(items: AsyncIterable<StreamItem>, options: TargetOptions): AsyncGenerator<StreamItem> {
  for await (const { id, data } of items) {
    yield { id, data: { now: timeAt(chooseTarget(options, process.env)), ...data } };
  }
}

class ConsoleServer implements RunningConsole {
  readonly #server: Server;
  readonly #options: ConsoleOptions;
  readonly #admission: Admission;
  readonly #closed = new AbortController();
  readonly #jobs: Jobs;
  readonly #turns = new Turns();

  constructor(options: ConsoleOptions) {
    this.#options = options;
    this.#admission = new Admission(options.isWritable);
    this.#jobs = new Jobs(options.onBug);
    // A request without a Host is refused, as one with a wrong Host.
    this.#server = createServer(
      { requireHostHeader: false, maxHeaderSize: MOST_HEADER_BYTES },
      (request, response) => void this.#serve(request, response),
    );
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, HOST, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  get url(): string {
    return `http://${HOST}:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#closed.abort();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await this.#jobs.close();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const admitted = this.#admission.judge(request);
      if ('reason' in admitted) return refuse(response, admitted.status, admitted.reason);
      const { method = 'GET' } = request;
      // The page needs nothing of the operations, which take long to load the first time.
      const route =
        pageRoute(method, admitted.url.pathname) ??
        (await import('./routes.ts')).findRoute(method, admitted.url.pathname);
      if (route === undefined) return refuse(response, 404, `The console has no ${method} ${admitted.url.pathname}.`);
      await this.#answer(route, { request, response, url: admitted.url });
    } catch (error) {
      this.#fail(response, error);
    }
  }

  async #answer(
    route: Route,
    { request, response, url }: { request: IncomingMessage; response: ServerResponse; url: URL },
  ): Promise<void> {
    // The browser left while the routes were loaded: nothing would say so again.
    if (response.destroyed) return;
    const { target, isWritable } = this.#options;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.#closed.signal]);
    const asked = { query: url.searchParams, target, isWritable, jobs: this.#jobs, signal };
    switch (route.kind) {
      case 'page':
        return route.send(response, { token: this.#admission.token, path: url.pathname });
      case 'read':
        return sendJson(response, await route.read(asked));
      case 'change':
        return sendJson(response, await route.change(asked, await readJson(request)));
      case 'job':
        return sendJson(response, this.#jobs.start(await route.plan(asked, await readJson(request))));
      case 'stream':
        return this.#stream(response, asked, (more) =>
          // A browser cannot set the header of a stream that it opens itself.
          route.follow({
            ...more,
            lastId: request.headers['last-event-id'] ?? url.searchParams.get('after') ?? undefined,
          }),
        );
    }
  }

  async #stream(
    response: ServerResponse,
    asked: Asked,
    follow: (asked: Asked) => AsyncIterable<StreamItem>,
  ): Promise<void> {
    const turn = this.#turns.take();
    if (turn === undefined) return postponeStream(response);
    response.once('close', () => turn.leave());
    const signal = AbortSignal.any([asked.signal, turn.signal]);
    await sendStream(response, withTime(follow({ ...asked, signal }), asked.target), turn);
  }

  #fail(response: ServerResponse, error: unknown): void {
    const isExpected =
      error instanceof CommandFailure || error instanceof UsageError || error instanceof UnreadableBody;
    if (!isExpected) this.#options.onBug(error);
    const message = error instanceof Error ? error.message : String(error);
    const text = isExpected ? message : `The console failed, which is a bug: ${message}`;
    if (response.destroyed || response.writableEnded) return;
    if (response.headersSent) failStream(response, text);
    else refuse(response, error instanceof CommandFailure ? 502 : isExpected ? 400 : 500, text);
  }
}
