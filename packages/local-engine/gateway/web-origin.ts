import type { IncomingMessage } from 'node:http';
import type { Clock } from '../core/clock.ts';
import type { Journal } from '../journal/journal.ts';
import type { ApiRequestHead } from '../protocols/http.ts';
import { isBucketName } from '../s3/index.ts';
import { printable, WebOrigin } from '../web-origin/index.ts';

/** The rules for the engine. @throws Error for an invalid host name */
export function engineOrigin(allowedHosts: readonly string[] = []): WebOrigin {
  return new WebOrigin({
    server: 'engine',
    byName:
      'Call the engine as 127.0.0.1, localhost or [::1], or start it with --allow-host NAME to allow another name.',
    toOthers:
      'A web page of another origin may not call the engine; use an SDK, the AWS CLI or curl. A page may only use the objects of a bucket whose CORS rules allow its origin.',
    allowedHosts,
    isBucketName,
  });
}

/** Whether it is what a browser sends, unsigned, before a page's request that is not a simple one. Source: the Fetch standard. */
export function isPreflight({ method, headers }: Pick<ApiRequestHead, 'method' | 'headers'>): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined &&
    headers.authorization === undefined
  );
}

/** The most entries at once: 1 % of what the journal keeps. */
const MOST_AT_ONCE = 1000;

/** How long until one more is allowed. */
const PAUSE_MS = 10_000;

/**
 * Writes refused requests to the journal, in limited number, so that a web page that repeats its request cannot push everything
 * else out. The next entry counts those that were left out.
 */
export class RefusalLog {
  readonly #journal: Journal;
  readonly #clock: Clock;
  #room = MOST_AT_ONCE;
  #countedAt: number;
  #left = 0;

  constructor(journal: Journal, clock: Clock) {
    this.#journal = journal;
    this.#clock = clock;
    this.#countedAt = clock.now();
  }

  /** Writes the path without its query, which holds the signature of a presigned URL. */
  note({ method, url = '', headers }: IncomingMessage, reason: string): void {
    const gained = Math.max(0, Math.floor((this.#clock.now() - this.#countedAt) / PAUSE_MS));
    this.#room = Math.min(MOST_AT_ONCE, this.#room + gained);
    this.#countedAt += gained * PAUSE_MS;
    if (this.#room === 0) {
      this.#left += 1;
      return;
    }
    this.#room -= 1;
    const [host, origin, site] = [headers.host, headers.origin, headers['sec-fetch-site']];
    this.#journal.write('refused', {
      reason,
      method,
      path: printable(url.split('?', 1)[0] ?? ''),
      ...(host !== undefined && { host: printable(host) }),
      ...(origin !== undefined && { origin: printable(String(origin)) }),
      ...(site !== undefined && { site: printable(String(site)) }),
      ...(this.#left > 0 && { notNoted: this.#left }),
    });
    this.#left = 0;
  }
}
