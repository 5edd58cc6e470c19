import type { IncomingMessage } from 'node:http';

/** The JSON object of a request's body. Nothing of it has been checked. */
export type Body = Readonly<Record<string, unknown>>;

/** A field of a request's body as text; empty for what is neither text, number nor boolean, such as a missing one. */
export function fieldText(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';
}

/** The largest body of a request, in bytes. */
const MOST_BYTES = 2 ** 20;

/** A body that is too large, or no JSON object. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
}

/** Reads a request's JSON object. @throws UnreadableBody */
export async function readJson(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest is read and dropped: a browser that still sends would otherwise be cut off, and not get the answer.
    if (bytes <= MOST_BYTES) chunks.push(chunk);
  }
  if (bytes > MOST_BYTES)
    throw new UnreadableBody(`The request is larger than ${MOST_BYTES} bytes. Send less at once.`);
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // The same as for another value.
  }
  throw new UnreadableBody('The request is not a JSON object.');
}
