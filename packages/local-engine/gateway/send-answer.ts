import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiResponse } from '../protocols/http.ts';

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
