import type { IncomingMessage } from 'node:http';
import { AwsError } from '../core/aws-error.ts';

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
