import { connect } from 'node:net';
import type { Mutator } from '../mutator.ts';
import { quietPipeline } from '../quiet-pipeline.ts';
import type { FuzzTarget } from '../target.ts';
import { RequestMaker } from './request-maker.ts';

/** After so long without an answer there will be none. */
const PATIENCE_MS = 30_000;
/** How often the pipeline's clock goes on, and how far: what waits for messages must come back. */
const TICK_MS = 20;
const SKIPPED_MS = 30_000;
/** An answer must not show where the code is. */
const STACK = /\n\s+at |\.[cm]?[jt]s:\d+/;

const HEADERS = [
  'transfer-encoding: chunked',
  'content-length: 5',
  'content-length: -1',
  'expect: 100-continue',
  'host: bucket.localhost',
  'host: evil.example',
  'origin: http://evil.example',
  'x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'x-amz-decoded-content-length: 5',
  'content-encoding: aws-chunked',
  'range: bytes=0-1,5-',
  'connection: upgrade',
];

/** Bytes on a connection to the gateway: request lines, headers, bodies in chunks. */
export const http: FuzzTarget = {
  name: 'http',
  share: 4,
  start: async () => {
    const { pipeline, stop } = await quietPipeline();
    const maker = await RequestMaker.of(pipeline);
    const port = Number(new URL(pipeline.engine.endpoint).port);
    const ticking = setInterval(() => pipeline.clock.skip(SKIPPED_MS), TICK_MS);
    const bugs = () => pipeline.engine.journal.entries().filter(({ hop }) => hop === 'bug');
    let known = 0;
    return {
      generate: (mutator) => bytesOf(maker, mutator),
      check: async (input) => {
        const answer = await send(port, String(input));
        const found = bugs();
        const stack = found.length > known ? String(found.at(-1)?.stack) : undefined;
        known = found.length;
        if (stack !== undefined) return stack.split('\n').slice(0, 2).join(' ');
        if (answer === undefined) return 'no answer, and the connection stays open';
        if (/^HTTP\/1\.1 500/m.test(answer)) return answer.slice(0, 500);
        return STACK.test(answer) ? `a stack in the answer: ${answer.slice(0, 500)}` : undefined;
      },
      stop: async () => {
        clearInterval(ticking);
        await stop();
      },
    };
  },
};

function bytesOf(maker: RequestMaker, mutator: Mutator): string {
  const { service, method, target, headers, body, accessKeyId } = maker.next(mutator);
  const signed =
    service === ''
      ? []
      : [
          `authorization: AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/ap-northeast-1/${service}/aws4_request, Signature=0`,
        ];
  const isChunked = mutator.chance(4);
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'host: localhost',
    ...signed,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(mutator.chance(4) ? [mutator.pick(HEADERS)] : []),
    isChunked ? 'transfer-encoding: chunked' : `content-length: ${body.length}`,
    'connection: close',
  ];
  // Repeated, with the same value or another one; too long; or one that goes on in the next line.
  if (mutator.chance(8))
    lines.push(mutator.chance(2) ? mutator.pick(lines.slice(1)) : mutator.text(mutator.pick(lines.slice(1))));
  if (mutator.chance(60)) lines.push(`x-long: ${'x'.repeat(mutator.pick([8000, 17_000, 100_000]))}`);
  if (mutator.chance(60)) lines.push(' and so on');
  const sent = isChunked ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body;
  const whole = `${lines.join('\r\n')}\r\n\r\n${sent}`;
  if (mutator.chance(2)) return whole;
  return mutator.chance(2) ? mutator.bytes(whole) : Buffer.from(mutator.text(whole), 'utf8').toString('latin1');
}

/** @returns the answer; empty if the connection was closed without one; undefined if nothing came */
function send(port: number, bytes: string): Promise<string | undefined> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    let isSilent = false;
    socket.on('data', (chunk) => chunks.push(chunk));
    // A request that is refused by its head may end before all of its body is sent.
    socket.on('error', () => {});
    socket.setTimeout(PATIENCE_MS, () => {
      isSilent = true;
      socket.destroy();
    });
    socket.on('close', () => resolve(isSilent ? undefined : Buffer.concat(chunks).toString('latin1')));
    // Nothing more comes: a request that is not whole is answered as such, or its connection closed.
    socket.end(Buffer.from(bytes, 'latin1'));
  });
}
