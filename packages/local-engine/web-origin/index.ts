/**
 * Which requests a server of this machine answers: none that a web page of another origin sent, and none that was sent to another
 * name. It imports nothing, so that every server on this machine can keep the same rules.
 */

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

export interface WebOriginProps {
  /** What listens, such as `engine`. */
  readonly server: string;
  /** What to do about a Host that it does not have, in a sentence. */
  readonly byName: string;
  /** What pages of other origins may do, and what to use instead, in a sentence. */
  readonly toOthers: string;
  /** Names of the server in addition to those of this machine. @default - none */
  readonly allowedHosts?: readonly string[];
  /** Whether the part of a host before `.localhost` names a bucket. @default - no host names a bucket */
  readonly isBucketName?: (name: string) => boolean;
}

/**
 * Keeps web pages out. A browser sends requests to this machine for any open page, and a page whose name is rebound to 127.0.0.1
 * could also read the answers. A page cannot forge Host, Origin and Sec-Fetch-Site.
 * Source: RFC 9110, Host and :authority; the Fetch standard, Origin; W3C, Fetch Metadata.
 */
export class WebOrigin {
  readonly #hosts: ReadonlySet<string>;
  readonly #props: WebOriginProps;

  /** @throws Error for an invalid host name */
  constructor(props: WebOriginProps) {
    this.#props = props;
    this.#hosts = new Set([...OWN_HOSTS, ...(props.allowedHosts ?? []).map(hostName)]);
  }

  /**
   * @param port where the server listens
   * @returns the sender, or one line that says why the request is refused
   */
  judge(head: RequestHead, port: number): Sender | string {
    const sent = this.#destination(head);
    if (typeof sent === 'string') return sent;
    const foreign = foreignOrigin(head.headers, sent.host, port);
    return foreign === undefined ? sent : { ...sent, foreign: `${foreign} ${this.#props.toOthers}` };
  }

  #destination({ url = '', rawHeaders }: RequestHead): Sender | string {
    const { server, byName, isBucketName } = this.#props;
    const hosts = headerValues(rawHeaders, 'host');
    if (hosts.length !== 1) return `The request has ${hosts.length === 0 ? 'no' : 'more than one'} Host. ${byName}`;
    const host = hosts[0]?.toLowerCase() ?? '';
    const [, authority, rest = ''] = ABSOLUTE_TARGET.exec(url) ?? [];
    if (authority !== undefined && authority.toLowerCase() !== host) {
      return `The request goes to ${shown(authority)}, but its Host is ${shown(host)}. ${byName}`;
    }
    const target = authority === undefined ? url : rest.startsWith('/') ? rest : `/${rest}`;
    if (!target.startsWith('/'))
      return `The request's target ${shown(url)} is not a path. Send one that starts with /.`;
    const name = nameIn(host);
    if (name !== undefined && this.#hosts.has(name)) return { host, target };
    const bucket = name?.endsWith(BUCKET_HOST_END) ? name.slice(0, -BUCKET_HOST_END.length) : '';
    if (isBucketName?.(bucket)) return { host, target, bucket };
    return `The Host ${shown(host)} is not the ${server}'s. ${byName}`;
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
    return `The request comes from a web page of the origin ${shown(String(origin))}.`;
  }
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'none' || site === 'same-origin') return undefined;
  return `The request comes from a web page (Sec-Fetch-Site: ${shown(String(site))}).`;
}

/** The server's own origin has the scheme, name and port that the request was sent to. */
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
