import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../core/aws-error.ts';
import type { ApiRequest, ApiResponse } from '../protocols/http.ts';

/** The largest request: an S3 object of this size. */
export const MAX_OBJECT_BYTES = 64 * 1024 * 1024;

/** How much larger a body in signed chunks may be: the smallest chunks are 8 KB, each after a line. */
const MOST_FRAMING_BYTES = MAX_OBJECT_BYTES / 16;

/**
 * Reads a whole body. Listeners are faster than the stream's async iterator, which takes a third of a small request's time.
 * @throws AwsError for a body that is too large, whose rest is dropped, or that ends too early
 */
export function readBody(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const most = largestBody(incoming);
    const chunks: Buffer[] = [];
    let bytes = 0;
    const keep = (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > most) refuse();
    };
    const refuse = () => {
      reject(
        new AwsError('EntityTooLarge', `A request to the local engine may have ${MAX_OBJECT_BYTES} bytes at most.`),
      );
      chunks.length = 0;
      // Reads and drops the rest: a client that is still sending may not listen yet.
      incoming.off('data', keep).resume();
    };
    incoming.on('error', () =>
      reject(new AwsError('IncompleteBody', 'The request ended before its body was complete.')),
    );
    if (Number(incoming.headers['content-length'] ?? 0) > most) return refuse();
    incoming.on('data', keep);
    incoming.on('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
  });
}

/** Clients that sign a body chunk by chunk send the number of bytes in the chunks. Source: S3 API reference, SigV4 streaming. */
function largestBody({ headers }: IncomingMessage): number {
  const decoded = headers['x-amz-decoded-content-length'];
  if (decoded === undefined) return MAX_OBJECT_BYTES;
  return Number(decoded) <= MAX_OBJECT_BYTES ? MAX_OBJECT_BYTES + MOST_FRAMING_BYTES : -1;
}

type Scope = Partial<Record<'accessKeyId' | 'region' | 'service', string>>;

const SLASH = '(?:/|%2F)';
const VERSION_4_PARAMETER = new RegExp(
  `[?&]X-Amz-Credential=([^&]*?)${SLASH}\\d{8}${SLASH}([^&%/]+)${SLASH}([^&%/]+)${SLASH}`,
  'i',
);

/**
 * The scope of a signature: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`, in a header or a presigned URL. Signatures of
 * version 2, which only S3 takes, name no Region: `AWS KEY:SIGNATURE`, or the parameter `AWSAccessKeyId`.
 */
export function credentialScope({ headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>): Scope {
  const { authorization = '' } = headers;
  const fromHeader = /Credential=([^/,]+)\/\d{8}\/([^/,]+)\/([^/,]+)\//.exec(authorization);
  const [, accessKeyId, region, service] = fromHeader ?? VERSION_4_PARAMETER.exec(url) ?? [];
  if (accessKeyId && region && service) return { accessKeyId: decoded(accessKeyId), region, service };
  const version2 = /^AWS ([^:\s]+):/.exec(authorization) ?? /[?&]AWSAccessKeyId=([^&]+)/.exec(url);
  return version2?.[1] === undefined ? {} : { accessKeyId: decoded(version2[1]), service: 's3' };
}

/** The text itself if it cannot be decoded. */
function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** How long a client may still send a request that is already answered. */
const LINGER_MS = 1000;

/** One exchange with a client. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly requestId: string;
}

/**
 * Has the engine's time, where it is not the machine's. Date stays the machine's, which is the time of functions: an SDK takes a
 * Date that is minutes ahead for a wrong clock of its own, and calls again where it would not on AWS.
 */
const TIME_HEADER = 'x-local-engine-time';

/** From this difference on, the engine's time is not the machine's. */
const AHEAD_MS = 1000;

/**
 * Sends an answer.
 * @param now the engine's time, in milliseconds since the Unix epoch. @default - the machine's
 * @throws Error for a header that HTTP cannot carry; then nothing is sent
 */
export function sendAnswer(
  { incoming, outgoing, requestId }: Exchange,
  { status, headers, body }: ApiResponse,
  now?: number,
): void {
  const isHead = incoming.method === 'HEAD';
  if (now !== undefined && Math.abs(now - Date.now()) >= AHEAD_MS) outgoing.setHeader(TIME_HEADER, String(now));
  outgoing.writeHead(status, {
    ...answerHeaders(requestId, isHead ? undefined : body),
    ...headers,
  });
  const content = isHead || status === 204 ? '' : body;
  if (incoming.complete || incoming.destroyed) outgoing.end(content);
  else endAfterRequest(incoming, outgoing, content);
}

/** What every answer has. @param body undefined for an answer that has none */
export function answerHeaders(requestId: string, body: string | Buffer | undefined): Record<string, string> {
  return {
    'x-amzn-requestid': requestId,
    'x-amz-request-id': requestId,
    ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
  };
}

/**
 * Reads and drops the rest of a request that was refused before its end, for a while, before the connection may close: a client
 * that is still sending would otherwise be cut off, and not get the answer.
 */
function endAfterRequest(incoming: IncomingMessage, outgoing: ServerResponse, content: string | Buffer): void {
  outgoing.write(content);
  const lingering = setTimeout(() => outgoing.end(), LINGER_MS);
  const end = () => {
    clearTimeout(lingering);
    outgoing.end();
  };
  incoming.once('end', end).once('close', end).resume();
}

type Sent = Pick<ApiRequest, 'target' | 'region'> & { readonly host: string; readonly hostBucket: string | undefined };

export const NOTHING = Buffer.alloc(0);

/** A request, whose URL is parsed when it is first asked for: most calls do without it. */
export class ReceivedRequest implements ApiRequest {
  readonly method: string;
  readonly target: string;
  declare readonly hostBucket?: string;
  readonly headers: IncomingMessage['headers'];
  readonly region: string;
  body: Buffer = NOTHING;
  readonly #host: string;
  #url: URL | undefined;

  constructor(
    { method = 'GET', headers }: Pick<IncomingMessage, 'method' | 'headers'>,
    { host, target, region, hostBucket }: Sent,
  ) {
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.region = region;
    this.#host = host;
    if (hostBucket !== undefined) this.hostBucket = hostBucket;
  }

  get url(): URL {
    this.#url ??= new URL(`http://${this.#host}${this.target}`);
    return this.#url;
  }
}
