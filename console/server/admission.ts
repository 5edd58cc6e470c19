import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { WebOrigin } from '../../packages/local-engine/web-origin/index.ts';

/** The header with the token of this run, which every request that changes something must have. */
export const TOKEN_HEADER = 'x-console-token';

/** What is started by POST and changes nothing at AWS: a read-only console may do it, with the token. */
const CHANGES_NOTHING: ReadonlySet<string> = new Set(['/api/reconcile', '/api/jobs/stop']);

/** A request that may be answered, or why it is refused. */
export type Admitted = { readonly url: URL } | { readonly status: 403 | 415; readonly reason: string };

/** The rules for Host and Origin are those of the engine. */
const ORIGIN = new WebOrigin({
  server: 'console',
  byName: 'Open the console as 127.0.0.1, localhost or [::1], with the address that the command printed.',
  toOthers:
    'A web page of another origin may not use the console, nor link to it. Type or paste its address into the browser.',
});

/** Decides which requests are answered. The token is in the page, which no page of another origin can read. */
export class Admission {
  /** A new one for each run. */
  readonly token = randomBytes(32).toString('base64url');
  readonly #isWritable: boolean;

  /** @param isWritable whether anything may be changed */
  constructor(isWritable: boolean) {
    this.#isWritable = isWritable;
  }

  /** Decides by the head of a request, before its body is read. */
  judge(request: IncomingMessage): Admitted {
    const sender = ORIGIN.judge(request, request.socket.localPort ?? 0);
    if (typeof sender === 'string') return { status: 403, reason: sender };
    if (sender.foreign !== undefined) return { status: 403, reason: sender.foreign };
    const url = new URL(`http://${sender.host}${sender.target.replace(/^\/+/, '/')}`);
    return this.#refuseChange(request, url) ?? { url };
  }

  /** Reading changes nothing. */
  #refuseChange({ method, headers }: IncomingMessage, { pathname }: URL): Admitted | undefined {
    if (method === 'GET' || method === 'HEAD') return undefined;
    if (!this.#isToken(headers[TOKEN_HEADER])) {
      const reason = `The request has not this run's token in ${TOKEN_HEADER}. Reload the page: the console was started again.`;
      return { status: 403, reason };
    }
    if (!this.#isWritable && !CHANGES_NOTHING.has(pathname)) {
      return {
        status: 403,
        reason: 'The console is read-only. To change something, start it with --stack NAME --write.',
      };
    }
    if (headers['content-type'] !== 'application/json') {
      return { status: 415, reason: 'The request is not JSON. Send it with Content-Type: application/json.' };
    }
    return undefined;
  }

  #isToken(given: string | readonly string[] | undefined): boolean {
    const [expected, received] = [Buffer.from(this.token), Buffer.from(String(given))];
    return expected.length === received.length && timingSafeEqual(expected, received);
  }
}
