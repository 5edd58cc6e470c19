import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { MAX_OBJECT_BYTES, readBody } from '../../../../packages/local-engine/gateway/exchange.ts';

const MIB = 1024 * 1024;

/** A request whose body the test sends. */
function incoming(headers: Readonly<Record<string, string>> = {}) {
  const body = new PassThrough();
  return { body, request: Object.assign(body, { headers }) as unknown as IncomingMessage };
}

/** Sends so many bytes, a megabyte at a time, as a client does that does not listen yet. */
async function send(body: PassThrough, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes; sent += MIB) {
    body.write(Buffer.alloc(Math.min(MIB, bytes - sent)));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('the body of a request', () => {
  test('given the largest object, is read whole, also without its length', async () => {
    const { body, request } = incoming();
    const read = readBody(request);
    await send(body, MAX_OBJECT_BYTES);
    body.end();
    expect((await read).length).toBe(MAX_OBJECT_BYTES);
  });

  test('given a length that is too large, is refused before any of it comes', async () => {
    const { request } = incoming({ 'content-length': String(MAX_OBJECT_BYTES + 1) });
    await expect(readBody(request)).rejects.toMatchObject({ code: 'EntityTooLarge' });
  });

  test('given more than an object without its length, is refused, and the rest is dropped', async () => {
    const { body, request } = incoming();
    const refused = expect(readBody(request)).rejects.toMatchObject({ code: 'EntityTooLarge' });
    await send(body, MAX_OBJECT_BYTES + 1);
    await refused;
    const ended = new Promise((resolve) => body.once('end', resolve));
    await send(body, 2 * MIB);
    body.end();
    await ended;
  });

  test('given an object in signed chunks, has room for what stands between them', async () => {
    const length = { 'x-amz-decoded-content-length': String(MAX_OBJECT_BYTES) };
    const { body, request } = incoming({ ...length, 'content-length': String(MAX_OBJECT_BYTES + MIB) });
    const read = readBody(request);
    await send(body, MAX_OBJECT_BYTES + MIB);
    body.end();
    expect((await read).length).toBe(MAX_OBJECT_BYTES + MIB);
    const more = incoming({ 'x-amz-decoded-content-length': String(MAX_OBJECT_BYTES + 1) });
    more.body.end();
    await expect(readBody(more.request)).rejects.toMatchObject({ code: 'EntityTooLarge' });
  });

  test('given a connection that breaks, is incomplete', async () => {
    const { body, request } = incoming({ 'content-length': '5' });
    const read = readBody(request);
    body.destroy(new Error('aborted'));
    await expect(read).rejects.toMatchObject({ code: 'IncompleteBody' });
  });
});
