import type { IncomingMessage } from 'node:http';

/** One request to the gateway, read whole, with what its signature says of it. */
export interface ApiRequest {
  readonly method: string;
  /** The target parsed; its path is still percent-encoded. */
  readonly url: URL;
  /** Path and query as they came. */
  readonly target: string;
  /** Of a request in virtual-hosted style: the bucket that its Host names. Only S3 gets such requests. */
  readonly hostBucket?: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Region of the credential scope; clients may name any. */
  readonly region: string;
}

/** What of a request is known before its body is read. */
export type ApiRequestHead = Omit<ApiRequest, 'body'>;

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Of AWS's JSON protocol; each service has one, and says so in the content type. */
export type JsonVersion = '1.0' | '1.1';

interface JsonResponseOptions {
  /** @default 200 */
  readonly status?: number;
  /** @default '1.0' */
  readonly version?: JsonVersion;
  readonly headers?: Readonly<Record<string, string>>;
}

export function jsonResponse(
  body: object,
  { status = 200, version = '1.0', headers = {} }: JsonResponseOptions = {},
): ApiResponse {
  const contentType = `application/x-amz-json-${version}`;
  return { status, headers: { 'content-type': contentType, ...headers }, body: JSON.stringify(body) };
}

export function xmlResponse(body: string, status = 200, headers: Readonly<Record<string, string>> = {}): ApiResponse {
  const document = body === '' ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body: document };
}

/** Text as XML content. */
export function escapeXml(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // Readers of XML take a bare carriage return for a line feed.
      .replaceAll('\r', '&#xD;')
      // Characters that XML 1.0 cannot hold even escaped would break the whole answer.
      .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
  );
}

/** Half a surrogate pair is among them. */
const NOT_IN_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Whether XML can hold all characters of a text, as they are or escaped. Source: XML 1.0, section 2.2. */
export function isXmlText(text: string): boolean {
  return !NOT_IN_XML.test(text);
}

const NAMED_CHARACTERS: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** XML content as text. A number that is no character's becomes U+FFFD. */
export function unescapeXml(content: string): string {
  return content.replace(/&(?:#x([0-9a-f]+)|#([0-9]+)|(\w+));/gi, (whole, hex, decimal, name) => {
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    if (hex || decimal) return code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD';
    return NAMED_CHARACTERS.get(name) ?? whole;
  });
}

/** Contents of every `<name>…</name>`, in order. Reads the document once: the first that is not closed ends the search. */
export function xmlElements(document: string, name: string): string[] {
  const contents: string[] = [];
  const [open, close] = [`<${name}`, `</${name}>`];
  for (let at = document.indexOf(open); at !== -1; at = document.indexOf(open, at)) {
    at += open.length;
    // Else it is another element, whose name begins so.
    if (!/[\s>]/.test(document.charAt(at))) continue;
    const start = document.indexOf('>', at) + 1;
    const end = document.indexOf(close, start);
    if (start === 0 || end === -1) break;
    contents.push(document.slice(start, end));
    at = end + close.length;
  }
  return contents;
}
