import { AwsError } from '../core/aws-error.ts';

/** What was sent in chunks: the bytes, and the headers behind them. */
export interface ChunkedBody {
  readonly bytes: Buffer;
  /** By names in lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

/** A chunk's size never takes more. */
const MOST_HEADER_BYTES = 1024;

/**
 * Reads the encoding `aws-chunked`: `SIZE[;chunk-signature=…]\r\nBYTES\r\n` again and again, a chunk of size 0, trailers.
 * Signatures are not verified, as those of no request are.
 * Source: S3 API reference, signature calculations with and without trailers.
 * @param length what the request says of the bytes' number, `x-amz-decoded-content-length`
 * @throws AwsError
 */
export function decodeChunks(body: Buffer, length: string | undefined): ChunkedBody {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.subarray(at, at + MOST_HEADER_BYTES).indexOf('\r\n');
    if (end < 0) throw incomplete();
    const size = /^([0-9a-f]{1,8})(?:;|$)/i.exec(body.toString('latin1', at, at + end))?.[1];
    if (size === undefined)
      throw new AwsError('InvalidRequest', 'The chunk size of an aws-chunked body must be a hexadecimal number.');
    at += end + 2;
    const bytes = Number.parseInt(size, 16);
    if (bytes === 0) break;
    if (at + bytes > body.length) throw incomplete();
    chunks.push(body.subarray(at, at + bytes));
    at += bytes;
    if (body.toString('latin1', at, at + 2) === '\r\n') at += 2;
    else throw incomplete();
  }
  const bytes = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  if (length !== undefined && Number(length) !== bytes.length) throw incomplete();
  return { bytes, trailers: trailersIn(body.toString('latin1', at)) };
}

function trailersIn(text: string): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}

function incomplete(): AwsError {
  const message = 'You did not provide the number of bytes specified by the Content-Length HTTP header';
  return new AwsError('IncompleteBody', message);
}
