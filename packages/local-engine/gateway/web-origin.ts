import type { IncomingMessage } from 'node:http';
import type { Clock } from '../core/clock.ts';
import type { Journal } from '../journal/journal.ts';
import type { ApiRequestHead } from '../protocols/http.ts';
import { isBucketName } from '../s3/index.ts';

/** A request before its body is read. */
interface RequestHead {
  /** Path and query, or a whole URL. */
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Names and values in turn: `headers` holds only the first of repeated headers. */
  readonly rawHeaders: readonly string[];
}

/** Where a request goes, and whether a web page of another origin sent it. */
export interface Sender {
  /** The host and port that the request was sent to. */
  readonly host: string;
  /** Path and query. */
  readonly target: string;
  /** The bucket in the host, such as `photos` in `photos.localhost`: such a request may only go to S3. */
  readonly bucket?: string;
  /** Why it is refused unless the CORS rules of a bucket allow it. @default - no page of another origin sent it */
  readonly foreign?: string;
}

/** Addresses and names of this machine that no DNS server can change. */
const OWN_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

const BUCKET_HOST_END = '.localhost';

const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/;

const ABSOLUTE_TARGET = /^http:\/\/([^/?#]*)(.*)$/is;

/** How many characters of a header a refusal and the journal show. */
const SHOWN = 200;

const BY_NAME =
  'Call the engine as 127.0.0.1, localhost or [::1], or start it with --allow-host NAME to allow another name.';
const FOREIGN =
  'A web page of another origin may not call the engine; use an SDK, the AWS CLI or curl. A page may only use the objects of a bucket whose CORS rules allow its origin.';

/**
 * Keeps web pages out. A browser sends requests to this machine for any open page, and a page whose name is rebound to 127.0.0.1
 * could also read the answers. A page cannot forge Host, Origin and Sec-Fetch-Site.
 * Source: RFC 9110, Host and :authority; the Fetch standard, Origin; W3C, Fetch Metadata.
 */
export class WebOrigin {
  readonly #hosts: ReadonlySet<string>;

  /** @param allowedHosts in addition to the names of this machine. @throws Error for an invalid host name */
  constructor(allowedHosts: readonly string[] = []) {
    this.#hosts = new Set([...OWN_HOSTS, ...allowedHosts.map(hostName)]);
  }

  /**
   * @param port where the engine listens
   * @returns the sender, or one line that says why the request is refused
   */
  judge(head: RequestHead, port: number): Sender | string {
    const sent = this.#destination(head);
    if (typeof sent === 'string') return sent;
    const foreign = foreignOrigin(head.headers, sent.host, port);
    return foreign === undefined ? sent : { ...sent, foreign };
  }

  #destination({ url = '', rawHeaders }: RequestHead): Sender | string {
    const hosts = headerValues(rawHeaders, 'host');
    if (hosts.length !== 1) return `The request has ${hosts.length === 0 ? 'no' : 'more than one'} Host. ${BY_NAME}`;
    const host = hosts[0]?.toLowerCase() ?? '';
    const [, authority, rest = ''] = ABSOLUTE_TARGET.exec(url) ?? [];
    if (authority !== undefined && authority.toLowerCase() !== host) {
      return `The request goes to ${shown(authority)}, but its Host is ${shown(host)}. ${BY_NAME}`;
    }
    const target = authority === undefined ? url : rest.startsWith('/') ? rest : `/${rest}`;
    if (!target.startsWith('/'))
      return `The request's target ${shown(url)} is not a path. Send one that starts with /.`;
    const name = nameIn(host);
    if (name !== undefined && this.#hosts.has(name)) return { host, target };
    const bucket = name?.endsWith(BUCKET_HOST_END) ? name.slice(0, -BUCKET_HOST_END.length) : '';
    if (isBucketName(bucket)) return { host, target, bucket };
    return `The Host ${shown(host)} is not the engine's. ${BY_NAME}`;
  }
}

/**
 * A host name or address in the form in which it is compared.
 * @throws Error for anything else, such as a port or a wildcard
 */
export function hostName(text: string): string {
  const name = text.toLowerCase();
  if (nameIn(name) !== name || name.endsWith('.') || !URL.canParse(`http://${name}`)) {
    throw new Error(`${shown(text)} is not a host name. Give one such as engine.test, without a port or a wildcard.`);
  }
  return name;
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

/** A header's value as printable ASCII, and not long. */
export function printable(value: string): string {
  const start = value.length > SHOWN ? `${value.slice(0, SHOWN)}...` : value;
  return start.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function shown(value: string): string {
  return `"${printable(value)}"`;
}

function nameIn(host: string): string | undefined {
  const [, name, port = '0'] = HOST_AND_PORT.exec(host) ?? [];
  return Number(port) <= 65_535 ? name : undefined;
}

/** Why a request counts as one of a page of another origin; undefined if it does not. */
function foreignOrigin(headers: RequestHead['headers'], host: string, port: number): string | undefined {
  const { origin } = headers;
  // Several Origins come as one text, which is not an origin.
  if (origin !== undefined && !isOwnOrigin(String(origin), host, port)) {
    return `The request comes from a web page of the origin ${shown(String(origin))}. ${FOREIGN}`;
  }
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'none' || site === 'same-origin') return undefined;
  return `The request comes from a web page (Sec-Fetch-Site: ${shown(String(site))}). ${FOREIGN}`;
}

/** The engine's own origin has the scheme, name and port that the request was sent to. */
function isOwnOrigin(origin: string, host: string, port: number): boolean {
  const ownPort = host.endsWith(`:${port}`) || (port === 80 && nameIn(host) === host);
  return ownPort && origin.toLowerCase() === `http://${host}`;
}

function headerValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index] ?? '';
    if (sent.length === name.length && sent.toLowerCase() === name) values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
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
