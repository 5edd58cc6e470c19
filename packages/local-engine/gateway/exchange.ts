import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../core/aws-error.ts';
import type { ApiResponse } from '../protocols/http.ts';

/** An S3 object of that size is the largest request that the engine takes. */
export const MAX_OBJECT_BYTES = 64 * 1024 * 1024;

/** What a body in signed chunks may have beside its object: the smallest chunks are 8 KB, each with a line before it. */
const MOST_FRAMING_BYTES = MAX_OBJECT_BYTES / 16;

/**
 * Reads a body whole, by listeners: the stream's async iterator costs a third of a small request's time.
 * @throws AwsError for one that is too large, whose rest is dropped, and for one that ends too early
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
      reject(tooLarge());
      chunks.length = 0;
      // What still comes is read and dropped: a client that sends may not listen yet.
      incoming.off('data', keep).resume();
    };
    incoming.on('error', () => reject(new AwsError('IncompleteBody', 'The request ended before its whole body came.')));
    if (Number(incoming.headers['content-length'] ?? 0) > most) return refuse();
    incoming.on('data', keep);
    incoming.on('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
  });
}

/** Clients that sign a body chunk by chunk say how many bytes are in the chunks. Source: S3 API reference, SigV4 streaming. */
function largestBody({ headers }: IncomingMessage): number {
  const decoded = headers['x-amz-decoded-content-length'];
  if (decoded === undefined) return MAX_OBJECT_BYTES;
  return Number(decoded) <= MAX_OBJECT_BYTES ? MAX_OBJECT_BYTES + MOST_FRAMING_BYTES : -1;
}

function tooLarge(): AwsError {
  return new AwsError('EntityTooLarge', `The local engine takes ${MAX_OBJECT_BYTES} bytes in one request at most.`);
}

type Scope = Partial<Record<'accessKeyId' | 'region' | 'service', string>>;

const SLASH = '(?:/|%2F)';
const VERSION_4_PARAMETER = new RegExp(
  `[?&]X-Amz-Credential=([^&]*?)${SLASH}\\d{8}${SLASH}([^&%/]+)${SLASH}([^&%/]+)${SLASH}`,
  'i',
);

/**
 * What the signature says: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`, in a header or a presigned URL. One of version 2
 * in the form that S3 alone takes names no Region: `AWS KEY:SIGNATURE`, or the parameter `AWSAccessKeyId`.
 */
export function credentialScope({ headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>): Scope {
  const { authorization = '' } = headers;
  const fromHeader = /Credential=([^/,]+)\/\d{8}\/([^/,]+)\/([^/,]+)\//.exec(authorization);
  const [, accessKeyId, region, service] = fromHeader ?? VERSION_4_PARAMETER.exec(url) ?? [];
  if (accessKeyId && region && service) return { accessKeyId: decoded(accessKeyId), region, service };
  const version2 = /^AWS ([^:\s]+):/.exec(authorization) ?? /[?&]AWSAccessKeyId=([^&]+)/.exec(url);
  return version2?.[1] === undefined ? {} : { accessKeyId: decoded(version2[1]), service: 's3' };
}

/** A text that cannot be decoded names nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** How long a client may still send what is not read any more. */
const LINGER_MS = 1000;

/** One exchange with a client. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly requestId: string;
}

/**
 * Sends an answer.
 * @throws Error for a header that HTTP cannot carry; nothing is sent then
 */
export function sendAnswer({ incoming, outgoing, requestId }: Exchange, { status, headers, body }: ApiResponse): void {
  const isHead = incoming.method === 'HEAD';
  outgoing.writeHead(status, {
    'x-amzn-requestid': requestId,
    'x-amz-request-id': requestId,
    ...(!isHead && { 'content-length': Buffer.byteLength(body) }),
    ...headers,
  });
  const content = isHead || status === 204 ? '' : body;
  if (incoming.complete || incoming.destroyed) outgoing.end(content);
  else endAfterRequest(incoming, outgoing, content);
}

/**
 * Of a request that was refused before its end, the rest is read and dropped, for a while, and only then the connection may
 * close: a client that still sends would otherwise be cut off, and not get the answer.
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
